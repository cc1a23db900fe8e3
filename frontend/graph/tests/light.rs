//! What executions made of their graphs: every recorded history at hand, and the kinds of ends by hand.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

use std::path::PathBuf;

use serde_json::{Value, json};
use viridian_graph::{EdgeLight, End, Event, Graph, Json, Light, State};

fn graph(definition: &Value) -> Graph {
    Graph::of(&serde_json::from_value::<Json>(definition.clone()).unwrap())
}

/// A history in short: "id<-previous Kind State", with an error behind `!` and a round behind `#`.
fn events(lines: &str) -> Vec<Event> {
    let event = |(number, line): (usize, &str)| {
        let mut event = Event { id: i64::try_from(number).unwrap() + 1, ..Event::default() };
        (event.previous, event.at) = (event.id - 1, event.id * 1_000);
        for word in line.split_whitespace() {
            match word.split_at(1) {
                ("<", previous) => event.previous = previous.parse().unwrap(),
                ("!", error) => event.error = Some(error.to_owned()),
                ("#", round) => event.index = Some(round.parse().unwrap()),
                _ if event.kind.is_empty() => word.clone_into(&mut event.kind),
                _ => event.state = Some(word.to_owned()),
            }
        }
        event
    };
    lines.trim().lines().enumerate().map(event).collect()
}

fn light(definition: &Value, lines: &str) -> (Graph, Light) {
    let graph = graph(definition);
    let light = Light::of(&graph, &events(lines));
    (graph, light)
}

/// "A done 2" for each state: how it stands and how often it was entered.
fn told((graph, light): &(Graph, Light)) -> Vec<String> {
    let of = |(node, it): (&viridian_graph::Node, &viridian_graph::NodeLight)| {
        format!("{} {:?} {}", node.name, it.state, it.times)
    };
    graph.nodes.iter().zip(&light.nodes).map(of).collect()
}

fn edges((graph, light): &(Graph, Light)) -> Vec<String> {
    let name = |node: usize| graph.nodes[node].name.as_str();
    let of = |(edge, it): (&viridian_graph::Edge, &EdgeLight)| {
        format!("{}>{} {it:?}", name(edge.from), name(edge.to))
    };
    graph.edges.iter().zip(&light.edges).map(of).collect()
}

fn loop_of_three() -> Value {
    json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Look"},
        "Look": {"Type": "Task", "Resource": "x", "Next": "Ready", "Retry": [{"ErrorEquals": ["States.ALL"]}],
                 "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}]},
        "Ready": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "Done"}], "Default": "Wait"},
        "Done": {"Type": "Succeed"}, "Sorry": {"Type": "Fail"}}})
}

#[test]
fn before_anything_has_happened_everything_may_come() {
    let lit = light(&loop_of_three(), "");
    assert!(lit.1.nodes.iter().all(|it| it.state == State::Ahead));
}

#[test]
fn a_loop_counts_its_rounds_and_a_failed_call_waits_for_its_next_try() {
    let lines = "ExecutionStarted\nWaitStateEntered Wait <0\nWaitStateExited Wait\nTaskStateEntered Look\nTaskScheduled\nTaskSucceeded\n\
        TaskStateExited Look\nChoiceStateEntered Ready\nChoiceStateExited Ready\nWaitStateEntered Wait\nWaitStateExited Wait\n\
        TaskStateEntered Look\nTaskScheduled\nTaskFailed !Busy";
    let lit = light(&loop_of_three(), lines);
    assert_eq!(
        told(&lit),
        ["Wait Done 2", "Look Retrying 2", "Ready Done 1", "Done Ahead 0", "Sorry Ahead 0"]
    );
    assert_eq!(
        edges(&lit),
        [
            "Look>Ready Taken(1)",
            "Look>Sorry Ahead",
            "Ready>Done Ahead",
            "Ready>Wait Taken(1)",
            "Wait>Look Taken(2)"
        ]
    );
    let lit = light(&loop_of_three(), &format!("{lines}\nTaskScheduled"));
    assert_eq!((lit.1.nodes[1].state, lit.1.nodes[1].retries), (State::Running, 1));
}

#[test]
fn what_was_caught_leads_by_its_catch_and_what_was_not_failed() {
    let start = "ExecutionStarted\nWaitStateEntered Wait <0\nWaitStateExited Wait\nTaskStateEntered Look\nTaskScheduled\nTaskFailed !Gone\n";
    let caught = light(
        &loop_of_three(),
        &format!("{start}TaskStateExited Look\nFailStateEntered Sorry\nExecutionFailed !Gone"),
    );
    assert_eq!(
        told(&caught),
        ["Wait Done 1", "Look Caught 1", "Ready NotTaken 0", "Done NotTaken 0", "Sorry Failed 1"]
    );
    assert!(edges(&caught).contains(&"Look>Sorry Taken(1)".to_owned()));
    let failed = light(&loop_of_three(), &format!("{start}ExecutionFailed !Gone"));
    assert_eq!((failed.1.nodes[1].state, failed.1.is_over), (State::Failed, true));
    assert_eq!(failed.1.visits[1].error.as_deref(), Some("Gone"));
    let redriven =
        light(&loop_of_three(), &format!("{start}ExecutionFailed !Gone\nExecutionRedriven\nTaskScheduled"));
    assert_eq!((redriven.1.nodes[1].state, redriven.1.is_over), (State::Running, false));
    let stopped = light(&loop_of_three(), "ExecutionStarted\nWaitStateEntered Wait <0\nExecutionAborted <0");
    assert_eq!(stopped.1.nodes[0].state, State::CutOff);
}

