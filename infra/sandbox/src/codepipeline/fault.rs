//! The errors that many operations of CodePipeline share, in AWS's words.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use viridian_aws_wire::{AwsError, Input};

use super::{
    CodePipeline,
    declaration::Declaration,
    record::{Execution, Pipeline},
};
use crate::world::World;

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationException", message)
}

pub(super) fn read(input: &serde_json::Value) -> Input<'_> {
    Input::new(input, "ValidationException")
}

/// The pipeline of that name, or `PipelineNotFoundException`.
pub(super) fn pipeline<'a>(world: &'a World, name: &str) -> Result<&'a Pipeline, AwsError> {
    let missing = || {
        let account = &world.place.account;
        let message = format!("Account '{account}' does not have a pipeline with name '{name}'");
        AwsError::new("PipelineNotFoundException", message)
    };
    world.codepipeline.pipelines.get(name).ok_or_else(missing)
}

/// The pipeline's present declaration.
pub(super) fn declaration<'a>(world: &'a World, name: &str) -> Result<&'a Declaration, AwsError> {
    let version = pipeline(world, name)?.version;
    world
        .codepipeline
        .declaration(name, version)
        .ok_or_else(|| AwsError::internal(format!("version {version} of {name} is lost")))
}

pub(super) fn stage_missing(pipeline: &str, stage: &str) -> AwsError {
    AwsError::new("StageNotFoundException", format!("The pipeline '{pipeline}' has no stage '{stage}'"))
}

pub(super) fn execution_missing(pipeline: &str, id: &str) -> AwsError {
    let message = format!("The pipeline '{pipeline}' has no execution '{id}'");
    AwsError::new("PipelineExecutionNotFoundException", message)
}

impl CodePipeline {
    pub(super) fn declaration(&self, name: &str, version: u32) -> Option<&Declaration> {
        self.declarations.get(&declaration_key(name, version))
    }

    /// The pipeline's executions, oldest first.
    pub(super) fn executions_of(&self, name: &str) -> impl DoubleEndedIterator<Item = &Execution> {
        self.executions.range(&format!("{name}/"), &format!("{name}0")).map(|(_, execution)| execution)
    }

    pub(super) fn execution_by_id(&self, name: &str, id: &str) -> Option<&Execution> {
        self.executions_of(name).rev().find(|execution| execution.id == id)
    }
}

pub(super) fn declaration_key(name: &str, version: u32) -> String {
    format!("{name}/{version:06}")
}

/// `maxResults`, at most `most`.
pub(super) fn limit(input: &Input<'_>, most: usize) -> Result<usize, AwsError> {
    let Some(number) = input.number("maxResults")? else { return Ok(most.min(100)) };
    let number = usize::try_from(number).ok().filter(|number| *number >= 1 && *number <= most);
    number.ok_or_else(|| invalid(format!("maxResults must lie between 1 and {most}.")))
}

/// `nextToken` as an earlier answer gave it.
pub(super) fn token<'a>(input: &Input<'a>) -> Result<Option<&'a str>, AwsError> {
    let Some(token) = input.text_or_none("nextToken") else { return Ok(None) };
    if token.parse::<usize>().is_err() {
        let message = "The next token was not given by an earlier answer of this operation.";
        return Err(AwsError::new("InvalidNextTokenException", message));
    }
    Ok(Some(token))
}

/// One page of what is listed from the newest to the oldest. The token names the last one that was given, so that
/// what begins meanwhile does not shift the pages.
pub(super) fn page<T>(
    found: impl Iterator<Item = (String, T)>,
    input: &Input<'_>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let limit = limit(input, 100)?;
    let after = match input.text_or_none("nextToken") {
        Some(token) => Some(last_given(token).ok_or_else(|| {
            let message = "The next token was not given by an earlier answer of this operation.";
            AwsError::new("InvalidNextTokenException", message)
        })?),
        None => None,
    };
    let mut rest = found.skip_while(|(key, _)| after.as_ref().is_some_and(|after| key >= after));
    let page: Vec<(String, T)> = rest.by_ref().take(limit).collect();
    let next = match (page.last(), rest.next()) {
        (Some((last, _)), Some(_)) => Some(URL_SAFE_NO_PAD.encode(last)),
        _ => None,
    };
    Ok((page.into_iter().map(|(_, item)| item).collect(), next))
}

fn last_given(token: &str) -> Option<String> {
    let key = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    key.contains('/').then_some(key)
}
