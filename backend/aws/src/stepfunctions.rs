//! The machines port over Step Functions.

mod convert;
mod history;
mod used;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use viridian_domain::{
    Warrant,
    port::{Machines, PortError},
};
use viridian_shared::machine::{Execution, ExecutionDetail};

use self::used::UsedDefinitions;
use crate::classify::classify;

/// Executions listed for each machine.
const EXECUTIONS: i32 = 20;
/// Events of one page of a history.
const EVENTS: i32 = 200;

pub(crate) struct StepFunctions {
    client: Client,
    used: UsedDefinitions,
}

impl StepFunctions {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, used: UsedDefinitions::default() }
    }
}

#[async_trait]
impl Machines for StepFunctions {
    async fn executions(&self, machine_arn: &str) -> Result<Vec<Execution>, PortError> {
        let request = self.client.list_executions().state_machine_arn(machine_arn).max_results(EXECUTIONS);
        let output = request.send().await.map_err(|error| classify("ListExecutions", error))?;
        Ok(output.executions().iter().filter_map(convert::execution).collect())
    }

    async fn definition(&self, machine_arn: &str) -> Result<String, PortError> {
        let sent = self.client.describe_state_machine().state_machine_arn(machine_arn).send().await;
        let output = sent.map_err(|error| classify("DescribeStateMachine", error))?;
        Ok(output.definition().to_owned())
    }

    async fn definition_of(&self, execution_arn: &str) -> Result<String, PortError> {
        let asked = async {
            let request = self.client.describe_state_machine_for_execution().execution_arn(execution_arn);
            let sent = request.send().await;
            let output = sent.map_err(|error| classify("DescribeStateMachineForExecution", error))?;
            Ok(output.definition().to_owned())
        };
        Box::pin(self.used.of(execution_arn, asked)).await
    }

    async fn execution(&self, execution_arn: &str) -> Result<ExecutionDetail, PortError> {
        let sent = self.client.describe_execution().execution_arn(execution_arn).send().await;
        let output = sent.map_err(|error| classify("DescribeExecution", error))?;
        convert::detail(&output)
    }

    async fn history(&self, execution_arn: &str, after: Option<&str>) -> Result<ExecutionDetail, PortError> {
        let request = self.client.get_execution_history().execution_arn(execution_arn);
        let request = request.max_results(EVENTS).include_execution_data(true);
        let events = request.set_next_token(after.map(str::to_owned)).send();
        let (detail, page) = tokio::join!(self.execution(execution_arn), events);
        let page = page.map_err(|error| classify("GetExecutionHistory", error))?;
        Ok(ExecutionDetail {
            events: page.events().iter().filter_map(history::event).collect(),
            next: page.next_token().map(str::to_owned),
            ..detail?
        })
    }

    async fn start(
        &self,
        _warrant: &Warrant,
        machine_arn: &str,
        name: &str,
        input: &str,
    ) -> Result<String, PortError> {
        let request = self.client.start_execution().state_machine_arn(machine_arn).name(name).input(input);
        let output = request.send().await.map_err(|error| classify("StartExecution", error))?;
        Ok(output.execution_arn().to_owned())
    }

    async fn stop(&self, warrant: &Warrant, execution_arn: &str, reason: &str) -> Result<(), PortError> {
        let cause = match reason.trim() {
            "" => format!("stopped by {}", warrant.person()),
            reason => format!("stopped by {}: {reason}", warrant.person()),
        };
        let request = self.client.stop_execution().execution_arn(execution_arn).cause(cause);
        request.error("Stopped").send().await.map_err(|error| classify("StopExecution", error))?;
        Ok(())
    }
}
