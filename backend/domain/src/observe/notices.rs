//! The notices of a service: what its configuration lacks, what a round could not read, and known hazards.

use viridian_shared::{
    hazard::{Setup, hazards},
    machine::MachineKind,
    notice::Notice,
    pipeline::{Pipeline, StepKind},
    snapshot::{Freshness, Snapshot},
};

use crate::{
    Service,
    port::pipelines::{CLOSED_FOR_ROLL_BACK, PipelineDefinition},
};

/// What rounds learn besides the sections.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    /// Why scaling could not be read.
    pub(super) scaling: Option<String>,
    /// Definitions of the state machines that could be read.
    pub(super) machines: Vec<(MachineKind, String)>,
    /// A stage that the present release ran in, and that the pipeline has no more.
    pub(super) lost_stage: Option<String>,
    /// Stages that nothing may enter, each with why.
    pub(super) closed: Vec<(String, String)>,
}

pub(super) fn compose(
    service: &Service,
    learnt: &Learnt,
    definition: Option<&PipelineDefinition>,
) -> Vec<Notice> {
    let snapshot = service.snapshot();
    let mut notices = service.settings.notices.clone();
    notices.extend(unheard(service));
    notices.extend(snapshot.pipeline().and_then(no_gate));
    notices.extend(learnt.lost_stage.as_deref().map(lost_stage));
    notices.extend(learnt.closed.iter().map(|(stage, reason)| closed(stage, reason)));
    notices.extend(learnt.scaling.as_deref().map(|said| {
        Notice::missing(
            format!("Scaling is not watched: {said}"),
            "Let the console’s role read scalable targets, or nothing if the service is not scaled.",
        )
    }));
    notices.extend(unreadable_machines(&snapshot));
    notices.extend(lacking(&snapshot));
    notices.extend(hazards(&Setup {
        pipeline: snapshot.pipeline(),
        pipeline_type: definition.and_then(|it| it.kind.as_deref()),
        execution_mode: definition.and_then(|it| it.mode.as_deref()),
        tasks: snapshot.tasks(),
        traffic: snapshot.traffic(),
        machines: &learnt.machines,
    }));
    notices
}

fn unheard(service: &Service) -> Option<Notice> {
    let said = service.event_feed()?.err()?;
    let seconds = service.settings.schedule.polling.slow.as_secs();
    Some(Notice::missing(
        format!("Events are not heard, so changes show only every {seconds} seconds: {said}"),
        "Check the queue’s URL and that the console’s role may receive and delete its messages.",
    ))
}

fn no_gate(pipeline: &Pipeline) -> Option<Notice> {
    let has_gate = pipeline.steps.iter().any(|step| matches!(step.kind, StepKind::Gate(_)));
    (!has_gate && !pipeline.steps.is_empty()).then(|| {
        Notice::missing(
            format!("The pipeline {} has no manual approval, so nothing waits for a vote.", pipeline.name),
            "Add an approval before the swap and one before the clean-up.",
        )
    })
}

fn closed(stage: &str, reason: &str) -> Notice {
    let said =
        if reason.is_empty() { String::new() } else { format!(": “{}”", reason.trim_end_matches('.')) };
    let text = format!("The transition into the stage {stage} is closed, and releases wait before it{said}.");
    Notice::missing(
        text,
        if reason == CLOSED_FOR_ROLL_BACK {
            "Nothing: it opens by itself once green is gone."
        } else {
            "Open it in CodePipeline when releases may go on."
        },
    )
}

fn lost_stage(stage: &str) -> Notice {
    Notice::missing(
        format!(
            "This release ran in the stage {stage}, which the pipeline has no more: what it did there is not shown."
        ),
        "Look it up in AWS’s own console; the next release follows the new structure.",
    )
}

fn unreadable_machines(snapshot: &Snapshot) -> Vec<Notice> {
    let problem = |machine: &viridian_shared::machine::Machine| {
        let said = machine.problem.as_deref()?;
        Some(Notice::missing(
            format!("The state machine {} cannot be read: {said}", machine.name),
            "Deploy it again, or correct its ARN in the configuration.",
        ))
    };
    snapshot.machines().iter().filter_map(problem).collect()
}

/// What is not read for lack of a permission.
fn lacking(snapshot: &Snapshot) -> impl Iterator<Item = Notice> {
    let sections = [
        ("The pipeline", &snapshot.pipeline.freshness),
        ("The service’s tasks", &snapshot.tasks.freshness),
        ("The traffic", &snapshot.traffic.freshness),
        ("The state machines", &snapshot.machines.freshness),
    ];
    sections.into_iter().filter_map(|(what, freshness)| {
        let Freshness::Stale { reason, denied, .. } = freshness else { return None };
        let operation = denied.as_deref()?;
        Some(Notice::missing(
            format!("{what} cannot be read: {reason}"),
            format!(
                "Allow {operation} in the policy of the console’s role; `viridian check` names every action."
            ),
        ))
    })
}