#[test]
fn branches_and_rounds_at_the_same_time_are_told_apart() {
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Next": "End", "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": {"Type": "Pass", "End": true}}},
        {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T",
            "States": {"T": {"Type": "Task", "Resource": "x", "End": true}}}}}}]}, "End": {"Type": "Succeed"}}});
    let lines = "ExecutionStarted\nParallelStateEntered P <0\nParallelStateStarted\nWaitStateEntered A <3\nMapStateEntered M <3\n\
        MapStateStarted\nMapIterationStarted #0 <6\nMapIterationStarted #1 <6\nTaskStateEntered T <7\nTaskStateEntered T <8\n\
        TaskScheduled <9\nTaskScheduled <10\nTaskFailed !Gone <12";
    let lit = light(&definition, lines);
    assert_eq!(
        told(&lit),
        ["P Running 1", "A Waiting 1", "B Ahead 0", "M Running 1", "T Running 2", "End Ahead 0"]
    );
    let rounds: Vec<_> =
        lit.1.visits.iter().filter_map(|it| Some((it.round?, it.failed.is_some()))).collect();
    assert_eq!(rounds, [(0, false), (1, true)]);
    let here: Vec<_> = lit.1.here(&lit.0).map(|it| lit.0.nodes[it].name.as_str()).collect();
    assert_eq!(here, ["A", "T"]);
    let lit = light(
        &definition,
        &format!(
            "{lines}\nMapIterationFailed #1\nMapStateFailed\nWaitStateAborted <4\nParallelStateFailed <15\nExecutionFailed !Gone"
        ),
    );
    assert_eq!(
        told(&lit),
        ["P Failed 1", "A CutOff 1", "B NotTaken 0", "M Failed 1", "T Failed 2", "End NotTaken 0"]
    );
}

#[test]
fn every_recorded_history_is_read() {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/recordings"));
    let folder = std::env::var_os("VIRIDIAN_RECORDINGS").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("cases.json")) else { return };
    let Value::Array(cases) = serde_json::from_str(&text).unwrap() else { panic!("cases are a list") };
    let faults: Vec<String> =
        cases.iter().filter_map(|case| fault(case).map(|fault| format!("{}: {fault}", case["id"]))).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// What is wrong with the light of a recorded execution.
fn fault(case: &Value) -> Option<String> {
    let recorded = case["recorded"]["events"].as_array().filter(|_| case["parallel_sorted"].is_null())?;
    let events: Vec<Event> = recorded.iter().map(recorded_event).collect();
    if events.iter().any(|it| it.id == 0) {
        return None;
    }
    let graph = graph(&case["definition"]);
    let light = Light::of(&graph, &events);
    let entered = events.iter().filter(|it| it.kind.ends_with("StateEntered")).count();
    if light.visits.len() != entered {
        return Some(format!("{} visits of {entered}", light.visits.len()));
    }
    let name = |node: usize| graph.nodes[node].name.as_str();
    if let Some(open) = light.visits.iter().find(|it| light.is_over && it.end == End::Open) {
        return Some(format!("{} is open for ever", name(open.node)));
    }
    let has_failed = light.visits.iter().any(|it| it.parent.is_none() && it.end == End::Failed);
    if case["recorded"]["status"] == "SUCCEEDED" && has_failed {
        return Some("a state has failed, and the execution has not".to_owned());
    }
    if case["recorded"]["status"] == "FAILED" && !has_failed {
        return Some("the execution has failed, and no state has".to_owned());
    }
    light.visits.iter().find_map(|visit| {
        let from = light.visits.get(visit.from?)?;
        let is_way = graph.leading_from(from.node).any(|(_, edge)| edge.to == visit.node);
        (!is_way).then(|| format!("no way leads from {} to {}", name(from.node), name(visit.node)))
    })
}

fn recorded_event(event: &Value) -> Event {
    let details =
        || event.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("Details")).map(|(_, it)| it);
    let text = |name: &str| details().find_map(|it| Some(it.get(name)?.as_str()?.to_owned()));
    let kind = event["type"].as_str().unwrap().to_owned();
    let names_state = kind.ends_with("StateEntered") || kind.ends_with("StateExited");
    Event {
        id: event["id"].as_i64().unwrap_or_default(),
        previous: event["previousEventId"].as_i64().unwrap_or_default(),
        at: 0,
        state: text("name").filter(|_| names_state).or_else(|| text("state")),
        error: text("error"),
        index: details().find_map(|it| it.get("index")?.as_i64()),
        kind,
    }
}
