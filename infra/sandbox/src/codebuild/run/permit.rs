//! What the project's role must allow a build besides its commands: its log, its source, what it hands in.

use viridian_aws_wire::AwsError;

use super::{Failure, Job};
use crate::{
    Sandbox,
    authorization::{self, RequestContext},
};

/// A build that may not write its log does not begin.
pub(super) fn log(sandbox: &Sandbox, job: &Job) -> Option<Failure> {
    let error = perform(sandbox, job, RequestContext::WriteLog { log: &job.log }).err()?;
    let message = format!(
        "Service role does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build {}. Error \
         message: {}",
        job.id, error.message
    );
    Some(Failure { phase: "SUBMITTED", code: "ACCESS_DENIED", message })
}

/// Its source lies in the artifacts of the pipeline.
pub(super) fn source(sandbox: &Sandbox, job: &Job) -> Option<Failure> {
    let objects = job.source.inputs.iter();
    let refused = objects
        .map(|(bucket, key)| perform(sandbox, job, RequestContext::FetchSource { bucket, key }))
        .find_map(Result::err)?;
    Some(denied("DOWNLOAD_SOURCE", &refused))
}

/// So do its own artifacts.
pub(super) fn artifacts(sandbox: &Sandbox, job: &Job) -> Option<Failure> {
    let objects = job.source.outputs.iter();
    let refused = objects
        .map(|(bucket, key)| perform(sandbox, job, RequestContext::HandInArtifact { bucket, key }))
        .find_map(Result::err)?;
    Some(denied("UPLOAD_ARTIFACTS", &refused))
}

fn denied(phase: &'static str, error: &AwsError) -> Failure {
    let message = format!("AccessDenied: Access Denied status code: 403. {}", error.message);
    Failure { phase, code: "CLIENT_ERROR", message }
}

fn perform(sandbox: &Sandbox, job: &Job, context: RequestContext<'_>) -> Result<(), AwsError> {
    sandbox.with(|world| authorization::perform(world, &job.caller, context))
}
