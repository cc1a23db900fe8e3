//! Policies over a world in memory: who is needed, whose vote lapses, who is excluded.

mod crash;

use std::{collections::BTreeMap, sync::Arc};

use viridian_shared::{
    ballot::Ballot,
    command::VoteOnGate,
    evidence::InputKind,
    journal::{Deed, Fact},
    people::{Person, Role},
    pipeline::GateKind,
    policy::{Hours, Policy, Quota, Rejection},
    sample,
    snapshot::Snapshot,
    traffic::TargetHealth,
    vote::{Choice, Tally},
};

use crate::{
    Context, Error, Service,
    command::carry_out,
    memory::{World, under},
    policy::Policies,
    port::{
        pipelines::{ActionRun, ActionRunStatus},
        sources::SourceCommit,
    },
};

fn policies(policy: &Policy) -> Policies {
    Policies::new(&BTreeMap::from([(GateKind::ApproveSwap, policy.clone())])).unwrap()
}

fn two() -> Policy {
    Policy { approvals: 2, ..Policy::default() }
}

/// A gate that is answered once, as AWS does it.
fn world() -> Arc<World> {
    let world = Arc::new(World::default());
    let run = ActionRun {
        id: None,
        stage: "Release".to_owned(),
        action: "ApproveSwap".to_owned(),
        status: ActionRunStatus::InProgress,
        started_at: Some(sample::now()),
        updated_at: None,
        updated_by: None,
        summary: None,
        error: None,
        external_id: None,
        external_url: None,
    };
    world.state().runs = vec![run];
    world.state().is_gate_followed = true;
    world
}

struct Team {
    world: Arc<World>,
    service: Service,
}

impl Team {
    fn of(policy: &Policy) -> Self {
        Self::over(world(), policy, sample::testing())
    }

    fn over(world: Arc<World>, policy: &Policy, snapshot: Snapshot) -> Self {
        let service = under(&world, snapshot, policies(policy));
        service.count_ballot();
        Self { world, service }
    }

    /// The console begins anew over what is kept, and sees this.
    fn again(self, policy: &Policy, snapshot: Snapshot) -> Self {
        Self::over(self.world, policy, snapshot)
    }

    async fn vote(&self, name: &str, choice: Choice) -> Result<String, Error> {
        self.vote_as(&person(name, &[]), choice).await
    }

    async fn vote_as(&self, person: &Person, choice: Choice) -> Result<String, Error> {
        let seen = sample::vote(&self.service.snapshot(), choice, "checked");
        self.send(person, seen).await
    }

    async fn send(&self, person: &Person, vote: VoteOnGate) -> Result<String, Error> {
        let ctx =
            Context { person: person.clone(), request_id: "r".to_owned(), at: sample::now(), key: None };
        carry_out(&self.service, &ctx, vote).await.map(|receipt| receipt.message)
    }

    fn answers(&self) -> Vec<(Choice, String)> {
        self.world.state().answers.iter().map(|it| (it.choice, it.summary.clone())).collect()
    }

    fn ballot(&self) -> Ballot {
        self.service.count_ballot();
        self.service.snapshot().ballot().cloned().unwrap()
    }
}

fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        name: name.to_owned(),
        roles: vec![Role::Approver],
        groups: groups.iter().map(|&it| it.to_owned()).collect(),
        commits_as: Vec::new(),
    }
}

