//! How far the decision is under the policy of its gate: what is asked for, what is missing, who does not vote, and
//! votes that have lapsed with what changed since, which one press gives again.

use viridian_shared::{
    ballot::{Ballot, Voice},
    command::VoteOnGate,
    people::{is_same, shown},
    vote::{Choice, Vote},
    words::list,
};

use super::seen::{Seen, seen};
use crate::{
    command_state::CommandState,
    model::model,
    prelude::*,
    ui::{
        button::Button,
        icon::{Icon, Mark},
        toast::Toasts,
    },
    view::problem::ProblemNote,
};

/// The policy and where it stands.
#[component]
pub fn BallotView() -> impl IntoView {
    let model = model();
    // A gate without a policy is decided by one vote, of which the list of votes says everything but that AWS does
    // not have it yet.
    let tells = |ballot: &&Ballot| !ballot.policy.is_empty() || ballot.decided.is_some();
    let ballot = Memo::new(move |_| model.snapshot.with(|it| it.as_ref()?.ballot().filter(tells).cloned()));
    let again = again(ballot);
    move || ballot.get().map(|ballot| view! { <Standing ballot again/> })
}

/// The vote that whoever looks has given before something changed, on what is on screen now. It outlives what is
/// shown of the ballot, which is drawn anew with every change: what the server says against it stays in sight.
fn again(ballot: Memo<Option<Ballot>>) -> CommandState {
    let model = model();
    let toasts: Toasts = expect_context();
    let command = CommandState::new(move || {
        let Seen { release, stage, action, request, run, evidence, .. } = seen(model)?;
        let name = model.person.get()?.name;
        let choice = ballot.with(|it| it.as_ref()?.voice(&name).map(|voice| voice.choice))?;
        let is_it = |vote: &&Vote| vote.request == request && is_same(&vote.person, &name);
        let comment =
            model.votes.with(|votes| votes.iter().rev().find(is_it).map(|vote| vote.comment.clone()));
        let (comment, seen) = (comment.unwrap_or_default(), evidence.inputs);
        let evidence = evidence.digest;
        Some(VoteOnGate { release, stage, action, request, choice, comment, run, evidence, seen })
    });
    Effect::new(move |_| {
        if let Some(receipt) = command.receipt.get() {
            toasts.show(receipt.message);
        }
    });
    command
}

#[component]
fn Standing(ballot: Ballot, again: CommandState) -> impl IntoView {
    let missing = match (ballot.decided.is_some(), ballot.missing.as_str()) {
        (true, _) => ballot.answering.clone(),
        (false, "") => format!("{} of {} approvals.", ballot.approvals, ballot.needed),
        (false, missing) => format!("{} of {} approvals. {missing}", ballot.approvals, ballot.needed),
    };
    let excluded = excluded(&ballot);
    let held = ballot.obstacles.iter().chain(&ballot.closed).cloned().collect::<Vec<_>>();
    let lapsed = ballot.voices.iter().filter(|voice| !voice.stands).cloned().collect::<Vec<_>>();
    view! {
        <div class="ballot" role="group" aria-label="How it is decided">
            <p class="muted">{ballot.rules.join(" ")}</p>
            <p><b>{missing}</b></p>
            {excluded.map(|text| view! { <p class="muted">{text}</p> })}
            <ul>
                {held.into_iter().map(|text| view! { <li data-tone="waiting"><Mark icon=Icon::Warning/><span>{text}</span></li> }).collect_view()}
                {lapsed.into_iter().map(|voice| view! { <Lapsed voice again/> }).collect_view()}
            </ul>
        </div>
    }
}

/// "kim and lee do not vote: kim committed 9c9f1d2 to this release, lee started this release."
fn excluded(ballot: &Ballot) -> Option<String> {
    let whys: Vec<_> = ballot.excluded.iter().map(|it| format!("{} {}", shown(&it.name), it.why)).collect();
    (!whys.is_empty()).then(|| format!("Left to others to decide, since {}.", list(&whys, "and")))
}

/// A vote that does not count any more, with what was and what is.
#[component]
fn Lapsed(voice: Voice, again: CommandState) -> impl IntoView {
    let model = model();
    let name = shown(&voice.person).to_owned();
    let did = if voice.choice == Choice::Approve { "approved" } else { "rejected" };
    let changes = voice.changed.iter().map(|change| view! { <li>{change.words()}</li> }).collect_view();
    let person = voice.person.clone();
    let is_own = move || model.person.with(|it| it.as_ref().is_some_and(|it| is_same(&it.name, &person)));
    view! {
        <li data-tone="waiting"><Mark icon=Icon::Warning/><div>
            {format!("{name} {did} this before something changed, so the vote does not count any more:")}
            <ul class="ballot__changes">{changes}</ul>
            <Show when=is_own><Again choice=voice.choice command=again/></Show>
        </div></li>
    }
}

/// Gives the same vote on what is on screen now.
#[component]
fn Again(choice: Choice, command: CommandState) -> impl IntoView {
    let label = match choice {
        Choice::Approve => "Approve again as it is now",
        Choice::Reject => "Reject again as it is now",
    };
    let press = move |()| {
        command.begin();
        command.send();
    };
    view! {
        <Button label refusal=command.refusal() on_press=press/>
        <ProblemNote problem=command.problem/>
    }
}
