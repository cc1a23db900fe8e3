//! The rail: the definition's actions in order, each with its latest run in the present release.

use jiff::{SignedDuration, Timestamp};
use viridian_shared::{
    machine::{MachineKind, plain_arn},
    pipeline::{DEFAULT_WINDOW_MINUTES, Gate, GateKind, Step, StepKind, StepStatus},
    vote::Vote,
};

use super::{rail::PipelineReading, words};
use crate::port::pipelines::{ActionDefinition, ActionRun, ActionRunStatus, ActionState};

pub(super) fn compose(reading: &PipelineReading, release: Option<&str>) -> Vec<Step> {
    let stages = reading.definition.stages.iter();
    let mut steps: Vec<_> = stages
        .flat_map(|stage| stage.actions.iter().map(move |action| (stage.name.as_str(), action)))
        .map(|(stage, action)| step(reading, release, stage, action))
        .collect();
    name_gates(&mut steps);
    steps
}

/// A gate decides what the pipeline does behind it, whatever the gate is called; its name counts where that
/// cannot be told.
fn name_gates(steps: &mut [Step]) {
    let mut decided = None;
    for step in steps.iter_mut().rev() {
        match &step.kind {
            StepKind::Invoke(MachineKind::Swap) => decided = Some(GateKind::ApproveSwap),
            StepKind::Invoke(MachineKind::CleanUp) => decided = Some(GateKind::ApproveCleanUp),
            StepKind::Gate(named) => {
                let kind = decided.take().unwrap_or(*named);
                step.kind = StepKind::Gate(kind);
                if let Some(gate) = &mut step.gate {
                    gate.kind = kind;
                }
            }
            _ => {}
        }
    }
}

fn step(reading: &PipelineReading, release: Option<&str>, stage: &str, action: &ActionDefinition) -> Step {
    let runs = reading.runs.iter().filter(|run| run.stage == stage && run.action == action.name);
    let run = runs.max_by_key(|run| run.started_at);
    let present = run.and_then(|run| state(reading, release, run));
    let kind = kind(action);
    let window = matches!(kind, StepKind::Gate(_)).then(|| Window::new(action, run, present));
    let status = run.map_or(StepStatus::Todo, |run| status(run, window.as_ref()));
    let answered = matches!(status, StepStatus::Succeeded | StepStatus::Rejected);
    let vote = vote(reading, release, stage, &action.name).filter(|_| answered);
    let gate = match (&kind, window) {
        (StepKind::Gate(kind), Some(window)) => Some(gate(*kind, window, run, present, &status, vote)),
        _ => None,
    };
    Step {
        stage: stage.to_owned(),
        action: action.name.clone(),
        title: words::title(&action.name),
        kind,
        started_at: run.and_then(|run| run.started_at),
        changed_at: run.and_then(|run| run.updated_at),
        summary: summary(run, vote),
        error: run.and_then(|run| error(reading, run)),
        machine: action.machine_arn.as_deref().map(|arn| plain_arn(arn).to_owned()),
        external_id: run.and_then(|run| run.external_id.clone()),
        external_url: run.and_then(|run| run.external_url.clone()),
        status,
        gate,
    }
}

/// What the voter said, where a vote of ours answered; otherwise what AWS keeps.
fn summary(run: Option<&ActionRun>, vote: Option<&Vote>) -> Option<String> {
    let kept = run.and_then(|run| run.summary.clone()).filter(|summary| !summary.is_empty())?;
    match vote {
        Some(vote) if vote.comment.is_empty() => None,
        Some(vote) => Some(format!("{}: {}", vote.person, vote.comment)),
        None => Some(kept),
    }
}

/// The state of a run. States are read before runs are, and an action that has not begun in this release or
/// attempt still shows the one before: its times and its request belong to another run.
fn state<'a>(
    reading: &'a PipelineReading,
    release: Option<&str>,
    run: &ActionRun,
) -> Option<&'a ActionState> {
    let stage =
        reading.stages.iter().find(|it| it.name == run.stage && it.execution.as_deref() == release)?;
    stage.actions.iter().find(|it| it.name == run.action && it.run.is_some() && it.run == run.id)
}