fn refused(result: Result<String, Error>) -> String {
    match result {
        Err(Error::Conflict(reason) | Error::Invalid(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_approval_of_two_is_kept_and_the_second_answers_the_gate_once() {
    let team = Team::of(&two());
    let first = team.vote("kim", Choice::Approve).await.unwrap();
    assert_eq!(first, "You voted for the swap. It stands at 1 of 2 approvals.");
    assert!(team.answers().is_empty(), "one approval answers nothing");
    team.service.recount(sample::RELEASE).await.unwrap();
    assert_eq!(team.ballot().missing, "1 more approval is needed.");
    let again = refused(team.vote("kim", Choice::Approve).await);
    assert!(again.starts_with("Your vote stands already."), "{again}");
    assert!(team.answers().is_empty(), "nobody votes twice");
    assert_eq!(team.vote("lee", Choice::Approve).await.unwrap(), "You approved the swap.");
    let answers = team.answers();
    let [(Choice::Approve, summary)] = answers.as_slice() else { panic!("{answers:?}") };
    assert!(summary.starts_with("kim, lee: checked (release 0f8fad5b, evidence "), "{summary}");
    assert!(summary.chars().count() <= 512);
}

#[tokio::test]
async fn each_vote_keeps_its_evidence_its_policy_and_its_groups() {
    let policy = Policy { from: vec![Quota { of: vec!["qa".to_owned()], approvals: 2 }], ..two() };
    let team = Team::of(&policy);
    team.vote_as(&person("kim", &["qa", "chess"]), Choice::Approve).await.unwrap();
    let Some(Fact::Done(deed)) = team.world.facts().pop() else { panic!("{:?}", team.world.facts()) };
    let Deed::Vote { vote, tally, .. } = *deed else { panic!("no vote") };
    assert_eq!(tally, Some(Tally { approvals: 1, needed: 2 }));
    assert_eq!((vote.groups.as_slice(), vote.request.as_str()), (&["qa".to_owned()][..], sample::REQUEST));
    let version = team.ballot().policy;
    assert_eq!((vote.policy.len(), &vote.policy), (12, &version));
    assert!(vote.seen.iter().any(|it| it.what == InputKind::Policy && it.value == version));
}

#[tokio::test]
async fn approvals_come_from_whom_the_policy_names() {
    let quota = |of: &str| Quota { of: vec![of.to_owned()], approvals: 1 };
    let policy = Policy { from: vec![quota("qa"), quota("operations")], ..Policy::default() };
    let team = Team::of(&policy);
    team.vote_as(&person("kim", &["qa"]), Choice::Approve).await.unwrap();
    team.vote_as(&person("lee", &["qa"]), Choice::Approve).await.unwrap();
    assert!(team.answers().is_empty(), "two from qa are not one of each");
    team.service.recount(sample::RELEASE).await.unwrap();
    assert_eq!(team.ballot().missing, "1 more approval is needed, from operations.");
    assert_eq!(team.ballot().last_from, Some(vec!["operations".to_owned()]));
    team.vote_as(&person("mo", &["operations"]), Choice::Approve).await.unwrap();
    assert_eq!(team.answers().len(), 1);

    // Somebody in both takes the place that nobody else can.
    let team = Team::of(&policy);
    team.vote_as(&person("kim", &["qa", "operations"]), Choice::Approve).await.unwrap();
    team.service.recount(sample::RELEASE).await.unwrap();
    assert_eq!(team.ballot().last_from.unwrap(), ["operations", "qa"]);
    team.vote_as(&person("lee", &["qa"]), Choice::Approve).await.unwrap();
    assert_eq!(team.answers().len(), 1);
}

#[tokio::test]
async fn one_rejection_ends_it_and_a_majority_takes_more() {
    let team = Team::of(&two());
    team.vote("kim", Choice::Approve).await.unwrap();
    team.vote("lee", Choice::Reject).await.unwrap();
    assert!(matches!(team.answers().as_slice(), [(Choice::Reject, _)]));

    let majority = Policy { approvals: 3, rejection: Rejection::Majority, ..Policy::default() };
    let team = Team::of(&majority);
    team.vote("kim", Choice::Reject).await.unwrap();
    team.vote("lee", Choice::Approve).await.unwrap();
    assert!(team.answers().is_empty());
    team.vote("mo", Choice::Reject).await.unwrap();
    assert!(matches!(team.answers().as_slice(), [(Choice::Reject, _)]));

    let team = Team::of(&majority);
    for (name, choice) in
        [("kim", Choice::Reject), ("lee", Choice::Approve), ("kim", Choice::Approve), ("mo", Choice::Approve)]
    {
        team.vote(name, choice).await.unwrap();
    }
    assert!(matches!(team.answers().as_slice(), [(Choice::Approve, _)]), "a vote may be changed");
}

#[tokio::test]
async fn a_vote_lapses_with_what_is_material_and_stands_again_when_it_is_given_again() {
    let team = Team::of(&two());
    team.vote("kim", Choice::Approve).await.unwrap();
    let mut ill = sample::testing();
    let image = "shop@sha256:other".to_owned();
    sample::green(&mut ill).image = Some(image.clone());
    let team = team.again(&two(), ill);
    team.service.recount(sample::RELEASE).await.unwrap();
    let voice = team.ballot().voices.pop().unwrap();
    assert!(!voice.stands);
    let [changed] = voice.changed.as_slice() else { panic!("{voice:?}") };
    assert_eq!((changed.before.as_deref(), changed.now.as_ref()), (Some("shop@sha256:green"), Some(&image)));
    // The other approval is the first that counts now.
    let said = team.vote("lee", Choice::Approve).await.unwrap();
    assert_eq!(said, "You voted for the swap. It stands at 1 of 2 approvals.");
    assert!(team.answers().is_empty());
    team.vote("kim", Choice::Approve).await.unwrap();
    assert_eq!(team.answers().len(), 1);
}

#[tokio::test]
async fn a_vote_lapses_with_another_policy_and_another_request_and_not_with_the_load() {
    let team = Team::of(&two());
    team.vote("kim", Choice::Approve).await.unwrap();
    let mut larger = sample::testing();
    let group = sample::traffic(&mut larger).target_groups.iter_mut().find(|it| it.arn == "green").unwrap();
    let mut more = group.targets[0].clone();
    more.id = "10.0.0.3".to_owned();
    group.targets.push(more);
    let stands = |team: &Team| team.ballot().voices.first().is_some_and(|voice| voice.stands);
    let team = team.again(&two(), larger);
    team.service.recount(sample::RELEASE).await.unwrap();
    assert!(stands(&team));
    let mut ill = sample::testing();
    sample::target(&mut ill, "green").health = TargetHealth::Unhealthy;
    let team = team.again(&two(), ill);
    team.service.recount(sample::RELEASE).await.unwrap();
    assert!(!stands(&team));
    let team = team.again(&Policy { comment: true, ..two() }, sample::testing());
    team.service.recount(sample::RELEASE).await.unwrap();
    assert!(!stands(&team));
    let mut reopened = sample::testing();
    let gate = sample::step(&mut reopened, "ApproveSwap").gate.as_mut().unwrap();
    gate.request = Some("request-2".to_owned());
    let team = team.again(&two(), reopened);
    team.service.recount(sample::RELEASE).await.unwrap();
    assert!(team.ballot().voices.is_empty(), "it was given on another request");
}

fn commit(id: &str, parents: &[&str], name: &str, at: i64) -> SourceCommit {
    SourceCommit {
        id: id.to_owned(),
        parents: parents.iter().map(|&it| it.to_owned()).collect(),
        people: vec![(name.to_owned(), format!("{name}@example.com"))],
        at,
    }
}

/// Green follows on blue by a branch that was merged; the branch began before blue.
fn history() -> Vec<SourceCommit> {
    let snapshot = sample::testing();
    let sets = &snapshot.tasks().unwrap().task_sets;
    let (blue, green) = (sets[0].commit.clone().unwrap(), sets[1].commit.clone().unwrap());
    vec![
        commit(&green, &[&blue, "side"], "kim", 50),
        commit("side", &["base"], "lee", 40),
        commit(&blue, &["base"], "mo", 30),
        commit("base", &["root"], "ro", 20),
        commit("root", &[], "su", 10),
    ]
}

#[tokio::test]
async fn whoever_committed_since_blue_does_not_vote_and_nobody_else_is_kept_from_it() {
    let policy = Policy { committers_vote: false, ..two() };
    let team = Team::of(&policy);
    team.world.state().commits = history();
    for name in ["kim", "lee"] {
        let said = refused(team.vote(name, Choice::Approve).await);
        assert!(said.starts_with("You committed "), "{name}: {said}");
        assert!(refused(team.vote(name, Choice::Reject).await).starts_with("You committed "));
    }
    let names: Vec<_> = team.ballot().excluded.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["kim", "lee"]);
    for name in ["mo", "ro"] {
        team.vote(name, Choice::Approve).await.unwrap();
    }
    assert_eq!(team.answers().len(), 1);
}

#[tokio::test]
async fn a_release_of_what_blue_has_already_excludes_nobody() {
    let team = Team::of(&Policy { committers_vote: false, ..two() });
    let mut history = history();
    let (green, blue) = (history[0].id.clone(), history[2].id.clone());
    // Green's commit is an ancestor of blue's.
    history[0] = commit(&green, &["base"], "kim", 25);
    history[2] = commit(&blue, &[&green], "mo", 30);
    team.world.state().commits = history;
    assert!(team.vote("kim", Choice::Approve).await.is_ok());
    assert!(team.ballot().excluded.is_empty());
}

#[tokio::test]
async fn while_nobody_knows_who_committed_no_approval_is_taken() {
    let team = Team::of(&Policy { committers_vote: false, ..two() });
    let said = refused(team.vote("mo", Choice::Approve).await);
    assert!(said.contains("is not known: the pipeline’s source is not CodeCommit"), "{said}");
    team.service.forget_past();
    team.world.state().commits = history().into_iter().take(1).collect();
    assert!(refused(team.vote("mo", Choice::Approve).await).contains("no such commit"));
    assert!(team.vote("mo", Choice::Reject).await.is_ok(), "a rejection lets nothing happen");
}

#[tokio::test]
async fn whoever_started_the_release_does_not_vote() {
    let team = Team::of(&Policy { starter_votes: false, ..two() });
    let deed = Fact::Done(Box::new(Deed::StartPipeline { release: sample::RELEASE.to_owned() }));
    let entry = crate::memory::new_entry(deed);
    crate::port::Journal::append(&*team.world, entry).await.unwrap();
    assert!(refused(team.vote("kim", Choice::Approve).await).starts_with("You started this release"));
    assert!(team.vote("lee", Choice::Approve).await.is_ok());
}

#[tokio::test]
async fn required_evidence_holds_up_approvals_and_says_what_helps() {
    let mut old = sample::testing();
    if let Some(run) = &mut sample::compared(&mut old).newest {
        run.began_at = sample::now() - jiff::SignedDuration::from_hours(25);
    }
    for (policy, said) in [
        (Policy { run_within_hours: Some(24), ..two() }, "runs the suite again"),
        (Policy { no_open_findings: true, ..two() }, "rules on them on Compare"),
        (Policy { quiet_hours: Some(1_000), ..two() }, "while the sentinel finds nothing"),
    ] {
        let team = Team::over(world(), &policy, old.clone());
        let refused = refused(team.vote("kim", Choice::Approve).await);
        assert!(refused.contains(said), "{refused}");
        assert!(team.vote("kim", Choice::Reject).await.is_ok());
        let mut uncompared = sample::testing();
        sample::compared(&mut uncompared).newest = None;
        let team = Team::over(world(), &policy, uncompared);
        let refused = self::refused(team.vote("kim", Choice::Approve).await);
        assert!(refused.contains("Nothing was compared yet"), "{refused}");
    }
    let team = Team::of(&Policy { run_within_hours: Some(100_000), ..two() });
    assert!(team.vote("kim", Choice::Approve).await.is_ok());
}

#[tokio::test]
async fn outside_of_its_hours_the_last_approval_waits() {
    let never = Hours {
        zone: "Europe/Berlin".to_owned(),
        days: Vec::new(),
        from: "00:00".to_owned(),
        until: "24:00".to_owned(),
        freezes: vec![viridian_shared::policy::Freeze {
            from: "2000-01-01".to_owned(),
            until: "2100-01-01".to_owned(),
            why: String::new(),
        }],
    };
    let team = Team::of(&Policy { hours: Some(never), ..two() });
    team.vote("kim", Choice::Approve).await.unwrap();
    let said = refused(team.vote("lee", Choice::Approve).await);
    assert!(said.starts_with("The swap is frozen"), "{said}");
    assert!(team.answers().is_empty());
    team.vote("lee", Choice::Reject).await.unwrap();
    assert!(matches!(team.answers().as_slice(), [(Choice::Reject, _)]));
}
