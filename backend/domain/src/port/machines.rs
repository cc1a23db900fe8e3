//! Step Functions as the console needs it.

use async_trait::async_trait;
use viridian_shared::machine::{Execution, ExecutionDetail};

use super::PortError;
use crate::Warrant;

/// State machines and their executions.
#[async_trait]
pub trait Machines: Send + Sync {
    /// The latest executions, newest first; a bounded number. `Missing` if there is no such machine.
    async fn executions(&self, machine_arn: &str) -> Result<Vec<Execution>, PortError>;

    /// The definition as it stands, in Amazon States Language.
    async fn definition(&self, machine_arn: &str) -> Result<String, PortError>;

    /// The definition that an execution runs by, whatever became of its machine since. It never changes, so that it
    /// is asked for once.
    async fn definition_of(&self, execution_arn: &str) -> Result<String, PortError>;

    /// An execution without its events.
    async fn execution(&self, execution_arn: &str) -> Result<ExecutionDetail, PortError>;

    /// An execution with a page of its events; `after` is the `next` of the page before.
    async fn history(&self, execution_arn: &str, after: Option<&str>) -> Result<ExecutionDetail, PortError>;

    /// Starts an execution of that name and gives its ARN. A name that runs already with the same input is
    /// the same execution; a name that has ended is `Conflict`.
    async fn start(
        &self,
        warrant: &Warrant,
        machine_arn: &str,
        name: &str,
        input: &str,
    ) -> Result<String, PortError>;

    /// Stops an execution with a reason. `Conflict` when it has ended already.
    async fn stop(&self, warrant: &Warrant, execution_arn: &str, reason: &str) -> Result<(), PortError>;
}

/// The ARN of an execution of a machine.
pub fn execution_arn(machine_arn: &str, name: &str) -> String {
    format!("{}:{name}", machine_arn.replacen(":stateMachine:", ":execution:", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_is_named_after_its_machine() {
        assert_eq!(
            execution_arn("arn:aws:states:r:1:stateMachine:swap", "a1"),
            "arn:aws:states:r:1:execution:swap:a1"
        );
    }
}
