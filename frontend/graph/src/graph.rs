//! The states of a definition and what leads where, with the states inside of Parallel and Map in scopes of their
//! own. A way never leads out of its scope.

use crate::json::Json;

/// A definition as a graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// In the order in which a reader meets them; those inside of a state directly behind it.
    pub nodes: Vec<Node>,
    /// The whole comes first.
    pub scopes: Vec<Scope>,
    /// Each pair of states is joined by one way of a kind at most.
    pub edges: Vec<Edge>,
}

/// The states of the whole, of a branch of a Parallel, or of what a Map repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The state that holds it; none for the whole.
    pub parent: Option<usize>,
    /// Where it begins.
    pub start: Option<usize>,
    /// Its own states.
    pub nodes: Vec<usize>,
}

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name, unique in its definition.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
    /// The scope that it stands in.
    pub scope: usize,
    /// The scopes that it holds.
    pub inside: Vec<usize>,
    /// Whether its scope may end with it.
    pub is_end: bool,
    /// Its part of the definition, without what is inside of it.
    pub definition: Json,
}

/// The types of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Task,
    Choice,
    Wait,
    Pass,
    Parallel,
    Map,
    Succeed,
    Fail,
    /// One that was added to the language later.
    Other,
}

/// A way from a state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
    /// When it is taken: the rule of a Choice, the errors of a Catch; empty for a way that is always taken.
    pub label: String,
}

/// Why a way is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// The state is done.
    Next,
    /// A rule of a Choice holds.
    Choice,
    /// No rule of a Choice holds.
    Default,
    /// The state failed.
    Catch,
}

impl Node {
    /// What it calls, in AWS's words: "ecs:describeServices".
    pub fn resource(&self) -> Option<String> {
        let resource = self.definition.text("Resource")?;
        let Some((_, called)) = resource.split_once(":::") else {
            // A function or an activity by its own ARN.
            let parts: Vec<_> = resource.splitn(7, ':').collect();
            return Some(match parts.as_slice() {
                [_, _, service, _, _, _, name] => format!("{service}:{name}"),
                _ => resource.to_owned(),
            });
        };
        let called = called.strip_prefix("aws-sdk:").unwrap_or(called);
        Some(called.split_once('.').map_or(called, |(called, _)| called).to_owned())
    }

    /// Whether it stands still until something from outside lets it go on: a token, an activity.
    pub fn waits_for_answer(&self) -> bool {
        let resource = self.definition.text("Resource").unwrap_or_default();
        resource.ends_with(".waitForTaskToken") || resource.contains(":activity:")
    }

    /// The errors after which it is tried again, of each rule, with the rule.
    pub fn retries(&self) -> impl Iterator<Item = (Vec<&str>, &Json)> {
        self.definition.list("Retry").iter().map(|rule| (errors(rule), rule))
    }
}

/// The errors that a rule of Retry or Catch names.
pub(crate) fn errors<'a>(rule: &'a Json) -> Vec<&'a str> {
    let is_text = |error: &'a Json| match error {
        Json::Text(text) => Some(text.as_str()),
        _ => None,
    };
    rule.list("ErrorEquals").iter().filter_map(is_text).collect()
}

impl NodeKind {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "Task" => Self::Task,
            "Choice" => Self::Choice,
            "Wait" => Self::Wait,
            "Pass" => Self::Pass,
            "Parallel" => Self::Parallel,
            "Map" => Self::Map,
            "Succeed" => Self::Succeed,
            "Fail" => Self::Fail,
            _ => Self::Other,
        }
    }

    /// AWS's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Choice => "Choice",
            Self::Wait => "Wait",
            Self::Pass => "Pass",
            Self::Parallel => "Parallel",
            Self::Map => "Map",
            Self::Succeed => "Succeed",
            Self::Fail => "Fail",
            Self::Other => "State",
        }
    }
}

impl Graph {
    /// The states that a state may lead to, with the ways.
    pub fn leading_from(&self, node: usize) -> impl Iterator<Item = (usize, &Edge)> {
        self.edges.iter().enumerate().filter(move |(_, edge)| edge.from == node)
    }

    /// The states that may lead to a state, with the ways.
    pub fn leading_to(&self, node: usize) -> impl Iterator<Item = (usize, &Edge)> {
        self.edges.iter().enumerate().filter(move |(_, edge)| edge.to == node)
    }

    /// The state of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }

    /// The state that holds a state.
    pub fn parent(&self, node: usize) -> Option<usize> {
        self.scopes.get(self.nodes.get(node)?.scope)?.parent
    }
}
