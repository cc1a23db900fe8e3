//! Sentences about what the console saw.

use crate::{
    commit::short,
    comparison::run::{Asker, RunBrief, RunStatus},
    journal::observation::{ListenerKind, Observation, TargetNews, TaskSetNews},
    machine::{Execution, ExecutionStatus},
    pipeline::{GateKind, Release, ReleaseStatus, Step, StepStatus},
    tasks::TaskSet,
    traffic::TargetHealth,
    words::{self, count},
};

/// New differences that an entry names.
const NAMED: usize = 1;

pub(super) fn sentence(observation: &Observation) -> String {
    match observation {
        Observation::Watch { .. } => "The console looks at this service from now on.".to_owned(),
        Observation::ReleaseBegan { release: it, .. } => {
            let by = it.started_by.as_ref().map(|by| format!(", started by {by}")).unwrap_or_default();
            format!("{} began{by}.", release(it))
        }
        Observation::ReleaseChanged { release: it, .. } => format!("{} {}.", release(it), became(&it.status)),
        Observation::ReleaseWaits { release } => {
            let commit = release.commit.as_ref().map_or("A release", |commit| commit.short());
            format!("{commit} waits behind the present release, before {}.", release.before_stage)
        }
        Observation::Step { step: it, .. } => step(it),
        Observation::ExecutionStarted { machine, .. } => format!("{machine} started."),
        Observation::ExecutionEnded { machine, execution: it } => format!("{machine} {}.", execution(it)),
        Observation::TaskSet { news, set } => task_set(*news, set),
        Observation::DesiredCount { from, to } => format!("The desired count changed from {from} to {to}."),
        Observation::Scaling { is_suspended: true } => "Scale-in is suspended.".to_owned(),
        Observation::Scaling { is_suspended: false } => "Scale-in is allowed again.".to_owned(),
        Observation::Rule { side, after, shares, .. } => {
            let side = if *side == ListenerKind::Production { "Production" } else { "Test" };
            format!("{side} on port {} now {}.", after.port, super::rule(after, shares))
        }
        Observation::Targets { news, group, colour, commit } => {
            let name = colour.map_or_else(
                || group.name.clone(),
                |colour| {
                    let commit = commit.as_deref().map(|it| format!(" ({})", short(it))).unwrap_or_default();
                    format!("{}{commit}", colour.slug())
                },
            );
            let ill = group.targets.iter().find(|target| target.health == TargetHealth::Unhealthy);
            let reason = ill.filter(|_| *news == TargetNews::Ill).and_then(|target| target.reason.as_deref());
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            let all = count(group.present(), "target", "targets");
            format!("{} of {all} of {name} are healthy{reason}.", group.healthy())
        }
        Observation::RunEnded { run, first } => run_ended(run, first),
        Observation::RunCut { run, suite, by, how } => {
            run_cut(&run_title(run, suite.as_deref(), by.as_ref()), how)
        }
        Observation::Policy { gate, policy, .. } => {
            format!("{} goes by this policy: {}", gate.title, policy.sentences().join(" "))
        }
        Observation::Reading { .. } => "Details were read again.".to_owned(),
    }
}

fn release(release: &Release) -> String {
    match &release.commit {
        Some(commit) if commit.message.is_empty() => format!("The release of {}", commit.short()),
        Some(commit) => format!("The release of {} “{}”", commit.short(), commit.message),
        None => "A release".to_owned(),
    }
}

fn became(status: &ReleaseStatus) -> String {
    match status {
        ReleaseStatus::InProgress => "goes on".to_owned(),
        ReleaseStatus::Succeeded => "succeeded".to_owned(),
        ReleaseStatus::Failed => "failed".to_owned(),
        ReleaseStatus::Stopping => "is stopping".to_owned(),
        ReleaseStatus::Stopped => "was stopped".to_owned(),
        ReleaseStatus::Superseded => "was superseded by a later one".to_owned(),
        ReleaseStatus::Cancelled => "was cancelled".to_owned(),
        ReleaseStatus::Unknown(status) => format!("is in the state {status}"),
    }
}

