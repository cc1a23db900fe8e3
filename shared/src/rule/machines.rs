//! Whether a state machine may be started or stopped by hand, and which ones only in an emergency.

use super::{
    Consequence, Refusal, Rule, busy, gate::passable, gate::vote_consequence, invalid, limit, machine,
    present, read, refuse,
};
use crate::{
    command::{COMMENT_LIMIT, INPUT_LIMIT, REASON_LIMIT, StartEmergency, StartExecution, StopExecution},
    machine::{BY_HAND, Execution, ExecutionStatus, Machine, MachineKind, plain_arn},
    order,
    pipeline::{GateKind, Pipeline, Step, StepKind, StepStatus},
    snapshot::Snapshot,
    vote::Choice,
};

impl Rule for StartExecution {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let machine = machine(snapshot, &self.machine)?;
        if let Some(gate) = gate_of(read(snapshot)?, machine) {
            return refuse(format!(
                "{} stands behind the gate {}: vote there. Without a vote it starts only in an emergency.",
                machine.name, gate.title
            ));
        }
        startable(snapshot, machine, &self.input)?;
        Ok(machine_consequence(snapshot, machine))
    }
}

impl Rule for StartEmergency {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let pipeline = read(snapshot)?;
        let machine = machine(snapshot, &self.machine)?;
        let Some(gate) = gate_of(pipeline, machine) else {
            return refuse(format!("{} stands behind no gate: start it without an emergency.", machine.name));
        };
        present(pipeline, &self.release)?;
        startable(snapshot, machine, &self.input)?;
        passable(snapshot, decides(gate, machine))?;
        limit(&self.reason, COMMENT_LIMIT, "reason")?;
        if self.reason.trim().is_empty() {
            return invalid("Say why nobody is asked: an emergency needs a reason.");
        }
        let around = if gate.status == StepStatus::Succeeded {
            format!("{} was approved; this happens outside the pipeline.", gate.title)
        } else {
            format!("This goes around {}: nobody has voted for it.", gate.title)
        };
        Ok(format!("{around} Everybody will see it. {}", machine_consequence(snapshot, machine)))
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

/// The gate that a state machine stands behind, if it does: the pipeline starts it only once that is passed.
///
/// The pipeline's definition decides, not a name. Names count where the definition does not tell which step starts
/// the machine; and where a step behind a gate does something that cannot be looked into, a machine that no step
/// is known to start may be what it starts.
pub fn gate_of<'a>(pipeline: &'a Pipeline, machine: &Machine) -> Option<&'a Step> {
    let starts = |step: &&Step| step.machine.as_deref() == Some(plain_arn(&machine.arn));
    let mut starting = pipeline.steps.iter().filter(starts).peekable();
    if starting.peek().is_some() {
        return starting.find_map(|step| pipeline.gate_before(step));
    }
    let named = |kind| pipeline.step_of(&StepKind::Gate(kind));
    let hidden = || {
        let mut opaque =
            pipeline.steps.iter().filter(|it| matches!(it.kind, StepKind::Other | StepKind::Build));
        opaque.find_map(|step| pipeline.gate_before(step))
    };
    match machine.kind {
        MachineKind::Swap => named(GateKind::ApproveSwap).or_else(hidden),
        MachineKind::CleanUp => named(GateKind::ApproveCleanUp).or_else(hidden),
        MachineKind::DeployGreen | MachineKind::RollBack => None,
        MachineKind::Other => hidden(),
    }
}

/// The machines that were started by hand around a gate since the release on the rail began, each with the gate,
/// the latest first.
pub fn emergencies(snapshot: &Snapshot) -> Vec<(&Machine, &Step, &Execution)> {
    let Some(pipeline) = snapshot.pipeline() else { return Vec::new() };
    let Some(began) = pipeline.release.as_ref().and_then(|release| release.started_at) else {
        return Vec::new();
    };
    let gated = |machine| Some((machine, gate_of(pipeline, machine)?));
    let by_hand = |it: &&Execution| it.name.starts_with(BY_HAND) && it.started_at >= began;
    let mut found: Vec<_> = snapshot
        .machines()
        .iter()
        .filter_map(gated)
        .flat_map(|(machine, gate)| {
            machine.executions.iter().filter(by_hand).map(move |it| (machine, gate, it))
        })
        .collect();
    order::sort_by_key(&mut found, |(_, _, execution)| std::cmp::Reverse(execution.started_at));
    found
}

/// What passing the gate by this machine amounts to: what the machine does says more than the gate's name.
fn decides(gate: &Step, machine: &Machine) -> GateKind {
    match (machine.kind, &gate.gate) {
        (MachineKind::Swap, _) => GateKind::ApproveSwap,
        (MachineKind::CleanUp, _) => GateKind::ApproveCleanUp,
        (_, Some(gate)) => gate.kind,
        (_, None) => GateKind::Other,
    }
}

fn startable(snapshot: &Snapshot, machine: &Machine, input: &str) -> Result<(), Refusal> {
    if input.len() > INPUT_LIMIT {
        return invalid("The input is larger than 256 KiB.");
    }
    if let Some(problem) = &machine.problem {
        return refuse(problem.clone());
    }
    match busy(snapshot) {
        Some(other) => {
            refuse(format!("{other} is running and changes the same things. Wait, or stop it first."))
        }
        None => Ok(()),
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
mod tests;
