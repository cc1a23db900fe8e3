//! Whether a state machine may be started or stopped by hand.

use super::{Consequence, Refusal, Rule, busy, gate::vote_consequence, invalid, limit, machine, refuse};
use crate::{
    command::{INPUT_LIMIT, REASON_LIMIT, StartExecution, StopExecution},
    machine::{ExecutionStatus, Machine, MachineKind},
    pipeline::GateKind,
    snapshot::Snapshot,
    vote::Choice,
};

impl Rule for StartExecution {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let machine = machine(snapshot, &self.machine)?;
        if self.input.len() > INPUT_LIMIT {
            return invalid("The input is larger than 256 KiB.");
        }
        if let Some(problem) = &machine.problem {
            return refuse(problem.clone());
        }
        if let Some(other) = busy(snapshot) {
            return refuse(format!(
                "{other} is running and changes the same things. Wait, or stop it first."
            ));
        }
        Ok(machine_consequence(snapshot, machine))
    }
}

impl Rule for StopExecution {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let machine = machine(snapshot, &self.machine)?;
        let Some(execution) = machine.executions.iter().find(|it| it.arn == self.execution_arn) else {
            return refuse("This execution is not among the latest ones.");
        };
        if execution.status != ExecutionStatus::Running {
            return refuse("This execution has already ended.");
        }
        limit(&self.reason, REASON_LIMIT, "reason")?;
        Ok(format!("{} stops where it is. What it has changed so far stays.", machine.name))
    }
}

fn machine_consequence(snapshot: &Snapshot, machine: &Machine) -> Consequence {
    match machine.kind {
        MachineKind::DeployGreen => "A green is stood up beside production, outside the pipeline.".to_owned(),
        MachineKind::Swap => vote_consequence(snapshot, GateKind::ApproveSwap, Choice::Approve),
        MachineKind::CleanUp => vote_consequence(snapshot, GateKind::ApproveCleanUp, Choice::Approve),
        MachineKind::RollBack => {
            "Production goes back to blue if it serves green, and green’s tasks stop.".to_owned()
        }
        MachineKind::Other => format!("{} starts with this input.", machine.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn start(machine: &str) -> StartExecution {
        StartExecution { machine: machine.to_owned(), input: "{}".to_owned() }
    }

    #[test]
    fn two_machines_never_work_at_once() {
        let mut snapshot = sample::testing();
        assert!(start("swap").judge(&snapshot).is_ok());
        let running = sample::run(&mut snapshot, "swap");
        assert!(start("clean-up").judge(&snapshot).unwrap_err().reason.contains("swap is running"));
        let stop = |arn: &str| StopExecution {
            machine: "swap".to_owned(),
            execution_arn: arn.to_owned(),
            reason: String::new(),
        };
        assert!(stop(&running).judge(&snapshot).is_ok());
        assert!(stop("other").judge(&snapshot).unwrap_err().reason.contains("not among"));
    }

    #[test]
    fn a_machine_that_is_not_there_or_cannot_be_read_is_not_started() {
        let mut snapshot = sample::testing();
        assert!(start("teleport").judge(&snapshot).unwrap_err().reason.contains("no state machine"));
        if let Some(machines) = &mut snapshot.machines.value {
            for machine in machines {
                machine.problem = Some("AWS denies it.".to_owned());
            }
        }
        assert_eq!(start("swap").judge(&snapshot).unwrap_err().reason, "AWS denies it.");
    }
}
