//! Which state machines may be started by hand, which only in an emergency, and which not.

use super::*;
use crate::{
    sample,
    traffic::{Answer, TargetHealth, Weight},
};

fn start(machine: &str) -> StartExecution {
    StartExecution { machine: machine.to_owned(), input: "{}".to_owned() }
}

fn emergency(machine: &str, reason: &str) -> StartEmergency {
    StartEmergency {
        release: sample::RELEASE.to_owned(),
        machine: machine.to_owned(),
        input: "{}".to_owned(),
        reason: reason.to_owned(),
    }
}

fn refused<C: Rule>(command: &C, snapshot: &Snapshot) -> String {
    command.judge(snapshot).unwrap_err().reason
}

/// The machine under another name and kind, in the console’s list and in the pipeline’s definition.
fn rename(snapshot: &mut Snapshot, from: &str, to: &str) {
    let arn = |name: &str| format!("arn:aws:states:r:1:stateMachine:{name}");
    for machine in snapshot.machines.value.iter_mut().flatten().filter(|it| it.name == from) {
        // With an alias, as a set-up may name it.
        (machine.name, machine.arn, machine.kind) =
            (to.to_owned(), format!("{}:live", arn(to)), MachineKind::Other);
    }
    for step in snapshot.pipeline.value.iter_mut().flat_map(|it| it.steps.iter_mut()) {
        if step.machine == Some(arn(from)) {
            (step.machine, step.kind) = (Some(arn(to)), StepKind::Invoke(MachineKind::Other));
        }
    }
}

#[test]
fn two_machines_never_work_at_once() {
    let mut snapshot = sample::testing();
    assert!(start("roll-back").judge(&snapshot).is_ok());
    let running = sample::run(&mut snapshot, "swap");
    assert!(refused(&start("deploy-green"), &snapshot).contains("swap is running"));
    assert!(refused(&emergency("swap", "now"), &snapshot).contains("swap is running"));
    let stop = |arn: &str| StopExecution {
        machine: "swap".to_owned(),
        execution_arn: arn.to_owned(),
        reason: String::new(),
    };
    assert!(stop(&running).judge(&snapshot).is_ok());
    assert!(refused(&stop("other"), &snapshot).contains("not among"));
}

#[test]
fn a_machine_that_is_not_there_or_cannot_be_read_is_not_started() {
    let mut snapshot = sample::testing();
    assert!(refused(&start("teleport"), &snapshot).contains("no state machine"));
    for machine in snapshot.machines.value.iter_mut().flatten() {
        machine.problem = Some("AWS denies it.".to_owned());
    }
    assert_eq!(refused(&start("deploy-green"), &snapshot), "AWS denies it.");
    assert_eq!(refused(&emergency("swap", "now"), &snapshot), "AWS denies it.");
}

#[test]
fn what_stands_behind_a_gate_is_not_started_as_any_other() {
    for (machine, gate) in [("swap", "ApproveSwap"), ("clean-up", "ApproveCleanUp")] {
        let said = refused(&start(machine), &sample::testing());
        assert!(said.contains(gate) && said.contains("only in an emergency"), "{said}");
    }
    for machine in ["deploy-green", "roll-back"] {
        assert!(start(machine).judge(&sample::testing()).is_ok(), "{machine}");
        assert!(refused(&emergency(machine, "now"), &sample::testing()).contains("behind no gate"));
    }
    let mut unread = sample::testing();
    unread.pipeline.value = None;
    assert!(start("swap").judge(&unread).is_err(), "which machines are behind a gate is not known");
}

#[test]
fn the_pipeline_says_what_stands_behind_a_gate_and_not_a_name() {
    let mut snapshot = sample::testing();
    rename(&mut snapshot, "swap", "promote");
    assert!(refused(&start("promote"), &snapshot).contains("ApproveSwap"));
    // A gate of any name and kind holds what the pipeline starts behind it.
    let gate = sample::step(&mut snapshot, "ApproveSwap");
    gate.kind = StepKind::Gate(GateKind::Other);
    assert!(refused(&start("promote"), &snapshot).contains("ApproveSwap"));
    // Where the pipeline starts it ahead of every gate as well, the gate still holds it.
    sample::step(&mut snapshot, "DeployGreen").machine =
        Some("arn:aws:states:r:1:stateMachine:promote".to_owned());
    assert!(refused(&start("promote"), &snapshot).contains("ApproveSwap"));
}