fn step(step: &Step) -> String {
    let title = &step.title;
    let gate = step.gate.as_ref();
    let answered = |verb: &str| {
        let what = match gate.map(|gate| gate.kind) {
            Some(GateKind::ApproveSwap) => "The swap",
            Some(GateKind::ApproveCleanUp) => "The clean-up",
            _ => title,
        };
        let by = gate.and_then(|gate| gate.answered_by.as_deref());
        format!("{what} was {verb}{}.", by.map(|by| format!(" by {by}")).unwrap_or_default())
    };
    match &step.status {
        StepStatus::Todo => format!("{title} is still to come."),
        StepStatus::Unknown(status) => format!("{title} is in the state {status}."),
        StepStatus::Running => format!("{title} began."),
        StepStatus::Waiting => {
            let closes = gate.and_then(|gate| gate.closes_at);
            let until = closes.map(|at| format!(" until {at}")).unwrap_or_default();
            format!("{title} waits for a decision{until}.")
        }
        StepStatus::Succeeded if gate.is_some() => answered("approved"),
        StepStatus::Succeeded => {
            let took = step.started_at.zip(step.changed_at);
            let took = took.map(|(from, to)| format!(" after {}", words::duration(to.duration_since(from))));
            format!("{title} succeeded{}.", took.unwrap_or_default())
        }
        StepStatus::Failed => match step.error.as_deref() {
            Some(error) => format!("{title} failed: {}", ended(&words::without_arns(error))),
            None => format!("{title} failed."),
        },
        StepStatus::Rejected => answered("rejected"),
        StepStatus::Expired => format!("{title} expired: nobody decided in time."),
        StepStatus::Abandoned => format!("{title} ended undecided, with its release."),
    }
}

/// With a full stop, where it ends with none.
fn ended(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn execution(execution: &Execution) -> String {
    let verb = match &execution.status {
        ExecutionStatus::Succeeded => "succeeded",
        ExecutionStatus::Failed => "failed",
        ExecutionStatus::TimedOut => "timed out",
        ExecutionStatus::Aborted => "was stopped",
        ExecutionStatus::Running => "runs",
        ExecutionStatus::PendingRedrive => "waits to be driven again",
        ExecutionStatus::Unknown(status) => return format!("is in the state {status}"),
    };
    let took = execution.stopped_at.map(|at| words::duration(at.duration_since(execution.started_at)));
    format!("{verb}{}", took.map(|took| format!(" after {took}")).unwrap_or_default())
}

fn task_set(news: TaskSetNews, set: &TaskSet) -> String {
    let name = set.commit.as_deref().map_or_else(|| set.id.clone(), |it| format!("of {}", short(it)));
    match news {
        TaskSetNews::Appeared => format!("A task set {name} appeared."),
        TaskSetNews::Steady => {
            format!("The task set {name} is steady with {} running.", set.running_count)
        }
        TaskSetNews::Unsteady => format!("The task set {name} is no longer steady."),
        TaskSetNews::Primary => format!("The task set {name} is primary now."),
        TaskSetNews::Draining => format!("The task set {name} drains."),
        TaskSetNews::Gone => format!("The task set {name} is gone."),
    }
}

fn run_title(run: &str, suite: Option<&str>, by: Option<&Asker>) -> String {
    match (by, suite) {
        (Some(Asker::Sentinel), Some(suite)) => format!("The sentinel’s run {run} of {suite}"),
        (_, Some(suite)) => format!("Run {run} of {suite}"),
        (_, None) => format!("Run {run}"),
    }
}

/// Of the sentinel's runs it is told what they found first; of people's, what they came to.
fn run_ended(run: &RunBrief, first: &[String]) -> String {
    let title = run_title(&run.id, run.suite.as_deref(), Some(&run.by));
    if run.by == Asker::Sentinel {
        let mut named: Vec<_> = first.iter().take(NAMED).cloned().collect();
        let all = run.verdict.map_or(0, |verdict| verdict.first as usize).max(first.len());
        if all > NAMED {
            named.push(format!("and {} more", all - NAMED));
        }
        let number = count(all, "new difference", "new differences");
        return format!("{title} found {number}: {}.", named.join("; "));
    }
    format!("{title}: {}.", run.verdict.unwrap_or_default().words())
}

fn run_cut(title: &str, how: &RunStatus) -> String {
    match how {
        RunStatus::Stopped(person) => format!("{title} was stopped by {person}."),
        RunStatus::BrokenOff => format!("{title} broke off when the console stopped."),
        RunStatus::Failed(reason) => format!("{title} could not be carried out: {reason}"),
        RunStatus::Running => format!("{title} is under way."),
        RunStatus::Ended => format!("{title} came to its end."),
    }
}
