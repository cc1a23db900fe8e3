//! The journal as lines to be read: an intent with what became of it, and a step with everything that it did.
//!
//! A step, the execution behind it and the task sets that it moves each write down the same from their side. The
//! reader gets the step; the rest lies folded in it. What people do, gates and traffic are never folded away.

use std::collections::HashMap;

use viridian_shared::journal::{Entry, EntryKind};

/// What an entry may be about to be folded into the step during which it was seen.
const FOLDED: [&str; 3] = ["execution", "task-set", "scaling"];
/// What is told again and again while a service comes to rest.
const ROUTINE: [&str; 3] = ["task-set", "target", "scaling"];
/// How the entry ends that says of a step that it has begun.
const BEGAN: &str = " began.";

/// A line: an entry, what closed it where it was an intent, and what is folded in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub entry: Entry,
    pub outcome: Option<Entry>,
    /// Oldest first.
    pub details: Vec<Entry>,
}

/// The lines, newest first.
pub fn lines(journal: &[Entry]) -> Vec<Line> {
    let outcomes: HashMap<u64, &Entry> =
        journal.iter().filter_map(|entry| Some((entry.closes?, entry))).collect();
    let is_known = |number: u64| journal.binary_search_by_key(&number, |entry| entry.number).is_ok();
    let mut lines = Vec::<Line>::new();
    // Steps under way: their titles, and where their lines stand.
    let mut steps = Vec::<(String, usize)>::new();
    for entry in journal {
        if entry.closes.is_some_and(is_known) {
            continue;
        }
        if entry.kind == EntryKind::Observed && entry.about == "step" {
            if let Some(title) = entry.text.strip_suffix(BEGAN) {
                steps.push((title.to_owned(), lines.len()));
            } else if let Some(index) = ended(&steps, &entry.text) {
                let (_, at) = steps.remove(index);
                ends(&mut lines, &mut steps, at, entry);
                continue;
            }
        }
        if entry.kind == EntryKind::Observed
            && FOLDED.contains(&entry.about.as_str())
            && let Some(line) = steps.last().and_then(|(_, at)| lines.get_mut(*at))
        {
            line.details.push(entry.clone());
            continue;
        }
        let outcome = outcomes.get(&entry.number).map(|it| (*it).clone());
        lines.push(Line { entry: entry.clone(), outcome, details: Vec::new() });
    }
    let mut lines = joined(lines);
    lines.reverse();
    lines
}

/// Neighbours that tell of the same thing, or of one step after another that went well, as one line: the last of
/// them, with the others folded in it.
fn joined(lines: Vec<Line>) -> Vec<Line> {
    let mut joined = Vec::<Line>::new();
    for mut line in lines {
        if let Some(before) =
            joined.pop_if(|before| routine(before).is_some_and(|it| routine(&line) == Some(it)))
        {
            let earlier = before.details.into_iter().chain([before.entry]);
            line.details = earlier.chain(line.details).collect();
        }
        joined.push(line);
    }
    joined
}

/// What a line tells of, where nobody waits for it and nothing went wrong.
fn routine(line: &Line) -> Option<&str> {
    let Entry { kind, about, text, .. } = &line.entry;
    let is_routine = match about.as_str() {
        "step" => text.contains(" succeeded"),
        about => ROUTINE.contains(&about),
    };
    (*kind == EntryKind::Observed && is_routine).then_some(about.as_str())
}

/// The step under way of which an entry says how it went on: the one with the longest title that fits.
fn ended(steps: &[(String, usize)], text: &str) -> Option<usize> {
    let fits = |title: &str| text.strip_prefix(title).is_some_and(|rest| rest.starts_with(' '));
    let fitting = steps.iter().enumerate().filter(|(_, (title, _))| fits(title));
    fitting.max_by_key(|(_, (title, _))| title.len()).map(|(index, _)| index)
}

