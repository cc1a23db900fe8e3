//! Step Functions' executions as ours. Pure and total.

use aws_sdk_sfn::{
    operation::describe_execution::DescribeExecutionOutput,
    types::{ExecutionListItem, ExecutionStatus as SdkStatus},
};
use viridian_domain::port::{Fault, PortError};
use viridian_shared::{
    machine::{Execution, ExecutionDetail, ExecutionStatus},
    unseen,
};

use crate::time::{maybe, moment};

/// None for an execution whose start is no moment that we can hold.
pub(super) fn execution(item: &ExecutionListItem) -> Option<Execution> {
    Some(Execution {
        arn: item.execution_arn().to_owned(),
        name: item.name().to_owned(),
        status: status(item.status()),
        started_at: moment(item.start_date())?,
        stopped_at: maybe(item.stop_date()),
    })
}

pub(super) fn detail(output: &DescribeExecutionOutput) -> Result<ExecutionDetail, PortError> {
    let strange = || PortError::new(Fault::Unexpected, "DescribeExecution", "the start date is not a date");
    let arn = output.execution_arn();
    let name = output.name().unwrap_or_else(|| arn.rsplit(':').next().unwrap_or(arn));
    Ok(ExecutionDetail {
        execution: Execution {
            arn: arn.to_owned(),
            name: name.to_owned(),
            status: status(output.status()),
            started_at: moment(output.start_date()).ok_or_else(strange)?,
            stopped_at: maybe(output.stop_date()),
        },
        input: shown(output.input()),
        output: shown(output.output()),
        error: shown(output.error()),
        cause: shown(output.cause()),
        events: Vec::new(),
        next: None,
    })
}

/// A text that somebody else wrote.
fn shown(text: Option<&str>) -> Option<String> {
    text.map(|text| unseen::marked(text).into_owned())
}

fn status(status: &SdkStatus) -> ExecutionStatus {
    match status {
        SdkStatus::Running => ExecutionStatus::Running,
        SdkStatus::Succeeded => ExecutionStatus::Succeeded,
        SdkStatus::Failed => ExecutionStatus::Failed,
        SdkStatus::TimedOut => ExecutionStatus::TimedOut,
        SdkStatus::Aborted => ExecutionStatus::Aborted,
        SdkStatus::PendingRedrive => ExecutionStatus::PendingRedrive,
        other => ExecutionStatus::Unknown(other.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_aws_adds_later_is_unknown_and_not_lost() {
        let later = status(&SdkStatus::from("RESTING"));
        assert_eq!(later, ExecutionStatus::Unknown("RESTING".to_owned()));
    }
}
