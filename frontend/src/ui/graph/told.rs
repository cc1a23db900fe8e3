//! The graph in words: how a state stands, where it leads, and the whole in a sentence.

use viridian_graph::{EdgeKind, Graph, Light, Node, NodeKind, NodeLight, State};
use viridian_shared::{
    time::SignedDuration,
    words::{count, duration, list},
};

/// A length of milliseconds.
pub fn length(milliseconds: i64) -> String {
    duration(SignedDuration::from_secs(milliseconds.max(0) / 1_000))
}

/// How a state stands, in a word or two.
pub fn word(state: State) -> &'static str {
    match state {
        State::Ahead => "may still come",
        State::NotTaken => "not taken",
        State::Running => "running",
        State::Waiting => "waiting",
        State::Retrying => "will be tried again",
        State::Done => "done",
        State::Caught => "failed and caught",
        State::Failed => "failed",
        State::CutOff => "cut off",
    }
}

/// What a Wait waits for: "waits 10 s".
pub fn waiting(own: &Node) -> String {
    match (own.definition.number("Seconds"), own.definition.text("Timestamp")) {
        (Some(seconds), _) => format!("waits {}", seconds_in_words(seconds)),
        (None, Some(moment)) => format!("waits until {moment}"),
        (None, None) => "waits as long as its input says".to_owned(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a wait is a year at most")]
fn seconds_in_words(seconds: f64) -> String {
    duration(SignedDuration::from_secs(seconds as i64))
}

/// How a state stands that has come: "6 times, 1 min 30 s".
pub fn standing(own: &Node, light: &NodeLight, now: i64) -> String {
    let since = light.since.map_or(0, |since| now - since);
    let again = |text: String| match light.times {
        0 | 1 => text,
        times => format!("{text}, {} time", ordinal(times)),
    };
    let mut text = match light.state {
        State::Ahead | State::NotTaken => return word(light.state).to_owned(),
        State::Waiting => again(wait_left(own, since)),
        State::Running => again(format!("for {}", length(since))),
        State::Retrying => "failed, will be tried again".to_owned(),
        _ => {
            let is_instant = light.took < 1_000 && light.times < 2;
            let took = if is_instant { String::new() } else { length(light.took) };
            match (light.times, own.kind) {
                (0 | 1, _) if is_instant => word(light.state).to_owned(),
                (0 | 1, NodeKind::Wait) => format!("waited {took}"),
                (0 | 1, _) => took,
                (times, NodeKind::Wait) => format!("waited {times} times, {took}"),
                (times, _) => format!("{times} times, {took}"),
            }
        }
    };
    if light.retries > 0 {
        text.push_str(" · ");
        text.push_str(&count(light.retries, "retry", "retries"));
    }
    if light.caught > 0 {
        text.push_str(" · caught");
    }
    text
}

/// What is left of a wait, where its length is known.
fn wait_left(own: &Node, since: i64) -> String {
    if own.kind != NodeKind::Wait {
        return format!("waits for an answer, {}", length(since));
    }
    match own.definition.number("Seconds") {
        Some(seconds) => {
            #[expect(clippy::cast_possible_truncation, reason = "a wait is a year at most")]
            let left = (seconds * 1_000.0) as i64 - since;
            format!("{} left of {}", length(left + 999), seconds_in_words(seconds))
        }
        None => format!("for {}", length(since)),
    }
}

fn ordinal(number: usize) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// A state in a sentence: what it is, how it stands, where it leads.
pub fn of_state(graph: &Graph, light: Option<&Light>, node: usize, now: i64) -> String {
    let Some(own) = graph.nodes.get(node) else { return String::new() };
    let within = graph.parent(node).and_then(|it| graph.nodes.get(it)).map(|it| format!(" in {}", it.name));
    let mut text = format!("{} ({}{})", own.name, own.kind.word(), within.unwrap_or_default());
    if let Some(light) = light.and_then(|it| it.nodes.get(node)) {
        text.push_str(": ");
        text.push_str(word(light.state));
        let standing = standing(own, light, now);
        if standing != word(light.state) {
            text.push_str(", ");
            text.push_str(&standing);
        }
    }
    text.push('.');
    let ways: Vec<String> = graph
        .leading_from(node)
        .filter_map(|(_, edge)| {
            let to = &graph.nodes.get(edge.to)?.name;
            Some(match edge.kind {
                EdgeKind::Next => to.clone(),
                EdgeKind::Choice => format!("{to} if {}", edge.label),
                EdgeKind::Default => format!("{to} otherwise"),
                EdgeKind::Catch => format!("{to} after {}", edge.label),
            })
        })
        .collect();
    if !ways.is_empty() {
        text.push_str(" Leads to ");
        text.push_str(&list(&ways, "or"));
        text.push('.');
    } else if own.is_end {
        text.push_str(" Ends here.");
    }
    text
}

/// The whole in a sentence: where the execution is, or how it ended, and how much of it has come.
pub fn summary(graph: &Graph, light: &Light, now: i64) -> String {
    let name = |node: usize| graph.nodes.get(node).map(|it| it.name.clone()).unwrap_or_default();
    let of = |state: State| {
        let in_state = |(_, it): &(usize, &NodeLight)| it.state == state;
        light.nodes.iter().enumerate().filter(in_state).map(|(node, _)| node).collect::<Vec<_>>()
    };
    let come = light.nodes.iter().filter(|it| it.times > 0).count();
    let far = format!("{come} of {} came so far", count(graph.nodes.len(), "state", "states"));
    if light.is_over {
        let failed: Vec<String> = of(State::Failed).into_iter().map(name).collect();
        let cut: Vec<String> = of(State::CutOff).into_iter().map(name).collect();
        let end = match (failed.is_empty(), cut.is_empty()) {
            (false, _) => format!("Failed in {}", list(&failed, "and")),
            (true, false) => format!("Cut off in {}", list(&cut, "and")),
            (true, true) => "Came to its end".to_owned(),
        };
        return format!("{end}. {come} of {} came.", count(graph.nodes.len(), "state", "states"));
    }
    let here: Vec<String> = light
        .here(graph)
        .filter_map(|node| {
            let (own, light) = (graph.nodes.get(node)?, light.nodes.get(node)?);
            Some(format!("{} ({}, {})", own.name, word(light.state), standing(own, light, now)))
        })
        .collect();
    if here.is_empty() { format!("{far}.") } else { format!("Now in {}. {far}.", list(&here, "and")) }
}

#[cfg(test)]
mod tests {
    use viridian_graph::{Event, Json};

    use super::*;

    fn graph() -> Graph {
        let text = r#"{"StartAt":"Wait","States":{
            "Wait":{"Type":"Wait","Seconds":15,"Next":"Look"},
            "Look":{"Type":"Task","Resource":"x","Next":"Ready","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Sorry"}]},
            "Ready":{"Type":"Choice","Choices":[{"Variable":"$.a","IsPresent":true,"Next":"Done"}],"Default":"Wait"},
            "Done":{"Type":"Succeed"},"Sorry":{"Type":"Fail"}}}"#;
        Graph::of(&serde_json::from_str::<Json>(text).unwrap())
    }

    fn events(rounds: i64, then: &[&str]) -> Vec<Event> {
        let mut events = Vec::new();
        let mut add = |kind: &str, state: &str, at: i64| {
            let id = i64::try_from(events.len()).unwrap() + 1;
            let state = (!state.is_empty()).then(|| state.to_owned());
            events.push(Event { id, previous: id - 1, at, kind: kind.to_owned(), state, ..Event::default() });
        };
        for round in 0..rounds {
            let at = round * 15_000;
            add("WaitStateEntered", "Wait", at);
            add("WaitStateExited", "Wait", at + 15_000);
            add("TaskStateEntered", "Look", at + 15_000);
            add("TaskStateExited", "Look", at + 15_000);
            add("ChoiceStateEntered", "Ready", at + 15_000);
            add("ChoiceStateExited", "Ready", at + 15_000);
        }
        for kind in then {
            let (kind, state) = kind.split_once(' ').unwrap_or((kind, ""));
            add(kind, state, rounds * 15_000);
        }
        events
    }

    #[test]
    fn a_loop_is_told_with_its_count_and_its_time() {
        let graph = graph();
        let light = Light::of(
            &graph,
            &events(6, &["SucceedStateEntered Done", "SucceedStateExited Done", "ExecutionSucceeded"]),
        );
        assert_eq!(standing(&graph.nodes[0], &light.nodes[0], 0), "waited 6 times, 1 min 30 s");
        assert_eq!(summary(&graph, &light, 0), "Came to its end. 4 of 5 states came.");
    }

    #[test]
    fn where_it_is_and_where_that_leads_are_sentences() {
        let graph = graph();
        let light = Light::of(&graph, &events(1, &["WaitStateEntered Wait"]));
        assert_eq!(
            summary(&graph, &light, 21_000),
            "Now in Wait (waiting, 9 s left of 15 s, 2nd time). 3 of 5 states came so far."
        );
        let look = graph.find("Look").unwrap();
        assert_eq!(of_state(&graph, None, look, 0), "Look (Task). Leads to Ready or Sorry after any error.");
        let ready = graph.find("Ready").unwrap();
        assert_eq!(
            of_state(&graph, Some(&light), ready, 0),
            "Ready (Choice): done. Leads to Done if a is there or Wait otherwise."
        );
    }
}
