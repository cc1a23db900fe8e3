//! The five beats and what becomes of a command that a crash cut short, decided over a world in memory.

use viridian_shared::{
    command::{
        AbandonGreen, DeleteSuite, RetryStep, SaveSuite, SetDesiredCount, SetSentinel, StartEmergency,
        StartExecution, StartPipeline, StopExecution, StopPipeline, SwapBack, VoteOnGate,
    },
    comparison::suite::Suite,
    evidence::evidence,
    journal::{
        Deed, EntryKind, Fact, Failed, Intended, Intention, NotDone,
        fact::{FailedBy, UnclearBy},
    },
    people::Role,
    pipeline::StepStatus,
    sample,
    snapshot::Snapshot,
    vote::Choice,
};

use super::{Act, carry_out};
use crate::{
    Context, Error,
    memory::{self, World, anybody, new_entry, over, service, with_roles},
    port::{
        Fault, Intent, Journal,
        pipelines::{ActionRun, ActionRunStatus},
    },
    recover::recover,
};

fn kinds(world: &World) -> Vec<(EntryKind, Option<u64>)> {
    world.state().written.entries.iter().map(|entry| (entry.kind, entry.closes)).collect()
}

const BOTH: [(EntryKind, Option<u64>); 2] = [(EntryKind::Intent, None), (EntryKind::Done, Some(1))];

/// Carries a command out where it may be: one call, an intent before it and an outcome after.
async fn goes<C: Act>(snapshot: Snapshot, command: C, did: &str) {
    let (world, service) = service(snapshot);
    let receipt = carry_out(&service, &anybody(), command).await.unwrap();
    assert_eq!((receipt.entry, world.did()), (1, vec![did.to_owned()]));
    assert_eq!(kinds(&world), BOTH);
}

/// What no role allows is not done, and stands in the journal.
async fn is_forbidden<C: Act>(snapshot: Snapshot, command: C) {
    let (world, service) = service(snapshot);
    let refused = carry_out(&service, &with_roles(&[Role::Viewer]), command).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{}", C::NAME);
    assert!(world.did().is_empty());
    let facts = world.facts();
    let [Fact::Refused(refused)] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((refused.command.as_str(), refused.times), (C::NAME, 1));
}

/// Without a journal nothing is done.
async fn wants_the_journal<C: Act>(snapshot: Snapshot, command: C) {
    let (world, service) = service(snapshot);
    world.state().is_journal_down = true;
    let refused = carry_out(&service, &anybody(), command).await;
    assert!(matches!(refused, Err(Error::Unavailable { .. })), "{}", C::NAME);
    assert!(world.did().is_empty(), "{}", C::NAME);
}

/// What AWS refuses is written down as failed, with AWS's fault.
async fn fails<C: Act>(snapshot: Snapshot, command: C) {
    let (world, service) = service(snapshot);
    world.state().fails = Some((Fault::Throttled, false));
    assert!(carry_out(&service, &anybody(), command).await.is_err());
    let Some(Fact::Failed(Failed { command, why: FailedBy::Call(failure) })) = world.facts().pop() else {
        panic!("{}", C::NAME)
    };
    assert_eq!((command.as_str(), failure.fault), (C::NAME, Fault::Throttled));
}

async fn five_beats<C: Act>(snapshot: Snapshot, command: C, did: &str) {
    is_forbidden(snapshot.clone(), command.clone()).await;
    wants_the_journal(snapshot.clone(), command.clone()).await;
    fails(snapshot.clone(), command.clone()).await;
    goes(snapshot, command, did).await;
}

fn reason() -> String {
    "wrong colour".to_owned()
}

fn release() -> String {
    sample::RELEASE.to_owned()
}

