//! Executions begin: by a call, by a push, by the creation of the pipeline.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use crate::codepipeline::{
    declaration::{Declaration, Kind, Mode},
    fault, flow, publish,
    record::{Execution, ExecutionStatus},
};
use crate::world::{Caller, World};

/// How many executions may wait in a queued or run in a parallel pipeline (quotas of the user guide).
const LIMIT: usize = 50;
/// How many client request tokens are remembered.
const TOKENS: usize = 50;

/// Why an execution begins, and what it begins with.
#[derive(Debug, Default)]
pub(crate) struct Trigger {
    kind: String,
    detail: String,
    variables: BTreeMap<String, String>,
    overrides: BTreeMap<String, String>,
}

impl Trigger {
    pub(crate) fn new(kind: &str, detail: &str) -> Self {
        Self { kind: kind.to_owned(), detail: detail.to_owned(), ..Self::default() }
    }
}

/// `StartPipelineExecution`.
pub(crate) fn start(world: &mut World, caller: &Caller, input: &Value) -> Result<Value, AwsError> {
    let input = fault::read(input);
    let name = input.text("name")?;
    let declaration = fault::declaration(world, name)?;
    let mut trigger = Trigger::new("StartPipelineExecution", &caller.arn);
    trigger.variables = variables(declaration, &input)?;
    trigger.overrides = overrides(declaration, &input)?;
    let token = input.text_or_none("clientRequestToken");
    let fits = |token: &str| (1..=128).contains(&token.len()) && token.bytes().all(is_of_tokens);
    if token.is_some_and(|token| !fits(token)) {
        return Err(fault::invalid("clientRequestToken must have 1 to 128 letters, digits and - only."));
    }
    let tokens = &fault::pipeline(world, name)?.tokens;
    if let Some((_, id)) = tokens.iter().find(|(known, _)| Some(known.as_str()) == token) {
        return Ok(json!({"pipelineExecutionId": id}));
    }
    has_room(world, name)?;
    let id = begin(world, name, trigger);
    if let (Some(token), Some(pipeline)) = (token, world.codepipeline.pipelines.get_mut(name)) {
        pipeline.tokens.push((token.to_owned(), id.clone()));
        let excess = pipeline.tokens.len().saturating_sub(TOKENS);
        pipeline.tokens.drain(..excess);
    }
    Ok(json!({"pipelineExecutionId": id}))
}

