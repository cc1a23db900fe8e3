//! Stage transitions: the door in front of a stage is closed and opened by hand.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{fault, flow, record::Transition};
use crate::world::{Caller, World};

/// `DisableStageTransition`.
pub(super) fn disable(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let reason = fault::read(input).text("reason")?;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "!@ ().*?-".contains(letter);
    if reason.len() > 300 || !reason.chars().all(allowed) {
        let message = "reason must have at most 300 letters, digits, spaces and !@().*?- only.";
        return Err(fault::invalid(message));
    }
    set(world, caller, input, Some(reason.to_owned()))
}

/// `EnableStageTransition`.
pub(super) fn enable(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    set(world, caller, input, None)
}

fn set(world: &mut World, caller: &Caller, input: &Value, reason: Option<String>) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let (name, stage) = (input.text("pipelineName")?, input.text("stageName")?);
    let declaration = fault::declaration(world, name)?;
    let position = declaration.position(stage).ok_or_else(|| fault::stage_missing(name, stage))?;
    // What leaves one stage enters the next: there is one door between them.
    let behind = match input.text("transitionType")? {
        "Inbound" => declaration.stages.get(position),
        "Outbound" => declaration.stages.get(position + 1),
        _ => return Err(fault::invalid("transitionType must be Inbound or Outbound.")),
    };
    let Some(stage) = behind.map(|stage| stage.name.clone()) else { return Ok(json!({})) };
    let enabled = reason.is_none();
    let transition = Transition { enabled, changed_by: caller.arn.clone(), changed_at: world.now(), reason };
    if let Some(pipeline) = world.codepipeline.pipelines.get_mut(name) {
        pipeline.transitions.insert(stage, transition);
    }
    flow::admit(world, name);
    Ok(json!({}))
}
