//! One of every fact, for tests that go through all of them.

use super::{
    REQUEST, comparison, now, probe, release, run, run_brief, step, swapped, tasks, testing, traffic, vote,
};
use crate::{
    command::{
        AbandonGreen, AcceptNoise, AnswerGate, AskProbe, DeleteSuite, ImportSuite, RetryStep, RuleOnFinding,
        SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution, StartPipeline, StartRun,
        StopExecution, StopPipeline, StopRun, SwapBack, WithdrawNoise,
    },
    comparison::{
        finding::{Judgement, Ruling},
        run::{Asker, RunStatus},
        suite::{ImportFormat, NoisePlace, Suite},
    },
    evidence::{EvidenceChange, Input, InputKind, evidence},
    failure::{Failure, Fault},
    journal::{
        Deed, Fact, Failed, Frame, GateName, Intended, Intention, NotDone, Observation, Refused, Unclear,
        fact::{FailedBy, SignInRefused, UnclearBy},
        observation::{ListenerKind, TargetNews, TaskSetNews},
    },
    pipeline::{GateKind, ReleaseStatus, StepStatus, WaitingRelease},
    policy::{Day, Freeze, Hours, Policy, Quota},
    routing,
    tasks::ServiceEvent,
    vote::{Choice, Tally, Vote},
};