#[test]
fn what_an_unreadable_step_behind_a_gate_may_start_is_held_by_the_gate() {
    let mut snapshot = sample::testing();
    rename(&mut snapshot, "swap", "promote");
    let step = sample::step(&mut snapshot, "Swap");
    (step.kind, step.machine) = (StepKind::Other, None);
    assert!(refused(&start("promote"), &snapshot).contains("ApproveSwap"));
    assert!(start("deploy-green").judge(&snapshot).is_ok());
}

#[test]
fn an_emergency_needs_a_reason_that_fits_and_the_release_that_was_seen() {
    let snapshot = sample::testing();
    for reason in ["", "  ", &"x".repeat(COMMENT_LIMIT + 1)] {
        assert!(emergency("swap", reason).judge(&snapshot).unwrap_err().is_field);
    }
    let other = StartEmergency { release: "other".to_owned(), ..emergency("swap", "now") };
    assert!(refused(&other, &snapshot).contains("Another release"));
    let said = emergency("swap", "the shop is down").judge(&snapshot).unwrap();
    assert!(said.starts_with("This goes around ApproveSwap: nobody has voted for it."), "{said}");
    assert!(said.ends_with("Production :8000 will send 100% to green (9c9f1d2). Blue stays warm."), "{said}");
}

#[test]
fn an_emergency_is_under_the_checks_of_its_gate() {
    let snapshot = sample::testing();
    assert!(refused(&emergency("clean-up", "now"), &snapshot).contains("still sends requests to blue"));
    assert!(emergency("clean-up", "now").judge(&sample::swapped()).is_ok());

    let mut shaky = sample::testing();
    sample::green(&mut shaky).is_steady = false;
    let mut ill = sample::testing();
    sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
    let mut foreign = sample::testing();
    sample::green(&mut foreign).commit = Some("0".repeat(40));
    let mut drifted = sample::testing();
    sample::traffic(&mut drifted).production.answer =
        Answer::Forward { to: vec![Weight { target_group: "elsewhere".to_owned(), weight: 1 }] };
    let mut fixed = sample::testing();
    sample::traffic(&mut fixed).production.answer = Answer::Fixed { status: 503, message: String::new() };
    for (snapshot, said) in [
        (Box::new(shaky), "not steady"),
        (Box::new(ill), "1 of 2 targets healthy"),
        (Box::new(foreign), "Green runs 0000000, and this release is of 9c9f1d2"),
        (Box::new(drifted), "neither blue’s nor green’s"),
        (Box::new(fixed), "neither blue nor green"),
        (Box::new(sample::quiet()), "no release"),
    ] {
        let refused = refused(&emergency("swap", "now"), &snapshot);
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn before_the_first_swap_production_may_lead_nowhere() {
    let mut first = sample::testing();
    sample::traffic(&mut first).production.answer = Answer::Fixed { status: 503, message: String::new() };
    first.tasks.value.as_mut().unwrap().task_sets.retain(|set| set.id == "green");
    assert!(emergency("swap", "now").judge(&first).is_ok());
    sample::green(&mut first).is_steady = false;
    assert!(refused(&emergency("swap", "now"), &first).contains("not steady"));
}

#[test]
fn what_was_started_by_hand_around_a_gate_is_told_as_long_as_its_release_is_on_the_rail() {
    let mut snapshot = sample::testing();
    sample::run(&mut snapshot, "swap");
    sample::run(&mut snapshot, "roll-back");
    assert!(emergencies(&snapshot).is_empty(), "the pipeline started it");
    for execution in snapshot.machines.value.iter_mut().flatten().flat_map(|it| it.executions.iter_mut()) {
        execution.name = format!("{BY_HAND}7-0123456789ab");
    }
    let found = emergencies(&snapshot);
    let [(machine, gate, _)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((machine.name.as_str(), gate.action.as_str()), ("swap", "ApproveSwap"));
    sample::release(&mut snapshot).started_at =
        Some(sample::now() + crate::time::SignedDuration::from_mins(1));
    assert!(emergencies(&snapshot).is_empty(), "it was in an earlier release");
}
