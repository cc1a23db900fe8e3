//! `GetPipelineState`: what stands where, as the console polls it.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{seconds, without_nulls},
};

use super::{
    declaration::{Action, Declaration, Mode, Stage},
    fault, flow,
    record::{ActionRun, ActionStatus, Execution, Pipeline, StageRun, StageStatus, execution_key},
};
use crate::world::World;

pub(super) fn get(world: &World, input: &Value) -> Result<Value, AwsError> {
    let name = fault::read(input).text("name")?;
    let pipeline = fault::pipeline(world, name)?;
    let declaration = fault::declaration(world, name)?;
    let stages: Vec<_> =
        (0..declaration.stages.len()).map(|position| stage(world, pipeline, declaration, position)).collect();
    Ok(json!({
        "pipelineName": name,
        "pipelineVersion": pipeline.version,
        "stageStates": stages,
        "created": seconds(pipeline.created),
        "updated": seconds(pipeline.updated),
    }))
}

fn stage(world: &World, pipeline: &Pipeline, declaration: &Declaration, position: usize) -> Value {
    let stage = &declaration.stages[position];
    let inbound: Vec<_> = flow::live(world, &pipeline.name)
        .filter(|execution| !execution.inside && execution.stage == position)
        .map(|execution| stage_execution(execution, StageStatus::InProgress))
        .collect();
    let latest = pipeline.latest.get(&stage.name);
    let latest = latest
        .and_then(|number| world.codepipeline.executions.get(&execution_key(&pipeline.name, *number)))
        .and_then(|execution| Some((execution, execution.stages.get(&stage.name)?)));
    let actions: Vec<_> =
        stage.actions.iter().map(|found| action(world, pipeline, declaration, stage, found)).collect();
    without_nulls(json!({
        "stageName": stage.name,
        "inboundExecution": inbound.first(),
        "inboundExecutions": inbound,
        "inboundTransitionState": transition(pipeline, &stage.name),
        "actionStates": actions,
        "latestExecution": latest.map(|(execution, run)| stage_execution(execution, run.status)),
        "retryStageMetadata": latest.and_then(|(_, run)| retries(run)),
    }))
}

fn stage_execution(execution: &Execution, status: StageStatus) -> Value {
    json!({"pipelineExecutionId": execution.id, "status": status, "type": execution.kind()})
}

/// How often the stage was retried by its latest execution, if it was.
fn retries(run: &StageRun) -> Option<Value> {
    // A stage retries itself once at most, and before anybody else can.
    let trigger = match (run.retries, run.auto_retries) {
        (0, 0) => return None,
        (0, _) => "AutomatedStageRetry",
        _ => "ManualStageRetry",
    };
    Some(json!({
        "autoStageRetryAttempt": run.auto_retries,
        "manualStageRetryAttempt": run.retries,
        "latestRetryTrigger": trigger,
    }))
}

fn transition(pipeline: &Pipeline, stage: &str) -> Value {
    let Some(transition) = pipeline.transitions.get(stage) else { return json!({"enabled": true}) };
    without_nulls(json!({
        "enabled": transition.enabled,
        "lastChangedBy": transition.changed_by,
        "lastChangedAt": seconds(transition.changed_at),
        "disabledReason": transition.reason,
    }))
}

fn action(
    world: &World,
    pipeline: &Pipeline,
    declaration: &Declaration,
    stage: &Stage,
    action: &Action,
) -> Value {
    let key = pipeline.latest_runs.get(&format!("{}/{}", stage.name, action.name));
    let run = key.and_then(|key| world.codepipeline.runs.get(key));
    let revision = run.and_then(|run| revision(world, run));
    without_nulls(json!({
        "actionName": action.name,
        "currentRevision": revision.as_ref().map(|(revision, _)| revision),
        "latestExecution": run.map(|run| execution(run, declaration.execution_mode)),
        "entityUrl": entity_url(world, action),
        "revisionUrl": revision.map(|(_, url)| url),
    }))
}

/// The revision that a source action fetched, and its page.
fn revision(world: &World, run: &ActionRun) -> Option<(Value, String)> {
    let execution = world.codepipeline.executions.get(&execution_key(&run.pipeline, run.execution))?;
    let revision = execution.revisions.iter().find(|revision| revision.action == run.action.name)?;
    let current = json!({
        "revisionId": revision.id, "revisionChangeId": revision.id, "created": seconds(revision.created),
    });
    Some((current, revision.url.clone()))
}

fn execution(run: &ActionRun, mode: Mode) -> Value {
    // "token appears only while an approval is open", and for parallel pipelines not at all.
    let token =
        run.token.as_ref().filter(|_| run.status == ActionStatus::InProgress && mode != Mode::Parallel);
    without_nulls(json!({
        "actionExecutionId": run.id,
        "status": run.status,
        "summary": run.summary,
        "lastStatusChange": seconds(run.updated),
        "token": token,
        "lastUpdatedBy": run.updated_by,
        "externalExecutionId": run.external_id,
        "externalExecutionUrl": run.external_url,
        "errorDetails": run.error.as_ref().map(|error| json!({"code": error.code, "message": error.message})),
        "logStreamARN": run.log_stream_arn,
    }))
}

/// Where the AWS console shows what an action works on.
fn entity_url(world: &World, action: &Action) -> Option<String> {
    let region = &world.place.region;
    let setting = |name: &str| action.configuration.get(name).map(String::as_str);
    match action.kind.provider.as_str() {
        "CodeCommit" => Some(format!(
            "https://{region}.console.aws.amazon.com/codecommit/home?region={region}#/repository/{}/browse/{}/--/",
            setting("RepositoryName")?,
            setting("BranchName")?
        )),
        "CodeBuild" => Some(format!(
            "https://{region}.console.aws.amazon.com/codebuild/home?region={region}#/projects/{}/view",
            setting("ProjectName")?
        )),
        "StepFunctions" => Some(format!(
            "https://{region}.console.aws.amazon.com/states/home?region={region}#/statemachines/view/{}",
            setting("StateMachineArn")?
        )),
        "Manual" => setting("ExternalEntityLink").map(str::to_owned),
        _ => None,
    }
}