/// The end of a step stands where it happened, and takes in what its beginning had gathered.
fn ends(lines: &mut Vec<Line>, steps: &mut [(String, usize)], at: usize, end: &Entry) {
    let began = lines.remove(at);
    for (_, other) in steps.iter_mut().filter(|(_, other)| *other > at) {
        *other -= 1;
    }
    let details = std::iter::once(began.entry).chain(began.details).collect();
    lines.push(Line { entry: end.clone(), outcome: None, details });
}

#[cfg(test)]
mod tests {
    use super::*;
    use viridian_shared::time::Timestamp;

    fn entry(number: u64, kind: EntryKind, about: &str, text: &str) -> Entry {
        Entry {
            number,
            at: Timestamp::UNIX_EPOCH,
            service: "demo".to_owned(),
            release: None,
            person: None,
            kind,
            about: about.to_owned(),
            text: text.to_owned(),
            closes: None,
            digest: String::new(),
        }
    }

    fn seen(number: u64, about: &str, text: &str) -> Entry {
        entry(number, EntryKind::Observed, about, text)
    }

    fn texts(lines: &[Line]) -> Vec<(&str, usize)> {
        lines.iter().map(|line| (line.entry.text.as_str(), line.details.len())).collect()
    }

    #[test]
    fn what_people_do_and_where_traffic_goes_is_never_folded() {
        let journal = [
            seen(1, "step", "Swap began."),
            seen(2, "execution", "swap started."),
            seen(3, "traffic", "Production sends 100% to green."),
            entry(4, EntryKind::Intent, "swap-back", "swap back"),
            Entry { closes: Some(4), ..entry(5, EntryKind::Failed, "swap-back", "a machine is at work") },
            seen(6, "gate", "Approve clean-up waits."),
        ];
        let lines = lines(&journal);
        assert_eq!(
            texts(&lines),
            [
                ("Approve clean-up waits.", 0),
                ("swap back", 0),
                ("Production sends 100% to green.", 0),
                ("Swap began.", 1),
            ]
        );
        assert_eq!(lines[1].outcome.as_ref().map(|it| it.number), Some(5));
    }

    #[test]
    fn a_step_that_has_ended_is_one_line_with_all_that_it_did() {
        let journal = [
            seen(1, "step", "Build began."),
            seen(2, "step", "Build image began."),
            seen(3, "execution", "deploy-green started."),
            seen(4, "step", "Build image failed: no space."),
            seen(5, "step", "Build succeeded after 3 s."),
            seen(6, "task-set", "A task set appeared."),
        ];
        assert_eq!(
            texts(&lines(&journal)),
            [
                ("A task set appeared.", 0),
                ("Build succeeded after 3 s.", 1),
                ("Build image failed: no space.", 2)
            ]
        );
    }

    #[test]
    fn steps_that_went_well_one_after_another_are_one_line_and_a_failure_stands_alone() {
        let journal = [
            seen(1, "step", "Source succeeded after 3 s."),
            seen(2, "step", "Build began."),
            seen(3, "step", "Build succeeded after 9 s."),
            seen(4, "step", "Prepare failed: no role."),
            seen(5, "target", "1 of 2 targets of green are healthy."),
            seen(6, "target", "2 of 2 targets of green are healthy."),
            seen(7, "gate", "Approve swap waits."),
        ];
        let lines = lines(&journal);
        let expected = [
            ("Approve swap waits.", 0),
            ("2 of 2 targets of green are healthy.", 1),
            ("Prepare failed: no role.", 0),
            ("Build succeeded after 9 s.", 2),
        ];
        assert_eq!(texts(&lines), expected);
        assert_eq!(lines[3].details[0].text, "Source succeeded after 3 s.");
    }

    #[test]
    fn the_end_of_a_step_whose_beginning_is_not_at_hand_stands_alone() {
        let journal =
            [seen(9, "step", "Swap succeeded after 2 s."), seen(10, "execution", "swap succeeded.")];
        assert_eq!(texts(&lines(&journal)), [("swap succeeded.", 0), ("Swap succeeded after 2 s.", 0)]);
    }
}
