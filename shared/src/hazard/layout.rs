//! Hazards of the pipeline's layout: what its stages lock, and what its type cannot do.

use super::Setup;
use crate::{
    machine::MachineKind,
    notice::Notice,
    pipeline::{GateKind, Pipeline, Step, StepKind},
};

pub(super) fn found(setup: &Setup<'_>) -> Vec<Notice> {
    let Some(pipeline) = setup.pipeline else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(locks(pipeline));
    found.extend(superseded(setup, pipeline));
    found.extend(parallel(setup));
    found.extend(first_type(setup));
    found
}

/// The step that stands green up, and the gate behind it in another stage.
fn parted(pipeline: &Pipeline) -> Option<(&Step, &Step)> {
    let deploy = pipeline.step_of(&StepKind::Invoke(MachineKind::DeployGreen))?;
    let gate = pipeline.step_of(&StepKind::Gate(GateKind::ApproveSwap))?;
    (deploy.stage != gate.stage).then_some((deploy, gate))
}

/// A stage is locked by one execution at a time, and by nothing else.
fn locks(pipeline: &Pipeline) -> Option<Notice> {
    let (deploy, gate) = parted(pipeline)?;
    Some(Notice::hazard(
        format!(
            "{} and {} lie in different stages: a later push can reach {} while this release waits.",
            deploy.title, gate.title, deploy.title
        ),
        "Put the steps from Prepare to Clean up into one stage, or close the way into the first of them while green lives.",
    ))
}

/// The gate's stage holds one execution, another waits in front of it with its green already up, and a third
/// replaces that one.
fn superseded(setup: &Setup<'_>, pipeline: &Pipeline) -> Option<Notice> {
    let (_, gate) = parted(pipeline)?;
    // AWS's default where nothing is said.
    (setup.execution_mode.unwrap_or("SUPERSEDED") == "SUPERSEDED").then(|| {
        Notice::hazard(
            format!("A release that waits before {} is dropped when a newer one comes, and leaves its green behind.", gate.title),
            "Keep green’s life in one stage; the mode QUEUED (type V2) drops nothing.",
        )
    })
}

fn parallel(setup: &Setup<'_>) -> Option<Notice> {
    (setup.execution_mode == Some("PARALLEL")).then(|| {
        Notice::hazard(
            "The pipeline runs releases in parallel, but the service has room for one green.",
            "Set its execution mode to SUPERSEDED or QUEUED.",
        )
    })
}

fn first_type(setup: &Setup<'_>) -> Option<Notice> {
    (setup.pipeline_type == Some("V1")).then(|| {
        Notice::hazard(
            "The pipeline is of type V1: it cannot queue releases, nor start from a chosen commit.",
            "Set its type to V2; manual approvals cost nothing there.",
        )
    })
}