#[tokio::test]
async fn every_command_is_permitted_ruled_intended_acted_and_closed() {
    let mut failed = sample::testing();
    sample::step(&mut failed, "DeployGreen").status = StepStatus::Failed;
    sample::step(&mut failed, "ApproveSwap").status = StepStatus::Todo;
    let mut running = sample::testing();
    let execution_arn = sample::run(&mut running, "swap");
    let (machine, testing) = ("roll-back".to_owned(), sample::testing);
    let retry =
        RetryStep { release: release(), stage: "Release".to_owned(), action: "DeployGreen".to_owned() };
    let stop = StopExecution { machine: "swap".to_owned(), execution_arn, reason: reason() };
    let stopped = format!("abort {}", stop.execution_arn);

    five_beats(testing(), StartPipeline {}, "start shop").await;
    let stop_release = StopPipeline { release: release(), abandon: true, reason: reason() };
    five_beats(testing(), stop_release, &format!("stop {}", sample::RELEASE)).await;
    five_beats(failed, retry, "retry Release").await;
    five_beats(testing(), SetDesiredCount { from: 2, to: 3 }, "count 3").await;
    let input = "{}".to_owned();
    five_beats(testing(), StartExecution { machine, input: input.clone() }, "run roll-back").await;
    let emergency =
        StartEmergency { release: release(), machine: "swap".to_owned(), input, reason: reason() };
    five_beats(testing(), emergency, "run swap").await;
    five_beats(running, stop, &stopped).await;
    five_beats(sample::swapped(), SwapBack { release: release(), reason: reason() }, "run roll-back").await;
    let suite = Suite { probes: vec![sample::probe()], ..Suite::default() };
    five_beats(testing(), SaveSuite { name: "kept".to_owned(), suite, from: None }, "save kept").await;
    let seen = testing();
    let sentinel = SetSentinel {
        is_on: true,
        suite: seen.comparison().unwrap().suites[0].name.clone(),
        period_minutes: 30,
    };
    let did = format!("sentinel {}", sentinel.suite);
    five_beats(seen, sentinel, &did).await;
    five_beats(testing(), sample::vote(&testing(), Choice::Approve, ""), "answer").await;
}

/// The way in is closed before the gate says no: a release that waits would come in at that moment.
const ABANDONED: [&str; 3] = ["close Release", "answer", "run roll-back"];