fn kind(action: &ActionDefinition) -> StepKind {
    let machine = action.machine_arn.as_deref().and_then(|arn| plain_arn(arn).rsplit(':').next());
    match (action.category.as_str(), machine) {
        ("Source", _) => StepKind::Source,
        ("Build" | "Test", _) => StepKind::Build,
        ("Approval", _) => StepKind::Gate(gate_kind(&action.name)),
        ("Invoke", Some(machine)) => StepKind::Invoke(MachineKind::from_name(machine)),
        _ => StepKind::Other,
    }
}

fn gate_kind(action: &str) -> GateKind {
    match MachineKind::from_name(action) {
        MachineKind::Swap => GateKind::ApproveSwap,
        MachineKind::CleanUp => GateKind::ApproveCleanUp,
        _ => GateKind::Other,
    }
}

/// From when until when a gate is open.
struct Window {
    timeout_minutes: u32,
    opened_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
}

impl Window {
    /// AWS gives no end: it is the last change of an open request plus the action's own timeout.
    fn new(action: &ActionDefinition, run: Option<&ActionRun>, state: Option<&ActionState>) -> Self {
        let timeout_minutes = action.timeout_minutes.unwrap_or(DEFAULT_WINDOW_MINUTES);
        let opened_at = run.and_then(|run| match run.status {
            ActionRunStatus::InProgress => {
                let open = state.filter(|state| state.request.is_some());
                open.and_then(|state| state.changed_at).or(run.started_at)
            }
            _ => run.started_at,
        });
        let length = SignedDuration::from_mins(i64::from(timeout_minutes));
        Self { timeout_minutes, opened_at, closes_at: opened_at.and_then(|at| at.checked_add(length).ok()) }
    }
}

fn gate(
    kind: GateKind,
    window: Window,
    run: Option<&ActionRun>,
    state: Option<&ActionState>,
    status: &StepStatus,
    vote: Option<&Vote>,
) -> Gate {
    let answered = matches!(status, StepStatus::Succeeded | StepStatus::Rejected);
    let by_aws = || run.and_then(|run| run.updated_by.as_deref()).map(words::principal);
    Gate {
        kind,
        timeout_minutes: window.timeout_minutes,
        opened_at: window.opened_at,
        closes_at: window.closes_at,
        request: state.filter(|_| *status == StepStatus::Waiting).and_then(|state| state.request.clone()),
        answered_by: if answered { vote.map(|vote| vote.person.clone()).or_else(by_aws) } else { None },
    }
}

fn status(run: &ActionRun, gate: Option<&Window>) -> StepStatus {
    match (&run.status, gate) {
        (ActionRunStatus::InProgress, Some(_)) => StepStatus::Waiting,
        (ActionRunStatus::InProgress, None) => StepStatus::Running,
        (ActionRunStatus::Succeeded, _) => StepStatus::Succeeded,
        (ActionRunStatus::Abandoned, _) => StepStatus::Abandoned,
        (ActionRunStatus::Failed, Some(window)) => closed(run, window),
        (ActionRunStatus::Failed, None) => StepStatus::Failed,
        (ActionRunStatus::Unknown(text), _) => StepStatus::Unknown(text.clone()),
    }
}

/// AWS calls a rejected gate and one that nobody answered by the same name. A rejection leaves a summary, and it
/// comes before the end of the window.
fn closed(run: &ActionRun, window: &Window) -> StepStatus {
    let said = run.summary.as_deref().is_some_and(|summary| !summary.trim().is_empty());
    let late = matches!((run.updated_at, window.closes_at), (Some(at), Some(end)) if at >= end);
    let expired = run.error.as_ref().is_some_and(|error| {
        let text = format!("{:?} {:?}", error.code, error.message).to_ascii_lowercase();
        text.contains("timed out")
            || text.contains("timedout")
            || text.contains("timeout")
            || text.contains("expired")
    });
    let touched = run.updated_by.as_deref().is_some_and(|by| by.starts_with("arn:"));
    if expired || late || !(said || touched) { StepStatus::Expired } else { StepStatus::Rejected }
}

