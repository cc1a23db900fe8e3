//! What a pipeline's declaration must be before it is accepted.

use std::collections::BTreeSet;

use serde_json::Value;
use viridian_aws_wire::AwsError;

use super::{
    condition,
    declaration::{Action, Declaration, Kind, Mode, OnFailure, Stage},
    fault, provider,
};

/// Reads and checks the `pipeline` member of an input.
pub(super) fn declaration(input: &Value) -> Result<Declaration, AwsError> {
    let input = fault::read(input);
    let pipeline = input.maybe("pipeline").ok_or_else(|| input.missing("pipeline"))?;
    let declaration: Declaration = serde_json::from_value(pipeline.clone())
        .map_err(|error| fault::invalid(format!("The pipeline cannot be read: {error}")))?;
    is_name("pipeline.name", &declaration.name)?;
    structure(&declaration)?;
    variables(&declaration)?;
    artifacts(&declaration)?;
    Ok(declaration)
}

fn is_name(member: &str, name: &str) -> Result<(), AwsError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ".@-_".contains(letter);
    if name.is_empty() || name.len() > 100 || !name.chars().all(allowed) {
        let message = format!("{member} must have 1 to 100 letters, digits and .@-_ only, not '{name}'.");
        return Err(fault::invalid(message));
    }
    Ok(())
}

fn structure(declaration: &Declaration) -> Result<(), AwsError> {
    let broken = |message: &str| Err(AwsError::new("InvalidStructureException", message));
    let (first, others) = match declaration.stages.split_first() {
        Some((first, others)) if !others.is_empty() => (first, others),
        _ => return broken("A pipeline must have at least two stages."),
    };
    if declaration.pipeline_type == Kind::V1 && declaration.execution_mode != Mode::Superseded {
        return broken("Only pipelines of type V2 have the execution modes QUEUED and PARALLEL.");
    }
    let acts_by_itself = |stage: &Stage| stage.on_failure() != OnFailure::Fail;
    if declaration.pipeline_type == Kind::V1 && declaration.stages.iter().any(acts_by_itself) {
        return broken("Only pipelines of type V2 retry or roll back a stage by themselves.");
    }
    let triggers = declaration.rest.get("triggers").and_then(Value::as_array);
    if triggers.is_some_and(|triggers| !triggers.is_empty()) {
        return broken(
            "Triggers are of sources by connections, and the sandbox has none: leave them out. Pushes to a \
             CodeCommit repository start its pipelines.",
        );
    }
    let is_source = |action: &Action| action.kind.category == "Source";
    if !first.actions.iter().all(is_source) {
        return broken("The first stage must contain source actions only.");
    }
    if others.iter().any(|stage| stage.actions.iter().any(is_source)) {
        return broken("Only the first stage may contain source actions.");
    }
    let mut names = BTreeSet::new();
    for stage in &declaration.stages {
        if !names.insert(&stage.name) {
            return broken("Two stages of a pipeline must not have the same name.");
        }
        self::stage(stage)?;
    }
    Ok(())
}

fn stage(stage: &Stage) -> Result<(), AwsError> {
    is_name("stage name", &stage.name)?;
    if stage.actions.is_empty() {
        let message = format!("The stage '{}' has no actions.", stage.name);
        return Err(AwsError::new("InvalidStageDeclarationException", message));
    }
    condition::check(stage)?;
    let mut names = BTreeSet::new();
    for action in &stage.actions {
        is_name("action name", &action.name)?;
        let broken = |what: &str| {
            let message = format!("The action '{}' of the stage '{}' {what}", action.name, stage.name);
            Err(AwsError::new("InvalidActionDeclarationException", message))
        };
        if !names.insert(&action.name) {
            return broken("has the same name as another one.");
        }
        if !(1..=999).contains(&action.run_order) {
            return broken("must have a run order between 1 and 999.");
        }
        match action.timeout_in_minutes {
            Some(_) if !action.kind.is_approval() => {
                return broken("must not have timeoutInMinutes: only manual approvals have one.");
            }
            Some(minutes) if !(5..=86_400).contains(&minutes) => {
                return broken("must have a timeoutInMinutes between 5 and 86400.");
            }
            _ => {}
        }
        if action.configuration.values().any(|value| value.len() > 1000) {
            return broken("has a configuration value of more than 1000 characters.");
        }
        let Some((inputs, outputs)) = provider::artifacts(&action.kind) else {
            return broken(&format!("names an action type that is not available: {}.", action.kind));
        };
        if !inputs.contains(&action.input_artifacts.len())
            || !outputs.contains(&action.output_artifacts.len())
        {
            let (least, most) = (inputs.start(), inputs.end());
            return broken(&format!(
                "must have {least} to {most} input artifacts and at most {} output artifacts.",
                outputs.end()
            ));
        }
        if let Some(namespace) = &action.namespace {
            namespace_fits(namespace).or_else(|what| broken(&what))?;
        }
    }
    Ok(())
}

