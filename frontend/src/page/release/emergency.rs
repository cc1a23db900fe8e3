//! What was started by hand around a gate: told above everything else while its release is on the rail.

use viridian_shared::{
    command::{Command, StartEmergency},
    journal::{EntryKind, Told},
    machine::{BY_HAND, Execution, Machine},
    pipeline::Step,
    rule::emergencies,
};

use crate::{model::Model, prelude::*};

/// The warnings, each with its tone.
pub fn told(model: Model) -> Vec<(&'static str, String)> {
    model.snapshot.with(|snapshot| {
        let found = snapshot.as_ref().map(emergencies).unwrap_or_default();
        let warning = |(machine, gate, execution): (&Machine, &Step, &Execution)| {
            model.journal.with(|journal| ("bad", text(journal, &machine.name, &gate.title, &execution.name)))
        };
        found.into_iter().map(warning).collect()
    })
}

/// With who did it and why, where the journal at hand still says so.
fn text(journal: &[Told], machine: &str, gate: &str, execution: &str) -> String {
    let intent = intent(execution).and_then(|number| journal.iter().find(|it| it.number == number));
    let intent = intent.filter(|it| it.about == StartEmergency::NAME);
    let done = journal.iter().find(|it| {
        it.kind == EntryKind::Done && it.closes.is_some() && it.closes == intent.map(|intent| intent.number)
    });
    match (intent.and_then(|intent| intent.person.as_deref()), done) {
        (Some(person), Some(done)) => format!("Emergency: {person} {}.", done.text),
        _ => format!("Emergency: {machine} was started by hand and went around {gate}."),
    }
}

/// The number of the journal's entry that an execution is named after.
fn intent(execution: &str) -> Option<u64> {
    execution.strip_prefix(BY_HAND)?.split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use viridian_shared::time::Timestamp;

    fn entry(number: u64, kind: EntryKind, closes: Option<u64>, text: &str) -> Told {
        Told {
            number,
            at: Timestamp::UNIX_EPOCH,
            release: None,
            person: Some("kim".to_owned()),
            kind,
            about: StartEmergency::NAME.to_owned(),
            text: text.to_owned(),
            closes,
            stretch: None,
            execution: None,
        }
    }

    #[test]
    fn an_emergency_is_told_with_who_and_why_and_without_them_where_the_journal_is_not_at_hand() {
        let journal = [
            entry(7, EntryKind::Intent, None, "asked to start swap"),
            entry(8, EntryKind::Done, Some(7), "started swap in an emergency, around Approve swap: “down”"),
        ];
        let told = |execution| text(&journal, "swap", "Approve swap", execution);
        let whole = "Emergency: kim started swap in an emergency, around Approve swap: “down”.";
        assert_eq!(told("console-7-0123456789ab"), whole);
        let bare = "Emergency: swap was started by hand and went around Approve swap.";
        assert_eq!(told("console-3-0123456789ab"), bare);
        assert_eq!(told("console-x"), bare);
    }
}
