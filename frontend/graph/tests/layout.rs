//! Every definition at hand is laid out: nothing overlaps, everything is where it belongs, and twice is the same.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where what it needs is not there")]

use std::{fmt::Write, path::PathBuf};

use serde_json::{Value, json};
use viridian_graph::{Frame, Graph, Json, Layout, Way};

/// What the definition's layout has of faults, a line each.
fn faults(name: &str, definition: &Value) -> String {
    let read =
        |value: &Value| -> Graph { Graph::of(&serde_json::from_value::<Json>(value.clone()).unwrap()) };
    let graph = read(definition);
    let layout = Layout::of(&graph);
    let mut faults = String::new();
    let mut complain = |what: String| writeln!(faults, "{name}: {what}").unwrap();
    let name_of = |node: usize| graph.nodes[node].name.clone();
    for scope in &graph.scopes {
        for (place, one) in scope.nodes.iter().enumerate() {
            for other in &scope.nodes[place + 1..] {
                if layout.nodes[*one].overlaps(&layout.nodes[*other]) {
                    complain(format!("{} and {} overlap", name_of(*one), name_of(*other)));
                }
            }
            if let Some(parent) =
                scope.parent.filter(|parent| !layout.nodes[*parent].holds(&layout.nodes[*one]))
            {
                complain(format!("{} does not lie in {}", name_of(*one), name_of(parent)));
            }
        }
    }
    for (way, edge) in layout.ways.iter().zip(&graph.edges) {
        let its = format!("the way from {} to {}", name_of(edge.from), name_of(edge.to));
        let scope = &graph.scopes[graph.nodes[edge.from].scope];
        let beside: Vec<usize> =
            scope.nodes.iter().copied().filter(|it| ![edge.from, edge.to].contains(it)).collect();
        let frames = beside.iter().map(|it| layout.nodes[*it]);
        if frames.clone().any(|frame| passes(way, &frame)) {
            complain(format!("{its} runs through a state"));
        }
        if way.label.is_some_and(|label| frames.clone().any(|frame| frame.overlaps(&label))) {
            complain(format!("the label of {its} overlaps a state"));
        }
        if way.label.is_none() != edge.label.is_empty() && edge.from != edge.to {
            complain(format!("{its} has no place for its label, or one too many"));
        }
        let whole = Frame { x: 0.0, y: 0.0, width: layout.width, height: layout.height };
        let is_inside = |way: &Way| {
            way.points.iter().all(|it| whole.holds(&Frame { x: it.x, y: it.y, width: 0.0, height: 0.0 }))
        };
        if way.points.len() < 2 || !is_inside(way) {
            complain(format!("{its} is not drawn whole"));
        }
    }
    let labels: Vec<Frame> = layout.ways.iter().filter_map(|way| way.label).collect();
    if labels.iter().enumerate().any(|(place, one)| labels[place + 1..].iter().any(|it| one.overlaps(it))) {
        complain("two labels overlap".to_owned());
    }
    if layout != Layout::of(&read(&reversed(definition))) {
        complain("another order of its members leads to another layout".to_owned());
    }
    faults
}

/// Whether a straight part of a way lies in a box. (The curved parts lie between the layers.)
fn passes(way: &Way, frame: &Frame) -> bool {
    way.points.windows(2).any(|pair| {
        let (top, bottom) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
        let (left, right) = (pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
        let stretch = Frame { x: left, y: top, width: right - left, height: bottom - top };
        let is_upright = (right - left).abs() < 0.5;
        is_upright
            && bottom > top
            && stretch.x > frame.x
            && stretch.x < frame.x + frame.width
            && bottom > frame.y
            && top < frame.y + frame.height
    })
}

/// The same with the members of its objects the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect()
        }
        Value::Array(list) => list.iter().map(reversed).collect(),
        value => value.clone(),
    }
}

/// The state machines of this project.
fn ours() -> Vec<(String, Value)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/state-machine"));
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let definitions = files.filter(|it| it.extension().is_some_and(|it| it == "json"));
    definitions
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// Executions recorded from AWS, where they are at hand: in the folder that `VIRIDIAN_RECORDINGS` names, else beside
/// the workspace.
fn recorded() -> Vec<(String, Value)> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/recordings"));
    let folder = std::env::var_os("VIRIDIAN_RECORDINGS").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("cases.json")) else { return Vec::new() };
    let Value::Array(cases) = serde_json::from_str(&text).unwrap() else { panic!("cases are a list") };
    cases.into_iter().map(|case| (case["id"].to_string(), case["definition"].clone())).collect()
}

/// Some number that the next one follows from.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A definition nobody would write: states that lead anywhere, in circles, to themselves, and hold others.
fn wild(dice: &mut Dice, prefix: &str, count: u64, depth: u64) -> Value {
    let name = |number: u64| format!("{prefix}{number}");
    let mut states = serde_json::Map::new();
    for number in 0..count {
        let to = name(dice.throw(count));
        let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": name(dice.throw(count))}]);
        let rule = |dice: &mut Dice| json!({"Variable": "$.a", "NumericEquals": dice.throw(9), "Next": name(dice.throw(count))});
        let state = match dice.throw(if depth == 0 { 4 } else { 6 }) {
            0 => json!({"Type": "Task", "Resource": "arn:aws:states:::x:y", "Next": to, "Catch": catch}),
            1 => json!({"Type": "Choice", "Choices": [rule(dice), rule(dice), rule(dice)], "Default": to}),
            2 => json!({"Type": "Wait", "Seconds": 1, "Next": name((number + 1) % count)}),
            3 => json!({"Type": "Fail"}),
            4 => {
                json!({"Type": "Map", "Next": to, "Catch": catch, "ItemProcessor": wild(dice, &format!("{prefix}{number}m"), 4, depth - 1)})
            }
            _ => json!({"Type": "Parallel", "Next": to, "Branches": [
                wild(dice, &format!("{prefix}{number}a"), 3, depth - 1), wild(dice, &format!("{prefix}{number}b"), 5, depth - 1)]}),
        };
        states.insert(name(number), state);
    }
    json!({"StartAt": name(0), "States": states})
}

#[test]
fn the_machines_of_this_project_are_laid_out() {
    let faults: String = ours().iter().map(|(name, definition)| faults(name, definition)).collect();
    assert_eq!(faults, "");
}

#[test]
fn every_recorded_definition_is_laid_out() {
    let faults: String = recorded().iter().map(|(name, definition)| faults(name, definition)).collect();
    assert_eq!(faults, "");
}

#[test]
fn whatever_leads_wherever_is_laid_out() {
    let mut dice = Dice(15);
    for round in 0..40 {
        let count = 1 + dice.throw(12);
        let definition = wild(&mut dice, "s", count, 2);
        assert_eq!(faults(&format!("wild {round}"), &definition), "", "{definition:#}");
    }
}

#[test]
fn two_hundred_states_are_laid_out() {
    let mut states = serde_json::Map::new();
    for number in 0..200 {
        let next = format!("s{}", number + 1);
        let back = format!("s{}", number / 3 * 2);
        let state = match number {
            199 => json!({"Type": "Fail"}),
            _ if number % 4 == 0 => json!({"Type": "Choice", "Default": next, "Choices": [
                {"Variable": "$.a", "IsPresent": true, "Next": back}]}),
            _ => {
                json!({"Type": "Task", "Resource": "x", "Next": next, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "s199"}]})
            }
        };
        states.insert(format!("s{number}"), state);
    }
    assert_eq!(faults("two hundred", &json!({"StartAt": "s0", "States": states})), "");
}
