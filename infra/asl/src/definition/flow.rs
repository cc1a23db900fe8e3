//! Whether the states of a block lead somewhere, and whether something leads to each of them.

use std::collections::HashSet;

use super::{
    Block, Code, Kind, State,
    fields::{Faults, Fields},
};

/// Complains of targets that are not there and of states that nothing leads to.
pub(crate) fn check(fields: &Fields<'_>, block: &Block, written: usize, faults: &mut Faults) {
    let start = &block.start_at;
    if fields.get("StartAt").is_some_and(serde_json::Value::is_string) && !block.states.contains_key(start) {
        faults.add(Code::MissingTarget, fields.place("StartAt"), format!("Missing 'Next' target: {start}"));
    }
    for state in block.states.values() {
        for (target, place) in targets(state) {
            if !block.states.contains_key(target) {
                let at = format!("{}/{}/{place}", fields.place("States"), state.name);
                faults.add(Code::MissingTarget, at, format!("Missing 'Next' target: {target}"));
            }
        }
    }
    // States that could not be read lead who knows where.
    if block.states.len() != written {
        return;
    }
    if written > 0 && !block.states.values().any(ends) {
        faults.add_nowhere(Code::MissingEnd, "Workflow has no terminal state");
        return;
    }
    if faults.list.iter().all(|fault| fault.code == Code::NotAvailable) {
        check_reach(fields, block, faults);
    }
}

/// Whether the block may end with a state. One that leads nowhere and does not say `End` is a fault of its own.
fn ends(state: &State) -> bool {
    state.next.is_none() && !matches!(state.kind, Kind::Choice { .. })
}

fn check_reach(fields: &Fields<'_>, block: &Block, faults: &mut Faults) {
    let mut reached = HashSet::new();
    let mut waiting = vec![block.start_at.as_str()];
    while let Some(name) = waiting.pop() {
        if let Some(state) = block.states.get(name)
            && reached.insert(name)
        {
            waiting.extend(targets(state).into_iter().map(|(target, _)| target));
        }
    }
    let mut lost: Vec<&String> =
        block.states.keys().filter(|name| !reached.contains(name.as_str())).collect();
    lost.sort();
    for name in lost {
        let at = format!("{}/{name}", fields.place("States"));
        faults.add(Code::MissingTarget, at, format!("State \"{name}\" is not reachable."));
    }
}

/// Where a state may lead, with the place of each.
fn targets(state: &State) -> Vec<(&str, String)> {
    let mut targets: Vec<(&str, String)> = Vec::new();
    targets.extend(state.next.as_deref().map(|next| (next, "Next".to_owned())));
    let catchers = state.catch.iter().enumerate();
    targets
        .extend(catchers.map(|(number, catcher)| (catcher.next.as_str(), format!("Catch[{number}]/Next"))));
    if let Kind::Choice { rules, default } = &state.kind {
        let rules = rules.iter().enumerate();
        targets.extend(rules.map(|(number, rule)| (rule.next.as_str(), format!("Choices[{number}]/Next"))));
        targets.extend(default.as_deref().map(|next| (next, "Default".to_owned())));
    }
    targets
}