/// One of every fact.
pub fn facts() -> Vec<Fact> {
    let mut facts: Vec<_> = observations().into_iter().map(|it| Fact::Observed(Box::new(it))).collect();
    facts.extend(
        intentions()
            .into_iter()
            .map(|intention| Fact::Intended(Box::new(Intended { intention, press: "0f8fad5b".to_owned() }))),
    );
    facts.extend(deeds().into_iter().map(|it| Fact::Done(Box::new(it))));
    facts.extend(failures());
    facts
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn frame() -> Frame {
    let snapshot = testing();
    Frame {
        pipeline: snapshot.pipeline.value,
        traffic: snapshot.traffic.value,
        tasks: snapshot.tasks.value,
        machines: snapshot.machines.value,
    }
}

fn observations() -> Vec<Observation> {
    let mut before = testing();
    let mut after = swapped();
    let present = release(&mut before).clone();
    run(&mut before, "swap");
    let execution = before.machines().iter().find_map(|it| it.executions.first()).cloned();
    let set = tasks(&mut before).task_sets[0].clone();
    let group = traffic(&mut before).target_groups[0].clone();
    let shares = routing::shares(&after, &traffic(&mut after.clone()).production);
    let event = ServiceEvent { id: text("1"), at: now(), message: text("has reached a steady state") };
    let waiting = WaitingRelease { id: text("next"), commit: None, before_stage: text("Release") };
    let mut seen = vec![
        Observation::Watch { frame: frame() },
        Observation::ReleaseBegan { release: present.clone(), frame: frame() },
        Observation::ReleaseChanged { release: present, before: Some(ReleaseStatus::InProgress) },
        Observation::ReleaseWaits { release: waiting },
        Observation::Step {
            step: step(&mut before, "DeployGreen").clone(),
            before: Some(StepStatus::Running),
        },
        Observation::TaskSet { news: TaskSetNews::Primary, set },
        Observation::DesiredCount { from: 2, to: 3 },
        Observation::Scaling { is_suspended: true },
        Observation::Rule {
            side: ListenerKind::Production,
            before: traffic(&mut before).production.clone(),
            after: traffic(&mut after).production.clone(),
            shares,
        },
        Observation::Targets { news: TargetNews::Healthy, group, colour: None, commit: None },
        Observation::RunEnded { run: run_brief("17"), first: vec![text("$.price differs")] },
        Observation::RunCut {
            run: text("18"),
            suite: Some(text("smoke")),
            by: Some(Asker::Sentinel),
            how: RunStatus::BrokenOff,
        },
        Observation::Reading { frame: Frame::default(), events: vec![event] },
        Observation::Policy { gate: gate(), version: text("3f2a9c1b0d4e"), policy: policy() },
    ];
    if let Some(execution) = execution {
        let machine = text("swap");
        seen.push(Observation::ExecutionStarted { machine: machine.clone(), execution: execution.clone() });
        seen.push(Observation::ExecutionEnded { machine, execution });
    }
    seen
}

fn policy() -> Policy {
    let freeze = Freeze { from: text("2026-12-20"), until: text("2027-01-06"), why: text("Christmas") };
    Policy {
        approvals: 2,
        from: vec![Quota { of: vec![text("qa")], approvals: 1 }],
        committers_vote: false,
        run_within_hours: Some(24),
        hours: Some(Hours {
            zone: text("Europe/Berlin"),
            days: vec![Day::Mon],
            from: text("09:00"),
            until: text("16:00"),
            freezes: vec![freeze],
        }),
        ..Policy::default()
    }
}

fn gate() -> GateName {
    GateName { kind: GateKind::ApproveSwap, title: text("Approve swap") }
}

fn answer() -> Intention {
    Intention::AnswerGate {
        command: AnswerGate {
            release: text(super::RELEASE),
            stage: text("Release"),
            action: text("ApproveSwap"),
            request: text(REQUEST),
            choice: Choice::Approve,
            comment: text("checked on both phones"),
            evidence: evidence(&testing()).digest,
        },
        gate: gate(),
        voters: vec![text("kim"), text("lee")],
    }
}

fn intentions() -> Vec<Intention> {
    let mut intentions = of_releases();
    intentions.extend(of_comparisons());
    intentions
}

fn of_releases() -> Vec<Intention> {
    let (release, reason, machine) = (text(super::RELEASE), text("wrong colour"), text("swap"));
    let command = crate::command::VoteOnGate {
        seen: Vec::new(),
        ..vote(&testing(), Choice::Approve, "checked on both phones")
    };
    let abandon = AbandonGreen { release: release.clone(), reason: reason.clone() };
    let back = SwapBack { release: release.clone(), reason: reason.clone() };
    let retry = RetryStep { release: release.clone(), stage: text("Release"), action: text("Swap") };
    let input = text("{}");
    let start = StartExecution { machine: machine.clone(), input: input.clone() };
    let emergency = StartEmergency {
        release: release.clone(),
        machine: machine.clone(),
        input: input.clone(),
        reason: text("the shop is down"),
    };
    let stop = StopExecution {
        machine: machine.clone(),
        execution_arn: text("execution:swap"),
        reason: reason.clone(),
    };
    vec![
        Intention::Vote {
            command,
            gate: gate(),
            evidence: evidence(&testing()),
            tally: None,
            voters: vec![text("kim"), text("lee")],
            groups: vec![text("approver")],
            policy: text("3f2a9c1b0d4e"),
        },
        answer(),
        Intention::StartPipeline { command: StartPipeline {} },
        Intention::StopPipeline { command: StopPipeline { release, abandon: true, reason } },
        Intention::RetryStep { command: retry, title: text("Swap") },
        Intention::SetDesiredCount { command: SetDesiredCount { from: 2, to: 3 } },
        Intention::StartExecution { command: start },
        Intention::StartEmergency {
            command: emergency,
            gate: text("Approve swap"),
            evidence: evidence(&testing()),
        },
        Intention::StopExecution { command: stop },
        Intention::AbandonGreen {
            command: abandon,
            machine: machine.clone(),
            input: input.clone(),
            rejection: Some(cast()),
        },
        Intention::SwapBack { command: back, machine, input },
    ]
}

fn of_comparisons() -> Vec<Intention> {
    let (reason, smoke, clock) = (text("wrong colour"), text("smoke"), text("clock"));
    let suite = Suite { probes: vec![probe()], ..Suite::default() };
    let start_run = StartRun {
        suite: smoke.clone(),
        probes: Vec::new(),
        samples: 3,
        changes: vec![text("POST /orders")],
    };
    let rule = RuleOnFinding {
        run: text("17"),
        finding: text("f"),
        judgement: Judgement::Bug,
        reason: reason.clone(),
    };
    let noise = AcceptNoise {
        suite: smoke.clone(),
        name: clock.clone(),
        probe: None,
        place: NoisePlace::Header { header: text("date"), part: None },
        reason: reason.clone(),
        is_wide: false,
    };
    let withdraw = WithdrawNoise { suite: smoke.clone(), name: clock, reason };
    let import =
        ImportSuite { name: smoke.clone(), format: ImportFormat::Curl, text: String::new(), from: None };
    vec![
        Intention::StartRun { command: start_run },
        Intention::StopRun { command: StopRun { run: text("17") } },
        Intention::AskProbe { command: AskProbe { probe: probe(), samples: 1, changes: Vec::new() } },
        Intention::RuleOnFinding { command: rule, title: text("$.price differs") },
        Intention::AcceptNoise { command: noise },
        Intention::WithdrawNoise { command: withdraw },
        Intention::SaveSuite { command: SaveSuite { name: smoke.clone(), suite, from: None } },
        Intention::ImportSuite { command: import },
        Intention::DeleteSuite { command: DeleteSuite { name: smoke.clone(), from: text("x") } },
        Intention::SetSentinel { command: SetSentinel { is_on: true, suite: smoke, period_minutes: 30 } },
    ]
}

fn cast() -> Vote {
    Vote {
        release: text(super::RELEASE),
        stage: text("Release"),
        action: text("ApproveSwap"),
        person: text("kim"),
        choice: Choice::Approve,
        comment: text("checked on both phones"),
        at: now(),
        evidence: evidence(&testing()).digest,
        run: comparison().newest.map(|run| run.id),
        request: text(REQUEST),
        groups: vec![text("approver"), text("qa")],
        policy: text("3f2a9c1b0d4e"),
        seen: vec![Input { what: InputKind::Policy, of: String::new(), value: text("3f2a9c1b0d4e") }],
    }
}

fn deeds() -> Vec<Deed> {
    let (reason, execution, name) = (text("wrong colour"), text("execution:swap"), text("clock"));
    let suite = text("smoke");
    let ruling = Ruling {
        finding: text("f"),
        judgement: Judgement::Intended,
        by: text("kim"),
        reason: reason.clone(),
        at: now(),
        release: text(super::RELEASE),
        run: text("17"),
        probes: vec![text("home")],
    };
    vec![
        Deed::Vote { vote: cast(), gate: gate(), tally: None, is_unsaid: false },
        Deed::SignIn {},
        Deed::StartPipeline { release: text("release-2") },
        Deed::StopPipeline { release: text(super::RELEASE), is_abandoned: true, reason: reason.clone() },
        Deed::RetryStep { stage: text("Release"), action: text("Swap"), title: text("Swap") },
        Deed::SetDesiredCount { from: 2, to: 3 },
        Deed::StartExecution { machine: text("swap"), execution: execution.clone() },
        Deed::StartEmergency {
            machine: text("swap"),
            gate: text("Approve swap"),
            reason: text("the shop is down"),
            execution: execution.clone(),
        },
        Deed::StopExecution { machine: text("swap"), execution: execution.clone(), reason: reason.clone() },
        Deed::AbandonGreen { reason: reason.clone(), execution: execution.clone(), rejection: Some(cast()) },
        Deed::SwapBack { reason: reason.clone(), execution },
        Deed::StartRun { run: text("17"), suite: suite.clone(), changes: vec![text("POST /orders")] },
        Deed::StopRun { run: text("17") },
        Deed::AskProbe { run: text("17"), method: text("GET"), path: text("/") },
        Deed::RuleOnFinding { title: Some(text("$.price differs")), ruling },
        Deed::AcceptNoise { name: name.clone(), suite: suite.clone(), reason: reason.clone() },
        Deed::WithdrawNoise { name: name.clone(), suite: suite.clone(), reason },
        Deed::SaveSuite { name: suite.clone(), probes: 1 },
        Deed::ImportSuite { name: suite.clone(), format: ImportFormat::Curl, probes: 2, remarks: 1 },
        Deed::DeleteSuite { name },
        Deed::SetSentinel { is_on: true, suite, period_minutes: 30 },
        Deed::Vote {
            vote: cast(),
            gate: gate(),
            tally: Some(Tally { approvals: 1, needed: 2 }),
            is_unsaid: false,
        },
        Deed::AnswerGate {
            gate: gate(),
            choice: Choice::Approve,
            voters: vec![text("kim"), text("lee")],
            was_said: true,
        },
    ]
}

fn failures() -> Vec<Fact> {
    let command = text("set-desired-count");
    let failure =
        Failure { fault: Fault::Conflict, operation: text("PutApprovalResult"), said: text("already done") };
    let changed = EvidenceChange {
        what: InputKind::Image,
        of: text(REQUEST),
        before: Some(text("a")),
        now: Some(text("b")),
    };
    let failed = |why| Fact::Failed(Failed { command: command.clone(), why });
    let unclear = |why| Fact::Unclear(Unclear { command: command.clone(), why });
    vec![
        failed(FailedBy::Call(failure.clone())),
        failed(FailedBy::NotDone(NotDone::CountIsStill(2))),
        failed(FailedBy::NotDone(NotDone::NoTrace { what: Some(text("swap")) })),
        failed(FailedBy::NotDone(NotDone::GateStillOpen)),
        failed(FailedBy::NotDone(NotDone::GateAnswered)),
        Fact::Refused(Refused {
            command: command.clone(),
            reason: text("Only an operator can do this."),
            changed: vec![changed],
            times: 3,
            since: Some(now()),
            is_again: true,
        }),
        Fact::SignInRefused(SignInRefused { name: Some(text("kim")), more: 3 }),
        unclear(UnclearBy::CountIsNow(4)),
        unclear(UnclearBy::NoGate),
        unclear(UnclearBy::NoRelease),
        unclear(UnclearBy::NoRun),
        unclear(UnclearBy::UnknownCommand),
        unclear(UnclearBy::Unreadable),
        unclear(UnclearBy::Unanswered(failure)),
        Fact::Prose { text: text("started a release of the newest commit") },
        Fact::Newer { json: text("{\"foretold\":{}}") },
    ]
}
