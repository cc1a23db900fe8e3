//! The journal as lines to be read: an intent with what became of it, and a step with everything that it did.
//!
//! A step, the execution behind it and the task sets that it moves each write down the same from their side. The
//! reader gets the step; the rest lies folded in it. What people do, gates and traffic are never folded away.

use std::collections::HashMap;

use viridian_shared::journal::{EntryKind, Stretch, Told, Turn, observation::READING};

/// What an entry may be about to be folded into the step during which it was seen.
const FOLDED: [&str; 3] = ["execution", "task-set", "scaling"];
/// What is told again and again while a service comes to rest.
const ROUTINE: [&str; 3] = ["task-set", "target", "scaling"];

/// A line: an entry, what closed it where it was an intent, and what is folded in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub entry: Told,
    pub outcome: Option<Told>,
    /// Oldest first.
    pub details: Vec<Told>,
}

/// The lines, newest first.
pub fn lines(journal: &[Told]) -> Vec<Line> {
    let outcomes: HashMap<u64, &Told> =
        journal.iter().filter_map(|entry| Some((entry.closes?, entry))).collect();
    let is_known = |number: u64| journal.binary_search_by_key(&number, |entry| entry.number).is_ok();
    let mut lines = Vec::<Line>::new();
    // Steps under way: which, and where their lines stand.
    let mut steps = Vec::<(String, usize)>::new();
    for entry in journal {
        if entry.closes.is_some_and(is_known) || entry.about == READING {
            continue;
        }
        if let Some(Stretch { step, turn }) = &entry.stretch {
            let under_way = steps.iter().position(|(known, _)| known == step);
            match (turn, under_way) {
                (Turn::Begins, _) => steps.push((step.clone(), lines.len())),
                (Turn::EndsWell | Turn::EndsBadly, Some(index)) => {
                    let (_, at) = steps.remove(index);
                    ends(&mut lines, &mut steps, at, entry);
                    continue;
                }
                (Turn::EndsWell | Turn::EndsBadly, None) => {}
            }
        }
        if entry.kind == EntryKind::Observed
            && FOLDED.contains(&entry.about.as_str())
            && let Some(line) = steps.last().and_then(|(_, at)| lines.get_mut(*at))
        {
            line.details.push(entry.clone());
            continue;
        }
        // Read after the step's own end.
        if let Some(line) = entry.execution.as_deref().and_then(|name| during(&mut lines, name)) {
            line.details.push(entry.clone());
            continue;
        }
        // Its beginning, where nothing else holds it.
        if let Some(name) = entry.execution.as_deref()
            && let Some(at) = lines.iter().rposition(|it| it.entry.execution.as_deref() == Some(name))
        {
            ends(&mut lines, &mut steps, at, entry);
            continue;
        }
        let outcome = outcomes.get(&entry.number).map(|it| (*it).clone());
        lines.push(Line { entry: entry.clone(), outcome, details: Vec::new() });
    }
    let mut lines = joined(lines);
    lines.reverse();
    lines
}

/// The line of the step during which an execution began.
fn during<'l>(lines: &'l mut [Line], execution: &str) -> Option<&'l mut Line> {
    let is_it = |told: &Told| told.execution.as_deref() == Some(execution);
    lines.iter_mut().rev().find(|line| line.details.iter().any(is_it))
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
    let Told { kind, about, stretch, .. } = &line.entry;
    let is_routine = match stretch {
        Some(stretch) => stretch.turn == Turn::EndsWell,
        None => ROUTINE.contains(&about.as_str()),
    };
    (*kind == EntryKind::Observed && is_routine).then_some(about.as_str())
}