/// Namespaces have at most 100 letters, digits and @-_, and two of them are CodePipeline's own.
fn namespace_fits(namespace: &str) -> Result<(), String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "@-_".contains(letter);
    if namespace.is_empty() || namespace.len() > 100 || !namespace.chars().all(allowed) {
        return Err(format!("has a namespace '{namespace}' that is not 1 to 100 letters, digits and @-_."));
    }
    if matches!(namespace, "codepipeline" | "variables") {
        return Err(format!("uses the reserved namespace '{namespace}'."));
    }
    Ok(())
}

fn variables(declaration: &Declaration) -> Result<(), AwsError> {
    let broken = |message: String| Err(AwsError::new("InvalidStructureException", message));
    if declaration.pipeline_type == Kind::V1 && !declaration.variables.is_empty() {
        return broken("Only pipelines of type V2 have variables.".to_owned());
    }
    let mut names = BTreeSet::new();
    for variable in &declaration.variables {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "@-_".contains(letter);
        let name = &variable.name;
        if name.is_empty() || name.len() > 128 || !name.chars().all(allowed) {
            return broken(format!(
                "The variable name '{name}' must have 1 to 128 letters, digits and @-_ only."
            ));
        }
        if !names.insert(name) {
            return broken(format!("Two variables of the pipeline are called '{name}'."));
        }
    }
    let mut namespaces = BTreeSet::new();
    let all = declaration.stages.iter().flat_map(|stage| &stage.actions);
    for namespace in all.filter_map(|action| action.namespace.as_ref()) {
        if !namespaces.insert(namespace) {
            return broken(format!("Two actions of the pipeline have the namespace '{namespace}'."));
        }
    }
    Ok(())
}

/// Every input artifact is the output of an earlier action, and no two actions make the same one.
fn artifacts(declaration: &Declaration) -> Result<(), AwsError> {
    let broken = |message: String| Err(AwsError::new("InvalidActionDeclarationException", message));
    let mut made = BTreeSet::new();
    for stage in &declaration.stages {
        let mut actions: Vec<_> = stage.actions.iter().collect();
        actions.sort_by_key(|action| action.run_order);
        for group in actions.chunk_by(|left, right| left.run_order == right.run_order) {
            for input in group.iter().flat_map(|action| &action.input_artifacts) {
                if !made.contains(&input.name) {
                    return broken(format!("No earlier action puts out the artifact '{}'.", input.name));
                }
            }
            for output in group.iter().flat_map(|action| &action.output_artifacts) {
                if !made.insert(output.name.clone()) {
                    return broken(format!("Two actions put out the artifact '{}'.", output.name));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pipeline(change: impl Fn(&mut Value)) -> Result<Declaration, AwsError> {
        let action = |category: &str, provider: &str| {
            json!({"name": provider, "actionTypeId":
                {"category": category, "owner": "AWS", "provider": provider, "version": "1"}})
        };
        let mut input = json!({"pipeline": {"name": "demo", "roleArn": "arn:aws:iam::123456789012:role/r", "stages": [
            {"name": "Source", "actions": [action("Source", "CodeCommit")]},
            {"name": "Release", "actions": [action("Approval", "Manual")]},
        ]}});
        change(&mut input["pipeline"]);
        declaration(&input)
    }

    #[test]
    fn a_pipeline_of_one_stage_is_refused() {
        let error = pipeline(|pipeline| {
            pipeline["stages"].as_array_mut().unwrap().pop();
        });
        assert_eq!(error.unwrap_err().code, "InvalidStructureException");
    }

    #[test]
    fn only_approvals_have_a_time_limit_and_it_lies_between_five_minutes_and_sixty_days() {
        let with = |stage: usize, minutes: i64| {
            pipeline(|pipeline| pipeline["stages"][stage]["actions"][0]["timeoutInMinutes"] = json!(minutes))
        };
        assert_eq!(with(0, 60).unwrap_err().code, "InvalidActionDeclarationException");
        assert_eq!(with(1, 4).unwrap_err().code, "InvalidActionDeclarationException");
        assert!(with(1, 5).is_ok());
        assert!(with(1, 86_400).is_ok());
    }

    #[test]
    fn queueing_needs_a_pipeline_of_type_v2() {
        let queued = |kind: &str| {
            pipeline(|pipeline| {
                pipeline["executionMode"] = json!("QUEUED");
                pipeline["pipelineType"] = json!(kind);
            })
        };
        assert_eq!(queued("V1").unwrap_err().code, "InvalidStructureException");
        assert!(queued("V2").is_ok());
    }

    #[test]
    fn an_artifact_must_be_made_before_it_is_used() {
        let error = pipeline(|pipeline| {
            pipeline["stages"][1]["actions"][0]["inputArtifacts"] = json!([{"name": "Source"}]);
        });
        assert_eq!(error.unwrap_err().code, "InvalidActionDeclarationException");
    }
}