fn is_of_tokens(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Whether a pipeline may have one more execution under way.
pub(crate) fn has_room(world: &World, name: &str) -> Result<(), AwsError> {
    let mode = fault::declaration(world, name)?.execution_mode;
    if mode == Mode::Superseded || flow::live(world, name).count() < LIMIT {
        return Ok(());
    }
    let message = format!("The pipeline has reached the limit of {LIMIT} executions at one time.");
    Err(AwsError::new("ConcurrentPipelineExecutionsLimitExceededException", message))
}

fn variables(declaration: &Declaration, input: &Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    let mut given = BTreeMap::new();
    for variable in input.each("variables") {
        let name = variable.text("name")?;
        if !declaration.variables.iter().any(|declared| declared.name == name) {
            return Err(fault::invalid(format!("The pipeline declares no variable '{name}'.")));
        }
        given.insert(name.to_owned(), variable.text("value")?.to_owned());
    }
    for declared in &declaration.variables {
        if !given.contains_key(&declared.name) && declared.default_value.is_none() {
            let message = format!("The variable '{}' has no default and must be given.", declared.name);
            return Err(fault::invalid(message));
        }
    }
    Ok(given)
}

fn overrides(declaration: &Declaration, input: &Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    let mut overrides = BTreeMap::new();
    for revision in input.each("sourceRevisions") {
        let action = revision.text("actionName")?;
        if declaration.pipeline_type != Kind::V2 {
            return Err(fault::invalid("Only pipelines of type V2 take source revisions."));
        }
        if !declaration.sources().iter().any(|source| source.name == action) {
            return Err(fault::invalid(format!("The pipeline has no source action '{action}'.")));
        }
        if revision.text("revisionType")? != "COMMIT_ID" {
            return Err(fault::invalid(format!("The source action '{action}' takes a COMMIT_ID.")));
        }
        overrides.insert(action.to_owned(), revision.text("revisionValue")?.to_owned());
    }
    Ok(overrides)
}

/// Starts an execution of a pipeline that exists; gives its id.
pub(crate) fn begin(world: &mut World, name: &str, trigger: Trigger) -> String {
    let (id, key) = record(world, name, trigger);
    publish::execution(world, &key, "STARTED");
    flow::arrive(world, &key, 0);
    id
}

/// Records an execution that has not moved yet; gives its id and its key.
pub(crate) fn record(world: &mut World, name: &str, trigger: Trigger) -> (String, String) {
    let (now, id) = (world.now(), world.ids.uuid());
    let Some(pipeline) = world.codepipeline.pipelines.get_mut(name) else { return (id, String::new()) };
    pipeline.last += 1;
    let (number, version) = (pipeline.last, pipeline.version);
    pipeline.live.push(number);
    let declaration = world.codepipeline.declaration(name, version);
    let mut variables: BTreeMap<_, _> = declaration
        .into_iter()
        .flat_map(|found| &found.variables)
        .filter_map(|variable| Some((variable.name.clone(), variable.default_value.clone()?)))
        .collect();
    variables.extend(trigger.variables);
    let execution = Execution {
        id: id.clone(),
        pipeline: name.to_owned(),
        number,
        version,
        mode: declaration.map(|found| found.execution_mode).unwrap_or_default(),
        status: ExecutionStatus::InProgress,
        status_summary: None,
        stage: 0,
        inside: false,
        stages: BTreeMap::new(),
        started: now,
        updated: now,
        trigger_type: trigger.kind,
        trigger_detail: trigger.detail,
        overrides: trigger.overrides,
        variables,
        outputs: BTreeMap::new(),
        artifacts: BTreeMap::new(),
        revisions: Vec::new(),
        stop: None,
        rollback_to: None,
        runs: 0,
    };
    let key = execution.key();
    world.codepipeline.executions.insert(&key, execution);
    (id, key)
}

/// A branch of a repository moved: every pipeline that looks for changes by itself starts. Others wait for a
/// rule.
pub(crate) fn source_changed(world: &mut World, repository: &str, branch: &str, commit: &str) {
    let names: Vec<_> = world.codepipeline.pipelines.keys().map(str::to_owned).collect();
    for name in names {
        let Some((action, polls)) = watching(world, &name, repository, Some(branch)) else { continue };
        if polls {
            let mut trigger = Trigger::new("PollForSourceChanges", &format!("{repository}/{branch}"));
            trigger.overrides.insert(action, commit.to_owned());
            begin(world, &name, trigger);
        }
    }
}

/// A rule of EventBridge starts a pipeline, with the commit that its event speaks of. Gives whether there is
/// such a pipeline.
pub(crate) fn start_by_rule(world: &mut World, name: &str, rule: &str, event: &Value) -> bool {
    if !world.codepipeline.pipelines.contains(name) {
        return false;
    }
    let mut trigger = Trigger::new("CloudWatchEvent", rule);
    let text = |member: &str| event["detail"][member].as_str();
    if let (Some(repository), Some(commit)) = (text("repositoryName"), text("commitId"))
        && let Some((action, _)) = watching(world, name, repository, text("referenceName"))
    {
        trigger.overrides.insert(action, commit.to_owned());
    }
    begin(world, name, trigger);
    true
}

/// The source action of a pipeline that fetches from a branch, and whether it looks for changes by itself.
fn watching(world: &World, name: &str, repository: &str, branch: Option<&str>) -> Option<(String, bool)> {
    let declaration = fault::declaration(world, name).ok()?;
    let sources = declaration.sources();
    let action = sources.iter().find(|action| {
        let setting = |name: &str| action.configuration.get(name).map(String::as_str);
        setting("RepositoryName") == Some(repository) && setting("BranchName") == branch
    })?;
    // CodeCommit's action polls unless it is told not to.
    let polls = action.configuration.get("PollForSourceChanges").is_none_or(|it| it != "false");
    Some((action.name.clone(), polls))
}
