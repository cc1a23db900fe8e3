//! From an SDK error to a port error, in one place.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use viridian_domain::port::{Fault, PortError};

/// Names what happened by AWS's error code. Codes that are in no model (throttling) are matched all the same.
pub(crate) fn classify<E, R>(operation: &'static str, error: SdkError<E, R>) -> PortError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let fault = match &error {
        _ if lacks_credentials(&error) => Fault::NoCredentials,
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            Fault::Unreachable
        }
        SdkError::ServiceError(service) => fault(service.err().code().unwrap_or_default()),
        _ => Fault::Unexpected,
    };
    let message = error.as_service_error().map(message).unwrap_or_default();
    PortError::new(fault, operation, message).caused_by(error)
}

/// Whether the request was never sent, because nobody could sign it.
fn lacks_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return true;
        }
        next = error.source();
    }
    false
}

fn message(error: &impl ProvideErrorMetadata) -> String {
    let text = error.message().or(error.code()).unwrap_or_default();
    text.trim().to_owned()
}

fn fault(code: &str) -> Fault {
    // Older protocols put a namespace in front: `AWS.SimpleQueueService.NonExistentQueue`.
    let code = code.rsplit(['.', '#']).next().unwrap_or(code);
    let code = code.trim_end_matches("Exception").trim_end_matches("Fault");
    match code {
        "PipelineNotFound"
        | "StageNotFound"
        | "ActionNotFound"
        | "PipelineExecutionNotFound"
        | "StateMachineDoesNotExist"
        | "ExecutionDoesNotExist"
        // Of a page that is asked for: no token that AWS gave.
        | "InvalidToken"
        | "InvalidArn"
        | "ServiceNotFound"
        | "ClusterNotFound"
        | "RuleNotFound"
        | "TargetGroupNotFound"
        | "ListenerNotFound"
        | "RepositoryDoesNotExist"
        | "CommitDoesNotExist"
        | "CommitIdDoesNotExist"
        | "QueueDoesNotExist"
        | "NonExistentQueue"
        | "ResourceNotFound" => Fault::Missing,
        "Throttling"
        | "Throttled"
        | "TooManyRequests"
        | "RequestLimitExceeded"
        | "LimitExceeded"
        | "RequestThrottled"
        | "SlowDown" => Fault::Throttled,
        "AccessDenied" | "UnauthorizedOperation" => Fault::Denied,
        // There were some, and AWS does not take them.
        "UnrecognizedClient"
        | "InvalidClientTokenId"
        | "ExpiredToken"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch"
        | "InvalidSignature"
        | "IncompleteSignature" => Fault::NoCredentials,
        "ApprovalAlreadyCompleted"
        | "InvalidApprovalToken"
        | "PipelineExecutionNotStoppable"
        | "DuplicatedStopRequest"
        | "StageNotRetryable"
        | "NotLatestPipelineExecution"
        | "Conflict"
        | "ConcurrentPipelineExecutionsLimitExceeded"
        | "ExecutionAlreadyExists"
        | "ServiceNotActive"
        | "StateMachineDeleting"
        | "ExecutionLimitExceeded" => Fault::Conflict,
        "ServiceUnavailable" | "InternalServerError" | "InternalFailure" | "HealthUnavailable" => {
            Fault::Unreachable
        }
        _ => Fault::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_with_and_without_its_suffix() {
        assert_eq!(fault("PipelineNotFoundException"), Fault::Missing);
        assert_eq!(fault("RuleNotFound"), Fault::Missing);
        assert_eq!(fault("ThrottlingException"), Fault::Throttled);
        assert_eq!(fault("ThrottledException"), Fault::Throttled);
        assert_eq!(fault("ApprovalAlreadyCompletedException"), Fault::Conflict);
        assert_eq!(fault("AccessDeniedException"), Fault::Denied);
        assert_eq!(fault("ExpiredTokenException"), Fault::NoCredentials);
        assert_eq!(fault("StateMachineDoesNotExist"), Fault::Missing);
        assert_eq!(fault("AWS.SimpleQueueService.NonExistentQueue"), Fault::Missing);
        assert_eq!(fault("SomethingNew"), Fault::Unexpected);
        assert_eq!(fault(""), Fault::Unexpected);
    }
}