#[tokio::test]
async fn a_green_is_rejected_and_abandoned_behind_a_closed_transition() {
    let abandon = || AbandonGreen { release: release(), reason: reason() };
    is_forbidden(sample::testing(), abandon()).await;
    wants_the_journal(sample::testing(), abandon()).await;
    fails(sample::testing(), abandon()).await;
    let (world, service) = service(sample::testing());
    carry_out(&service, &anybody(), abandon()).await.unwrap();
    assert_eq!(world.did(), ABANDONED);
    let answer = world.state().answers.pop().unwrap();
    assert_eq!((answer.choice, answer.request.as_str()), (Choice::Reject, sample::REQUEST));
    assert!(answer.summary.starts_with("kim: wrong colour (journal 1:"), "{}", answer.summary);
    let Fact::Intended(intended) = &world.facts()[0] else { panic!("no intent") };
    let Intention::AbandonGreen { input, .. } = &intended.intention else { panic!("{intended:?}") };
    assert!(input.contains(r#""Reopen":{"PipelineName":"shop","StageName":"Release"}"#), "{input}");
    let votes = service.ports.journal.votes("shop", sample::RELEASE).await.unwrap();
    let told: Vec<_> = votes.iter().map(|it| (it.person.as_str(), it.choice, it.comment.as_str())).collect();
    assert_eq!(told, [("kim", Choice::Reject, "wrong colour")]);
}

#[tokio::test]
async fn without_a_gate_green_goes_behind_a_closed_transition_too() {
    let mut snapshot = sample::testing();
    sample::step(&mut snapshot, "ApproveSwap").status = StepStatus::Rejected;
    let (world, service) = service(snapshot);
    let abandon = AbandonGreen { release: release(), reason: reason() };
    carry_out(&service, &anybody(), abandon).await.unwrap();
    assert_eq!(world.did(), ["close Release", "run roll-back"]);
}

#[tokio::test]
async fn a_gate_that_cannot_be_answered_yet_is_not_passed_over() {
    let mut snapshot = sample::testing();
    let gate = sample::step(&mut snapshot, "ApproveSwap").gate.as_mut().unwrap();
    gate.request = None;
    let (world, service) = service(snapshot);
    let abandon = AbandonGreen { release: release(), reason: reason() };
    let refused = carry_out(&service, &anybody(), abandon).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert!(world.did().is_empty());
}

#[tokio::test]
async fn a_gate_that_cannot_be_rejected_opens_the_transition_again() {
    let (world, service) = service(sample::testing());
    world.state().fails_at = Some("PutApprovalResult");
    let abandon = AbandonGreen { release: release(), reason: reason() };
    assert!(carry_out(&service, &anybody(), abandon).await.is_err());
    assert_eq!(world.did(), ["close Release", "open Release"]);
}

#[tokio::test]
async fn after_a_no_the_transition_stays_closed_until_green_is_gone() {
    let (world, service) = service(sample::testing());
    world.state().fails_at = Some("StartExecution");
    let abandon = AbandonGreen { release: release(), reason: reason() };
    assert!(carry_out(&service, &anybody(), abandon).await.is_err());
    assert_eq!(world.did(), ["close Release", "answer"]);
}

#[tokio::test]
async fn what_was_done_though_no_answer_came_is_found_out_and_told() {
    let (world, service) = service(sample::testing());
    world.state().fails = Some((Fault::Unreachable, true));
    let input = service.smallest_input();
    let start = StartExecution { machine: "roll-back".to_owned(), input };
    assert!(carry_out(&service, &anybody(), start.clone()).await.is_ok());
    assert_eq!(world.did(), ["run roll-back"]);
    assert!(matches!(world.facts().pop(), Some(Fact::Done(_))), "{:?}", world.facts());
    // What was not done is not told as done, and whoever asked is told that nobody knows.
    world.state().fails = Some((Fault::Unreachable, false));
    let failed = carry_out(&service, &anybody(), start).await;
    let Err(Error::Unavailable { sentence, .. }) = failed else { panic!("{failed:?}") };
    assert_eq!(sentence, "StartExecution got no answer. It may have been done: look before you try again.");
    assert!(matches!(world.facts().pop(), Some(Fact::Failed(_))), "{:?}", world.facts());
}

#[tokio::test]
async fn what_the_rule_refuses_is_not_done_and_says_why() {
    let (world, service) = service(sample::testing());
    let refused = carry_out(&service, &anybody(), SetDesiredCount { from: 7, to: 8 }).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    let gone = DeleteSuite { name: "gone".to_owned(), from: String::new() };
    assert!(carry_out(&service, &anybody(), gone).await.is_err());
    let broken = StartExecution { machine: "roll-back".to_owned(), input: "{".to_owned() };
    assert!(matches!(carry_out(&service, &anybody(), broken).await, Err(Error::Invalid(_))));
    assert!(world.did().is_empty());
}

#[tokio::test]
async fn an_emergency_keeps_its_input_its_reason_and_what_could_be_seen() {
    let (world, service) = service(sample::testing());
    let input = r#"{"ServiceName":"shop"}"#.to_owned();
    let sent = StartEmergency { release: release(), machine: "swap".to_owned(), input, reason: reason() };
    carry_out(&service, &anybody(), sent.clone()).await.unwrap();
    let facts = world.facts();
    let [Fact::Intended(intended), Fact::Done(deed)] = facts.as_slice() else { panic!("{facts:?}") };
    let Deed::StartEmergency { gate: around, reason: why, .. } = deed.as_ref() else { panic!("{deed:?}") };
    let Intention::StartEmergency { command, gate, evidence: kept } = &intended.intention else {
        panic!("{intended:?}")
    };
    assert_eq!((command, kept), (&sent, &evidence(&sample::testing())));
    assert_eq!((gate.as_str(), around.as_str(), why), ("ApproveSwap", "ApproveSwap", &reason()));
}

#[tokio::test]
async fn what_stands_behind_a_gate_is_started_by_no_other_command() {
    let (world, service) = service(sample::testing());
    for machine in ["swap", "clean-up"] {
        let start = StartExecution { machine: machine.to_owned(), input: "{}".to_owned() };
        assert!(matches!(carry_out(&service, &anybody(), start).await, Err(Error::Conflict(_))), "{machine}");
    }
    assert!(world.did().is_empty());
}

#[tokio::test]
async fn a_vote_keeps_what_its_voter_saw_and_lapses_with_it() {
    let (world, service) = service(sample::testing());
    let seen = sample::vote(&sample::testing(), Choice::Approve, "both phones");
    carry_out(&service, &anybody(), seen.clone()).await.unwrap();
    let facts = world.facts();
    let Fact::Intended(intended) = &facts[0] else { panic!("{facts:?}") };
    let Intention::Vote { command, evidence: kept, .. } = &intended.intention else { panic!("{intended:?}") };
    assert_eq!((kept, command.seen.len()), (&evidence(&sample::testing()), 0));
    let Fact::Done(deed) = &facts[1] else { panic!("{facts:?}") };
    assert_eq!(deed.vote().map(|vote| vote.evidence.clone()), Some(kept.digest.clone()));

    let mut rebuilt = sample::testing();
    sample::green(&mut rebuilt).image = Some("shop@sha256:other".to_owned());
    let (world, service) = memory::service(rebuilt);
    let refused = carry_out(&service, &anybody(), seen).await.unwrap_err();
    assert!(refused.to_string().contains("the image of task set green"), "{refused}");
    let Some(Fact::Refused(refused)) = world.facts().pop() else { panic!("{:?}", world.facts()) };
    assert_eq!(refused.changed.len(), 1);
}

fn answered(status: ActionRunStatus, summary: Option<String>) -> ActionRun {
    ActionRun {
        id: None,
        stage: "Release".to_owned(),
        action: "ApproveSwap".to_owned(),
        status,
        started_at: Some(sample::now()),
        updated_at: None,
        updated_by: None,
        summary,
        error: None,
        external_id: None,
        external_url: None,
    }
}

/// A vote of which the console wrote the intent, and no more.
async fn left_open(world: &World) {
    let command = VoteOnGate { seen: Vec::new(), ..sample::vote(&sample::testing(), Choice::Approve, "") };
    let body = serde_json::to_value(&command).unwrap();
    let gate = viridian_shared::journal::GateName {
        kind: viridian_shared::pipeline::GateKind::ApproveSwap,
        title: "Approve swap".to_owned(),
    };
    let evidence = evidence(&sample::testing());
    let (tally, voters, groups, policy) = (None, Vec::new(), Vec::new(), String::new());
    let intention = Intention::Vote { command, gate, evidence, tally, voters, groups, policy };
    let entry = new_entry(Fact::Intended(Box::new(Intended { intention, press: String::new() })));
    world.open(Intent { entry, body, key: None, fingerprint: String::new() }).await.unwrap();
}

#[tokio::test]
async fn a_vote_that_a_crash_cut_short_is_closed_by_what_aws_says_of_the_gate() {
    let found = async |run: Option<ActionRun>| {
        let (world, service) = service(sample::testing());
        left_open(&world).await;
        world.state().runs = run.into_iter().collect();
        recover(&service).await.unwrap();
        world.facts().pop().unwrap()
    };
    let not_done = |fact: Fact| match fact {
        Fact::Failed(Failed { why: FailedBy::NotDone(found), .. }) => Some(found),
        _ => None,
    };
    let open = found(Some(answered(ActionRunStatus::InProgress, None))).await;
    assert_eq!(not_done(open), Some(NotDone::GateStillOpen));
    let other = answered(ActionRunStatus::Succeeded, Some("lee: fine".to_owned()));
    assert_eq!(not_done(found(Some(other)).await), Some(NotDone::GateAnswered));
    let Fact::Unclear(unclear) = found(None).await else { panic!("it is not known") };
    assert_eq!(unclear.why, UnclearBy::NoGate);
    let head = format!("kim (journal 1:{})", &crate::digest::hex("1")[..32]);
    let Fact::Done(deed) = found(Some(answered(ActionRunStatus::Succeeded, Some(head)))).await else {
        panic!("it is ours")
    };
    assert_eq!(deed.vote().unwrap().evidence, evidence(&sample::testing()).digest);
}

#[tokio::test]
async fn what_was_done_before_a_crash_is_recognised_when_the_console_begins_anew() {
    let (world, service) = service(sample::testing());
    let abandon = AbandonGreen { release: release(), reason: reason() };
    carry_out(&service, &anybody(), abandon).await.unwrap();
    world.state().written.entries.truncate(1);
    let again = over(&world, sample::testing());
    assert_eq!(recover(&again).await.unwrap(), 1);
    let Some(Fact::Done(deed)) = world.facts().pop() else { panic!("{:?}", world.facts()) };
    assert!(matches!(*deed, Deed::AbandonGreen { .. }), "{deed:?}");
    assert_eq!(world.did(), ABANDONED, "nothing is done twice");
}

#[tokio::test]
async fn a_key_is_good_for_one_command_of_one_person() {
    let (world, service) = service(sample::testing());
    let pressed = |name: &str| {
        let mut ctx = Context { key: Some("k".to_owned()), ..anybody() };
        ctx.person.name = name.to_owned();
        ctx
    };
    let first = carry_out(&service, &pressed("kim"), StartPipeline {}).await.unwrap();
    let second = carry_out(&service, &pressed("kim"), StartPipeline {}).await.unwrap();
    assert_eq!((first, world.did().len()), (second, 1));
    let other = carry_out(&service, &pressed("lee"), StartPipeline {}).await;
    assert!(matches!(other, Err(Error::Invalid(_))), "{other:?}");
}
