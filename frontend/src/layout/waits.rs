//! What the service that is open waits for, and on whom: for the header and the browser's tab.

use viridian_shared::{
    ballot::Voice,
    people::{Person, Role, is_same, shown},
    pipeline::{Step, StepStatus},
    taken_back::taken_back,
    vote::Choice,
    words::list,
};

use crate::{
    model::{Model, model},
    prelude::*,
};

/// What is waited for; nothing while nothing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// What waits: "Approve swap".
    pub what: String,
    /// What it does: "waits for you".
    pub text: String,
    /// Whether it is a person's turn.
    pub is_person: bool,
}

/// Reads it from the snapshot.
pub fn waits(model: Model) -> Option<Waits> {
    let how = model.snapshot.with(|it| it.as_ref().and_then(taken_back));
    model.pipeline.with(|it| {
        let pipeline = it.value.as_ref()?;
        let release = pipeline.release.as_ref()?;
        if release.status.is_ended() {
            return None;
        }
        if let Some(how) = how {
            let text = format!("waits for {} to end the release", who(model, Role::Operator, &[]));
            return Some(Waits { what: format!("{}:", how.word()), text, is_person: true });
        }
        let step = pipeline.present_step()?;
        match &step.status {
            StepStatus::Waiting => {
                let text = format!("waits for {}", who(model, Role::Approver, &approved(model, step)));
                Some(Waits { what: step.title.clone(), text, is_person: true })
            }
            StepStatus::Running => {
                Some(Waits { what: step.title.clone(), text: "is running".to_owned(), is_person: false })
            }
            _ => None,
        }
    })
}

/// Who has approved already, or does not vote.
fn approved(model: Model, step: &Step) -> Vec<String> {
    let ballot = model.snapshot.with(|it| it.as_ref().and_then(|it| it.ballot().cloned()));
    if let Some(ballot) = ballot {
        let is_yes = |voice: &&Voice| voice.stands && voice.choice == Choice::Approve;
        let persons = model.session.with(|session| {
            let known = session.as_ref().map(|it| it.choices.as_slice()).unwrap_or_default();
            let is_excluded = |person: &&Person| ballot.excluded.iter().any(|it| it.is(person));
            known.iter().filter(is_excluded).map(|it| it.name.clone()).collect::<Vec<_>>()
        });
        return ballot.voices.iter().filter(is_yes).map(|it| it.person.clone()).chain(persons).collect();
    }
    model.votes.with(|votes| {
        let here = votes.iter().filter(|it| it.stage == step.stage && it.action == step.action);
        here.filter(|it| it.choice == Choice::Approve).map(|it| it.person.clone()).collect()
    })
}

/// "you", "approver-1 or approver-2", "an approver".
fn who(model: Model, role: Role, but: &[String]) -> String {
    let is_left = |name: &str| !but.iter().any(|it| is_same(it, name));
    if model.person.with(|it| it.as_ref().is_some_and(|it| it.has(role) && is_left(&it.name))) {
        return "you".to_owned();
    }
    let names: Vec<_> = model.session.with(|session| {
        let choices = session.as_ref().map(|it| it.choices.as_slice()).unwrap_or_default();
        choices
            .iter()
            .filter(|it| it.has(role) && is_left(&it.name))
            .map(|it| shown(&it.name).to_owned())
            .collect()
    });
    if names.is_empty() { role.with_article().to_owned() } else { list(&names, "or") }
}

/// Who is asked besides the person who looks, where the page knows persons.
pub fn others(model: Model) -> Option<String> {
    let person = model.person.get();
    let may_vote = person.as_ref().is_some_and(|it| it.has(Role::Approver));
    let own = person.map(|person| person.name).unwrap_or_default();
    let is_excluded = model.snapshot.with(|it| {
        let ballot = it.as_ref().and_then(|it| it.ballot());
        ballot.is_some_and(|it| it.excluded.iter().any(|it| is_same(&it.name, &own)))
    });
    let is_mine = may_vote && !is_excluded;
    let has_voted =
        model.pipeline.with(|it| it.value.as_ref()?.present_step().map(|step| approved(model, step)))?;
    let names: Vec<_> = model.session.with(|session| {
        let choices = session.as_ref().map(|it| it.choices.as_slice()).unwrap_or_default();
        let is_asked = |name: &str| !is_same(name, &own) && !has_voted.iter().any(|it| is_same(it, name));
        choices
            .iter()
            .filter(|it| it.has(Role::Approver) && is_asked(&it.name))
            .map(|it| shown(&it.name).to_owned())
            .collect()
    });
    let needed = model.snapshot.with(|it| it.as_ref().and_then(|it| it.ballot()).map_or(1, |it| it.needed));
    if needed > 1 {
        let asked = if names.is_empty() { "approvers".to_owned() } else { list(&names, "and") };
        let mine = if is_mine { "you and " } else { "" };
        return Some(format!("{needed} approvals decide; {mine}{asked} can give them."));
    }
    let mine = if is_mine { "yours, or " } else { "" };
    Some(if names.is_empty() {
        "One vote of an approver decides.".to_owned()
    } else {
        format!("One vote decides: {mine}that of {}.", list(&names, "or"))
    })
}

/// The same as a chip in the header.
#[component]
pub fn WaitsChip() -> impl IntoView {
    let model = model();
    let waits = Memo::new(move |_| waits(model));
    view! {
        {move || waits.get().map(|Waits { what, text, is_person }| {
            let title = format!("{what} {text}");
            view! {
                <span class="chip waits header__wide" data-person=is_person.to_string() title=title>
                    <span class="waits__line"><span class="waits__what">{what}" "</span><span class="waits__text">{text}</span></span>
                </span>
            }
        })}
    }
}
