//! Hazards in the definitions of the state machines: what they do not look at, wait for or try again.

use super::Setup;
use crate::{machine::MachineKind, notice::Notice};

pub(super) fn found(setup: &Setup<'_>) -> Vec<Notice> {
    let mut found: Vec<Notice> = setup
        .machines
        .iter()
        .flat_map(|(kind, text)| of_machine(*kind, &text.to_ascii_lowercase()))
        .collect();
    let has = |kind| setup.machines.iter().any(|(known, _)| *known == kind);
    // Where no definition was read, nothing is known of what is missing.
    if !setup.machines.is_empty() && !has(MachineKind::RollBack) {
        found.push(Notice::hazard(
            "No state machine leads back: a rejected swap leaves green standing, and it blocks the next release.",
            "Deploy assets/state-machine/roll-back.asl.json and name it roll-back.",
        ));
    }
    found
}

/// The definition is in lower case.
fn of_machine(kind: MachineKind, text: &str) -> Vec<Notice> {
    let mut found = Vec::new();
    let lacks = |what: &[&str]| !what.iter().any(|it| text.contains(it));
    match kind {
        MachineKind::DeployGreen if lacks(&["describetasksets", "describetargethealth"]) => {
            found.push(Notice::hazard(
                "deploy-green ends before green’s tasks run: the gate opens on a green that may never come up.",
                "Wait in it until the task set is steady and its targets are healthy.",
            ));
        }
        MachineKind::Swap if lacks(&["describerules"]) => found.push(Notice::hazard(
            "swap does not look at production again: it changes rules by what was read days ago.",
            "Read the rule and the primary task set in it before they are changed.",
        )),
        MachineKind::CleanUp if lacks(&["\"wait\"", "describetargethealth", "describetasksets"]) => {
            found.push(Notice::hazard(
                "clean-up deletes the target group at once: connections that drain are cut.",
                "Wait in it until blue’s targets have drained.",
            ));
        }
        _ => {}
    }
    if matches!(kind, MachineKind::Swap | MachineKind::CleanUp) && text.contains("actions[0].targetgrouparn")
    {
        found.push(Notice::hazard(
            format!(
                "{} reads the first target group of a rule: with weights there is none there.",
                name(kind)
            ),
            "Read ForwardConfig.TargetGroups.",
        ));
    }
    if kind != MachineKind::Other && lacks(&["\"retry\""]) {
        found.push(Notice::hazard(
            format!("{} tries nothing again: one throttled call leaves it half done.", name(kind)),
            "Give every call a Retry on throttling.",
        ));
    }
    found
}

fn name(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::DeployGreen => "deploy-green",
        MachineKind::Swap => "swap",
        MachineKind::CleanUp => "clean-up",
        MachineKind::RollBack => "roll-back",
        MachineKind::Other => "A state machine",
    }
}