fn vote<'a>(
    reading: &'a PipelineReading,
    release: Option<&str>,
    stage: &str,
    action: &str,
) -> Option<&'a Vote> {
    let votes = reading.votes.iter().rev();
    votes
        .into_iter()
        .find(|it| Some(it.release.as_str()) == release && it.stage == stage && it.action == action)
}

/// The best reason there is: the state machine's own cause before what CodePipeline says of it.
fn error(reading: &PipelineReading, run: &ActionRun) -> Option<String> {
    if run.status != ActionRunStatus::Failed {
        return None;
    }
    let cause = run.external_id.as_deref().and_then(|id| reading.causes.get(id)).filter(|it| !it.is_empty());
    let said = || {
        let error = run.error.as_ref()?;
        error.message.clone().or_else(|| error.code.clone())
    };
    cause.cloned().or_else(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::pipelines::{RunError, StageDefinition, StageState};

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn run(status: ActionRunStatus, ended: i64) -> ActionRun {
        ActionRun {
            id: Some("second".to_owned()),
            stage: "Release".to_owned(),
            action: "ApproveSwap".to_owned(),
            status,
            started_at: Some(at(0)),
            updated_at: Some(at(ended)),
            updated_by: None,
            summary: None,
            error: None,
            external_id: None,
            external_url: None,
        }
    }

    fn gate_of(runs: Vec<ActionRun>) -> Step {
        gate_beside("second", runs)
    }

    /// The gate, when its state is that of the named run.
    fn gate_beside(stated: &str, runs: Vec<ActionRun>) -> Step {
        let action = ActionDefinition {
            name: "ApproveSwap".to_owned(),
            category: "Approval".to_owned(),
            provider: "Manual".to_owned(),
            machine_arn: None,
            timeout_minutes: Some(60),
            repository: None,
        };
        let mut reading = PipelineReading { runs, ..PipelineReading::default() };
        reading.definition.stages =
            vec![StageDefinition { name: "Release".to_owned(), actions: vec![action] }];
        reading.stages = vec![StageState {
            name: "Release".to_owned(),
            execution: Some("e".to_owned()),
            waiting: Vec::new(),
            closed: None,
            actions: vec![ActionState {
                name: "ApproveSwap".to_owned(),
                run: Some(stated.to_owned()),
                changed_at: Some(at(1)),
                request: Some("r".to_owned()),
            }],
        }];
        compose(&reading, Some("e")).remove(0)
    }

    fn action(name: &str, category: &str, machine: Option<&str>) -> ActionDefinition {
        ActionDefinition {
            name: name.to_owned(),
            category: category.to_owned(),
            provider: String::new(),
            machine_arn: machine.map(|name| format!("arn:aws:states:r:1:stateMachine:{name}")),
            timeout_minutes: None,
            repository: None,
        }
    }

    #[test]
    fn a_gate_decides_what_comes_behind_it_whatever_it_is_called() {
        let mut reading = PipelineReading::default();
        let stage = |name: &str, actions| StageDefinition { name: name.to_owned(), actions };
        reading.definition.stages = vec![
            stage(
                "One",
                vec![action("Go", "Approval", None), action("Promote", "Invoke", Some("shop-swap:7"))],
            ),
            stage(
                "Two",
                vec![action("ApproveSwap", "Approval", None), action("X", "Invoke", Some("clean-up"))],
            ),
            stage("Three", vec![action("ApproveCleanUp", "Approval", None), action("Y", "Build", None)]),
            stage("Four", vec![action("Bye", "Approval", None)]),
        ];
        let steps = compose(&reading, None);
        let kinds: Vec<_> = steps.iter().filter_map(|it| it.gate.as_ref()).map(|gate| gate.kind).collect();
        let expected =
            [GateKind::ApproveSwap, GateKind::ApproveCleanUp, GateKind::ApproveCleanUp, GateKind::Other];
        assert_eq!(kinds, expected);
        assert!(steps[0].kind == StepKind::Gate(GateKind::ApproveSwap));
        assert_eq!(steps[1].machine.as_deref(), Some("arn:aws:states:r:1:stateMachine:shop-swap"));
    }

    #[test]
    fn a_gate_that_nobody_answered_in_time_is_expired_and_not_rejected() {
        assert_eq!(gate_of(vec![run(ActionRunStatus::Failed, 60)]).status, StepStatus::Expired);
        let late = ActionRun {
            summary: Some("The window has closed".to_owned()),
            ..run(ActionRunStatus::Failed, 61)
        };
        assert_eq!(gate_of(vec![late]).status, StepStatus::Expired);
        let message = Some("Approval timed out".to_owned());
        let error = Some(RunError { code: None, message });
        let told = ActionRun { error, summary: Some("x".to_owned()), ..run(ActionRunStatus::Failed, 30) };
        assert_eq!(gate_of(vec![told]).status, StepStatus::Expired);
    }

    #[test]
    fn a_gate_that_somebody_answered_with_no_is_rejected() {
        let no = ActionRun { summary: Some("kim: too slow".to_owned()), ..run(ActionRunStatus::Failed, 30) };
        assert_eq!(gate_of(vec![no]).status, StepStatus::Rejected);
        let by = Some("arn:aws:sts::1:assumed-role/r/kim".to_owned());
        let silent = ActionRun { updated_by: by, ..run(ActionRunStatus::Failed, 30) };
        let step = gate_of(vec![silent]);
        assert_eq!(step.status, StepStatus::Rejected);
        assert_eq!(step.gate.and_then(|gate| gate.answered_by).as_deref(), Some("kim"));
    }

    #[test]
    fn an_open_gate_closes_after_its_own_timeout_and_names_its_request() {
        let gate = gate_of(vec![run(ActionRunStatus::InProgress, 0)]).gate.unwrap();
        assert_eq!((gate.closes_at, gate.request.as_deref()), (Some(at(61)), Some("r")));
        assert_eq!(gate_of(vec![run(ActionRunStatus::Succeeded, 5)]).gate.unwrap().request, None);
    }

    #[test]
    fn the_state_of_an_earlier_run_lends_a_step_neither_times_nor_request() {
        let again = ActionRun { started_at: Some(at(90)), ..run(ActionRunStatus::InProgress, 90) };
        let gate = gate_beside("first", vec![again]).gate.unwrap();
        assert_eq!((gate.opened_at, gate.closes_at, gate.request), (Some(at(90)), Some(at(150)), None));
        let nameless = ActionRun { id: None, ..run(ActionRunStatus::InProgress, 0) };
        assert_eq!(gate_beside("first", vec![nameless]).gate.unwrap().request, None);
    }

    #[test]
    fn a_step_that_ended_after_its_state_was_read_ended_when_its_run_did() {
        assert_eq!(gate_of(vec![run(ActionRunStatus::Succeeded, 5)]).changed_at, Some(at(5)));
        assert_eq!(gate_beside("first", vec![run(ActionRunStatus::Failed, 7)]).changed_at, Some(at(7)));
    }

    #[test]
    fn the_latest_run_counts_and_one_that_never_came_is_to_do() {
        let again = ActionRun { started_at: Some(at(90)), ..run(ActionRunStatus::InProgress, 90) };
        assert_eq!(gate_of(vec![run(ActionRunStatus::Failed, 60), again]).status, StepStatus::Waiting);
        assert_eq!(gate_of(Vec::new()).status, StepStatus::Todo);
    }
}
