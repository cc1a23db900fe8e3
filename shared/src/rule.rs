//! Whether a command may be given now: pure functions over a snapshot, asked by the page to draw its buttons
//! and by the server to refuse. They cannot disagree.
//!
//! Each rule answers with the effect in the world, as the confirmation names it, or with why not and what would
//! help. Who may is a separate question, answered by [`permitted`]; a page asks both through [`verdict`].

mod answer;
mod back;
mod ballot;
mod comparison;
mod count;
mod gate;
mod machines;
mod release;

use serde::{Deserialize, Serialize};

pub use answer::held;
pub use comparison::{Ends, Reach, ends, reaches};
pub use gate::{changes, leads_back, passable, ready};
pub use machines::{emergencies, gate_of};

use crate::{
    command::Command,
    machine::Machine,
    people::{Person, Role},
    pipeline::{Pipeline, Release},
    snapshot::Snapshot,
};

/// What would happen, in a sentence: "Production :80 will send 100% to green (9c9f1d2). Blue stays warm."
pub type Consequence = String;

/// Why a command is not allowed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for a person.
    pub reason: String,
    /// Whether it is a field of the command that is wrong, and not the state of the world.
    pub is_field: bool,
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), is_field: false })
}

fn invalid<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { reason: reason.into(), is_field: true })
}

/// A command whose present sense can be judged.
pub trait Rule: Command {
    /// What it would do now, or why it may not be given.
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal>;

    /// The same for this person, whose roles allow it.
    fn judge_by(&self, snapshot: &Snapshot, _person: &Person) -> Result<Consequence, Refusal> {
        self.judge(snapshot)
    }

    /// The same with every text that has to be typed, so that what it would do can be told before it is typed.
    fn as_if_typed(&self) -> Option<Self> {
        None
    }
}

/// Whether the person's roles allow a command of this name at all, and if not who could.
pub fn permitted<C: Command>(person: Option<&Person>) -> Result<(), Refusal> {
    has_one(C::ROLES, person)
}

/// Permission and rule in one: what a button shows.
pub fn verdict<C: Rule>(
    command: &C,
    snapshot: &Snapshot,
    person: Option<&Person>,
) -> Result<Consequence, Refusal> {
    has_one(command.roles(), person)?;
    match person {
        Some(person) => command.judge_by(snapshot, person),
        None => command.judge(snapshot),
    }
}

/// Whether the person has one of the roles, and if not who could.
pub fn has_one(roles: &[Role], person: Option<&Person>) -> Result<(), Refusal> {
    match person {
        None => refuse("Sign in first."),
        Some(person) if roles.iter().any(|role| person.has(*role)) => Ok(()),
        Some(_) => {
            let who: Vec<_> = roles.iter().map(|role| role.with_article()).collect();
            refuse(format!("Only {} can do this.", who.join(" or ")))
        }
    }
}

/// The machine that is at work now, if one is.
pub fn busy(snapshot: &Snapshot) -> Option<&str> {
    snapshot
        .machines()
        .iter()
        .find(|machine| machine.running().is_some())
        .map(|machine| machine.name.as_str())
}

fn read(snapshot: &Snapshot) -> Result<&Pipeline, Refusal> {
    snapshot
        .pipeline()
        .ok_or(Refusal { reason: "The pipeline was not read yet.".to_owned(), is_field: false })
}

fn present<'a>(pipeline: &'a Pipeline, release: &str) -> Result<&'a Release, Refusal> {
    match &pipeline.release {
        Some(present) if present.id == release => Ok(present),
        Some(_) => refuse("Another release is on the rail by now. Look again."),
        None => refuse("There is no release."),
    }
}

fn machine<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a Machine, Refusal> {
    let machine = snapshot.machines().iter().find(|machine| machine.name == name);
    machine.ok_or(Refusal { reason: format!("This service has no state machine {name}."), is_field: false })
}

fn limit(text: &str, limit: usize, what: &str) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length > limit { invalid(format!("The {what} has {length} characters; {limit} fit.")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::StartPipeline, sample};

    #[test]
    fn who_may_not_learns_who_could_before_anything_else() {
        let viewer = Person { name: "viewer-1".to_owned(), roles: vec![Role::Viewer], ..Person::default() };
        let verdict = |person: Option<&Person>| verdict(&StartPipeline {}, &sample::quiet(), person);
        assert_eq!(verdict(None).unwrap_err().reason, "Sign in first.");
        assert_eq!(verdict(Some(&viewer)).unwrap_err().reason, "Only a developer can do this.");
    }

    #[test]
    fn nothing_may_be_done_to_what_was_never_read() {
        let nothing = Snapshot::new(sample::quiet().service);
        assert!(StartPipeline {}.judge(&nothing).is_err());
    }
}