/// The end of a step stands where it happened, and takes in what its beginning had gathered.
fn ends(lines: &mut Vec<Line>, steps: &mut [(String, usize)], at: usize, end: &Told) {
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

    fn entry(number: u64, kind: EntryKind, about: &str, text: &str) -> Told {
        Told {
            number,
            at: Timestamp::UNIX_EPOCH,
            release: None,
            person: None,
            kind,
            about: about.to_owned(),
            text: text.to_owned(),
            stretch: None,
            execution: None,
            closes: None,
        }
    }

    fn step(number: u64, step: &str, turn: Turn, text: &str) -> Told {
        Told { stretch: Some(Stretch { step: step.to_owned(), turn }), ..seen(number, "step", text) }
    }

    fn begins(number: u64, name: &str) -> Told {
        step(number, name, Turn::Begins, &format!("{name} begins"))
    }

    fn seen(number: u64, about: &str, text: &str) -> Told {
        entry(number, EntryKind::Observed, about, text)
    }

    fn texts(lines: &[Line]) -> Vec<(&str, usize)> {
        lines.iter().map(|line| (line.entry.text.as_str(), line.details.len())).collect()
    }

    #[test]
    fn what_people_do_and_where_traffic_goes_is_never_folded() {
        let journal = [
            begins(1, "Swap"),
            seen(2, "execution", "swap started."),
            seen(8, READING, "Details were read again."),
            seen(3, "traffic", "Production sends 100% to green."),
            entry(4, EntryKind::Intent, "swap-back", "swap back"),
            Told { closes: Some(4), ..entry(5, EntryKind::Failed, "swap-back", "a machine is at work") },
            seen(6, "gate", "Approve clean-up waits."),
        ];
        let lines = lines(&journal);
        assert_eq!(
            texts(&lines),
            [
                ("Approve clean-up waits.", 0),
                ("swap back", 0),
                ("Production sends 100% to green.", 0),
                ("Swap begins", 1),
            ]
        );
        assert_eq!(lines[1].outcome.as_ref().map(|it| it.number), Some(5));
    }

    #[test]
    fn a_step_that_has_ended_is_one_line_with_all_that_it_did() {
        let journal = [
            begins(1, "Build"),
            begins(2, "Build image"),
            seen(3, "execution", "deploy-green started."),
            step(4, "Build image", Turn::EndsBadly, "Build image failed: no space."),
            step(5, "Build", Turn::EndsWell, "Build went well."),
            seen(6, "task-set", "A task set appeared."),
        ];
        assert_eq!(
            texts(&lines(&journal)),
            [("A task set appeared.", 0), ("Build went well.", 1), ("Build image failed: no space.", 2)]
        );
    }

    #[test]
    fn steps_that_went_well_one_after_another_are_one_line_and_a_failure_stands_alone() {
        let journal = [
            step(1, "Source", Turn::EndsWell, "Source went well."),
            begins(2, "Build"),
            step(3, "Build", Turn::EndsWell, "Build went well."),
            step(4, "Prepare", Turn::EndsBadly, "Prepare failed: no role."),
            seen(5, "target", "1 of 2 targets of green are healthy."),
            seen(6, "target", "2 of 2 targets of green are healthy."),
            seen(7, "gate", "Approve swap waits."),
        ];
        let lines = lines(&journal);
        let expected = [
            ("Approve swap waits.", 0),
            ("2 of 2 targets of green are healthy.", 1),
            ("Prepare failed: no role.", 0),
            ("Build went well.", 2),
        ];
        assert_eq!(texts(&lines), expected);
        assert_eq!(lines[3].details[0].text, "Source went well.");
    }

    #[test]
    fn an_execution_that_is_seen_to_end_after_its_step_lies_in_its_step() {
        let of = |name: &str, it| Told { execution: Some(name.to_owned()), ..it };
        let journal = [
            begins(1, "Swap"),
            of("a", seen(2, "execution", "swap started.")),
            step(3, "Swap", Turn::EndsWell, "Swap went well."),
            of("a", seen(4, "execution", "swap succeeded.")),
            of("b", seen(5, "execution", "roll-back started.")),
            of("b", seen(6, "execution", "roll-back succeeded.")),
        ];
        let expected = [("roll-back succeeded.", 1), ("Swap went well.", 3)];
        assert_eq!(texts(&lines(&journal)), expected);
    }

    #[test]
    fn the_end_of_a_step_whose_beginning_is_not_at_hand_stands_alone() {
        let journal =
            [step(9, "Swap", Turn::EndsWell, "Swap went well."), seen(10, "execution", "swap succeeded.")];
        assert_eq!(texts(&lines(&journal)), [("swap succeeded.", 0), ("Swap went well.", 0)]);
    }
}
