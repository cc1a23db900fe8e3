//! A graph out of a definition.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    choice,
    graph::{Edge, EdgeKind, Graph, Node, NodeKind, Scope, errors},
    json::Json,
};

impl Graph {
    /// The graph of a definition. Its order follows what leads where, not the order of members, so that every reader
    /// of JSON comes to the same.
    pub fn of(definition: &Json) -> Self {
        let mut graph = Self::default();
        read_scope(&mut graph, definition, None);
        graph
    }
}

/// Reads the states of a scope, and of what they hold; gives its number.
fn read_scope(graph: &mut Graph, definition: &Json, parent: Option<usize>) -> usize {
    let number = graph.scopes.len();
    graph.scopes.push(Scope { parent, ..Scope::default() });
    let mut states = BTreeMap::<&str, &Json>::new();
    let own = definition.get("States").map(Json::members).unwrap_or_default();
    states.extend(own.iter().map(|(name, state)| (name.as_str(), state)));
    let mut numbers = BTreeMap::new();
    for name in in_order(&states, definition.text("StartAt").unwrap_or_default()) {
        let Some(state) = states.get(name) else { continue };
        let node = read_node(graph, number, name, state);
        numbers.insert(name, node);
        if let Some(scope) = graph.scopes.get_mut(number) {
            scope.start.get_or_insert(node);
            scope.nodes.push(node);
        }
    }
    for (name, node) in &numbers {
        for (to, kind, label) in states.get(name).map(|state| ways(state)).unwrap_or_default() {
            if let Some(to) = numbers.get(to) {
                add_edge(graph, *node, *to, kind, label);
            }
        }
    }
    number
}

/// Names of states as somebody meets them who goes every way from the first one; what cannot be reached comes last.
fn in_order<'a>(states: &BTreeMap<&'a str, &'a Json>, start: &'a str) -> Vec<&'a str> {
    let (mut order, mut known) = (Vec::new(), BTreeSet::new());
    for from in std::iter::once(start).chain(states.keys().copied()) {
        let mut ahead = vec![from];
        while let Some(name) = ahead.pop() {
            let Some(state) = states.get(name) else { continue };
            if known.insert(name) {
                order.push(name);
                ahead.extend(ways(state).into_iter().rev().map(|(to, _, _)| to));
            }
        }
    }
    order
}

fn read_node(graph: &mut Graph, scope: usize, name: &str, state: &Json) -> usize {
    let node = graph.nodes.len();
    let kind = NodeKind::of(state.text("Type").unwrap_or_default());
    let is_end = matches!(state.get("End"), Some(Json::Flag(true)))
        || matches!(kind, NodeKind::Succeed | NodeKind::Fail);
    let own =
        |(name, _): &&(String, Json)| !matches!(name.as_str(), "Branches" | "ItemProcessor" | "Iterator");
    let definition = Json::Object(state.members().iter().filter(own).cloned().collect());
    graph.nodes.push(Node { name: name.to_owned(), kind, scope, inside: Vec::new(), is_end, definition });
    let inside: Vec<&Json> = match kind {
        NodeKind::Parallel => state.list("Branches").iter().collect(),
        NodeKind::Map => state.get("ItemProcessor").or_else(|| state.get("Iterator")).into_iter().collect(),
        _ => Vec::new(),
    };
    let scopes = inside.into_iter().map(|scope| read_scope(graph, scope, Some(node))).collect();
    if let Some(own) = graph.nodes.get_mut(node) {
        own.inside = scopes;
    }
    node
}

/// Where a state leads: to what, why, and when.
fn ways(state: &Json) -> Vec<(&str, EdgeKind, String)> {
    let mut ways = Vec::new();
    ways.extend(state.text("Next").map(|to| (to, EdgeKind::Next, String::new())));
    for rule in state.list("Choices") {
        ways.extend(rule.text("Next").map(|to| (to, EdgeKind::Choice, choice::words(rule))));
    }
    ways.extend(state.text("Default").map(|to| (to, EdgeKind::Default, "otherwise".to_owned())));
    for rule in state.list("Catch") {
        ways.extend(rule.text("Next").map(|to| (to, EdgeKind::Catch, caught(&errors(rule)))));
    }
    ways
}

/// The errors of a Catch in words.
fn caught(errors: &[&str]) -> String {
    let word = |error: &&str| match *error {
        "States.ALL" => "any error".to_owned(),
        error => error.to_owned(),
    };
    errors.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Adds a way; one that is there already says both.
fn add_edge(graph: &mut Graph, from: usize, to: usize, kind: EdgeKind, label: String) {
    let same = graph.edges.iter_mut().find(|it| (it.from, it.to, it.kind) == (from, to, kind));
    match same {
        Some(same) if same.label != label => {
            same.label.push_str(if kind == EdgeKind::Catch { ", " } else { " or " });
            same.label.push_str(&label);
        }
        Some(_) => {}
        None => graph.edges.push(Edge { from, to, kind, label }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(text: &str) -> Graph {
        Graph::of(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_choice_and_a_catch_lead_somewhere_with_a_label() {
        let graph = graph(
            r#"{"StartAt":"A","States":{
                "C":{"Type":"Fail"},
                "A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:describeServices","Next":"B",
                     "Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}]},
                "B":{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":1,"Next":"A"},
                     {"Variable":"$.b","NumericEquals":2,"Next":"A"}],"Default":"C"}}}"#,
        );
        let names: Vec<_> = graph.nodes.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["A", "B", "C"]);
        assert_eq!(graph.nodes[0].resource().as_deref(), Some("ecs:describeServices"));
        let told: Vec<_> =
            graph.edges.iter().map(|it| (names[it.from], names[it.to], it.kind, it.label.as_str())).collect();
        assert_eq!(
            told,
            [
                ("A", "B", EdgeKind::Next, ""),
                ("A", "C", EdgeKind::Catch, "any error"),
                ("B", "A", EdgeKind::Choice, "a = 1 or b = 2"),
                ("B", "C", EdgeKind::Default, "otherwise"),
            ]
        );
    }

    #[test]
    fn states_inside_of_others_are_in_scopes_of_their_own() {
        let graph = graph(
            r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
                {"StartAt":"X","States":{"X":{"Type":"Pass","End":true}}},
                {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
                    "ItemProcessor":{"StartAt":"Y","States":{"Y":{"Type":"Pass","End":true}}}}}}]}}}"#,
        );
        let parents: Vec<_> =
            graph.scopes.iter().map(|it| it.parent.map(|it| graph.nodes[it].name.as_str())).collect();
        assert_eq!(parents, [None, Some("P"), Some("P"), Some("M")]);
        assert!(graph.nodes[0].definition.get("Branches").is_none());
    }

    #[test]
    fn what_is_no_definition_is_an_empty_graph() {
        for text in ["null", "{}", r#"{"States":[]}"#, r#"{"StartAt":"A","States":{"B":1}}"#] {
            assert_eq!(graph(text).edges, []);
        }
    }
}
