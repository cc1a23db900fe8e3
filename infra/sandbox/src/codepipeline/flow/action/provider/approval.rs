//! Manual approvals: a token that is answered once, or expires.

use std::collections::BTreeMap;

use jiff::{SignedDuration, fmt::strtime};
use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, read::seconds};

use crate::codepipeline::{
    Event, action, fault, provider,
    record::{ActionError, ActionRun, ActionStatus},
};
use crate::world::{self, Caller, World};

/// How long an approval waits that declares no time of its own: seven days.
const PATIENCE: i64 = 7 * 24 * 60;

/// Opens an approval: makes its token, sets its time, tells the topic.
pub(crate) fn open(world: &mut World, key: &str, run: &ActionRun) {
    let token = world.ids.uuid();
    let patience = SignedDuration::from_mins(run.action.timeout_in_minutes.unwrap_or(PATIENCE));
    let timer = world.after(patience, world::Event::CodePipeline(Event::Expired(key.to_owned())));
    if let Some(run) = world.codepipeline.runs.get_mut(key) {
        run.token = Some(token.clone());
        run.timer = Some(timer);
    }
    if let Some(topic) = run.configuration.get("NotificationArn") {
        announce(world, run, topic, &token, patience);
    }
}

/// The message of the guide's page "approvals-json-format". `expires` has no seconds.
fn announce(world: &mut World, run: &ActionRun, topic: &str, token: &str, patience: SignedDuration) {
    let region = world.place.region.clone();
    let expires = world.now().checked_add(patience).unwrap_or(jiff::Timestamp::MAX);
    let expires = strtime::format("%Y-%m-%dT%H:%MZ", expires).unwrap_or_default();
    let (pipeline, stage, action) = (&run.pipeline, &run.stage, &run.action.name);
    let console =
        format!("https://console.aws.amazon.com/codepipeline/home?region={region}#/view/{pipeline}");
    let mut approval = json!({
        "pipelineName": pipeline, "stageName": stage, "actionName": action, "token": token, "expires": expires,
        "approvalReviewLink": format!("{console}/{stage}/{action}/approve/{token}"),
    });
    let links = [("externalEntityLink", "ExternalEntityLink"), ("customData", "CustomData")];
    for (member, setting) in links {
        if let Some(value) = run.configuration.get(setting) {
            approval[member] = json!(value);
        }
    }
    let message = json!({"region": region, "consoleLink": console, "approval": approval}).to_string();
    let subject = format!("APPROVAL NEEDED: AWS CodePipeline {pipeline} for action {action}");
    let caller = provider::role(world, run);
    let input = json!({"TopicArn": topic, "Subject": subject, "Message": message});
    if let Err(error) = world.call(&caller, "sns", "Publish", input) {
        tracing::warn!(%error, %pipeline, "the approval was not announced");
    }
}

pub(crate) fn expired(world: &mut World, key: &str) {
    let Some(run) = world.codepipeline.runs.get(key) else { return };
    let minutes = run.action.timeout_in_minutes.unwrap_or(PATIENCE);
    // AWS does not document the words. What tells it from a rejection: nobody is named, nothing is summed up.
    let message = format!("The approval request was not answered within {minutes} minutes and has expired.");
    action::fail(world, key, ActionError::new("ApprovalTimedOut", message));
}

/// `PutApprovalResult`.
pub(crate) fn put(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let answer = Answer::read(input)?;
    let key = find(world, &answer)?;
    let now = world.now();
    if let Some(run) = world.codepipeline.runs.get_mut(&key) {
        run.summary = Some(answer.summary.to_owned());
        run.updated_by = Some(caller.arn.clone());
    }
    if answer.approved {
        action::succeed(world, &key, BTreeMap::new());
    } else {
        action::fail(world, &key, None);
    }
    Ok(json!({"approvedAt": seconds(now)}))
}

struct Answer<'a> {
    pipeline: &'a str,
    stage: &'a str,
    action: &'a str,
    token: &'a str,
    summary: &'a str,
    approved: bool,
}

impl<'a> Answer<'a> {
    fn read(input: &'a Value) -> Result<Self, AwsError> {
        let input = fault::read(input);
        let result = input.child("result").ok_or_else(|| input.missing("result"))?;
        let summary = result.text_or_none("summary").ok_or_else(|| result.missing("summary"))?;
        if summary.chars().count() > 512 {
            return Err(fault::invalid("result.summary must have at most 512 characters."));
        }
        let approved = match result.text("status")? {
            "Approved" => true,
            "Rejected" => false,
            _ => return Err(fault::invalid("result.status must be Approved or Rejected.")),
        };
        let token = input.text("token")?;
        let is_small = !token.bytes().any(|byte| byte.is_ascii_uppercase());
        if uuid::Uuid::try_parse(token).is_err() || token.len() != 36 || !is_small {
            return Err(fault::invalid("token must be a UUID in lower case."));
        }
        Ok(Self {
            pipeline: input.text("pipelineName")?,
            stage: input.text("stageName")?,
            action: input.text("actionName")?,
            token,
            summary,
            approved,
        })
    }
}

/// The key of the open approval that an answer is for.
fn find(world: &World, answer: &Answer<'_>) -> Result<String, AwsError> {
    let declaration = fault::declaration(world, answer.pipeline)?;
    let stage =
        declaration.stage(answer.stage).ok_or_else(|| fault::stage_missing(answer.pipeline, answer.stage))?;
    let action = stage.action(answer.action).ok_or_else(|| {
        let message = format!("The stage '{}' has no action '{}'", answer.stage, answer.action);
        AwsError::new("ActionNotFoundException", message)
    })?;
    if !action.kind.is_approval() {
        return Err(fault::invalid(format!("The action '{}' is not an approval.", answer.action)));
    }
    let (from, to) = (format!("{}/", answer.pipeline), format!("{}0", answer.pipeline));
    let asked = world.codepipeline.runs.range(&from, &to).rev().find(|(_, run)| {
        run.stage == answer.stage
            && run.action.name == answer.action
            && run.token.as_deref() == Some(answer.token)
    });
    let late = "The approval request already received a response or has expired.";
    match asked {
        Some((key, run)) if run.status == ActionStatus::InProgress => Ok(key.to_owned()),
        Some((_, run)) if run.updated_by.is_some() => {
            let message = "The approval action has already been approved or rejected.";
            Err(AwsError::new("ApprovalAlreadyCompletedException", message))
        }
        _ => Err(AwsError::new("InvalidApprovalTokenException", late)),
    }
}
