//! What an execution made of a graph: how each state stands, how often it was entered, which ways were taken and
//! which may still be.

use crate::{
    graph::{EdgeKind, Graph, NodeKind},
    reach,
    trace::{End, Event, Trace, Visit},
};

/// A graph in the light of an execution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Light {
    /// Every visit, in the order in which they began.
    pub visits: Vec<Visit>,
    /// In the graph's order.
    pub nodes: Vec<NodeLight>,
    /// In the graph's order.
    pub edges: Vec<EdgeLight>,
    /// Whether the execution has ended.
    pub is_over: bool,
}

/// A state in the light of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLight {
    pub state: State,
    /// How often it was entered.
    pub times: usize,
    /// How often a call of it was tried again.
    pub retries: usize,
    /// How often it was entered and an error of it was caught.
    pub caught: usize,
    /// Milliseconds that its ended visits took.
    pub took: i64,
    /// When its oldest open visit began, in milliseconds since 1970.
    pub since: Option<i64>,
    /// Its visits, the first one first.
    pub visits: Vec<usize>,
}

/// How a state stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It may still come.
    Ahead,
    /// It did not come and will not.
    NotTaken,
    Running,
    /// It stands still: a Wait, or something outside that is to answer.
    Waiting,
    /// Its call failed and will be tried again.
    Retrying,
    Done,
    /// It failed, and the definition said where to go then.
    Caught,
    Failed,
    /// It was ended while it was at work.
    CutOff,
}

/// A way in the light of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeLight {
    /// Taken, so often.
    Taken(usize),
    /// It may still be taken.
    Ahead,
    NotTaken,
}

impl State {
    /// Whether the execution is there.
    pub fn is_here(self) -> bool {
        matches!(self, Self::Running | Self::Waiting | Self::Retrying)
    }
}

impl Light {
    /// The graph in the light of these events, all of them in their order.
    pub fn of(graph: &Graph, events: &[Event]) -> Self {
        let Trace { visits, is_over } = Trace::of(graph, events);
        let ahead = reach::ahead(graph, &visits, is_over);
        let mut by_node = vec![Vec::new(); graph.nodes.len()];
        for (number, visit) in visits.iter().enumerate() {
            if let Some(own) = by_node.get_mut(visit.node) {
                own.push(number);
            }
        }
        let nodes: Vec<NodeLight> = by_node
            .into_iter()
            .enumerate()
            .map(|(node, own)| node_light(graph, node, &visits, own, ahead.get(node) == Some(&true)))
            .collect();
        let mut edges: Vec<EdgeLight> = graph
            .edges
            .iter()
            .map(|edge| {
                let is_ahead = |it: &NodeLight| it.state.is_here() || ahead.get(edge.from) == Some(&true);
                let is_ahead =
                    nodes.get(edge.from).is_some_and(is_ahead) && ahead.get(edge.to) == Some(&true);
                if is_ahead { EdgeLight::Ahead } else { EdgeLight::NotTaken }
            })
            .collect();
        for visit in &visits {
            let Some(from) = visit.from.and_then(|from| visits.get(from)) else { continue };
            let taken = way(graph, from, visit.node).and_then(|edge| edges.get_mut(edge));
            if let Some(taken) = taken {
                *taken = match *taken {
                    EdgeLight::Taken(times) => EdgeLight::Taken(times + 1),
                    _ => EdgeLight::Taken(1),
                };
            }
        }
        Self { visits, nodes, edges, is_over }
    }

    /// The states where the execution is, the innermost ones only.
    pub fn here<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = usize> + 'a {
        let is_here = |node: &usize| self.nodes.get(*node).is_some_and(|it| it.state.is_here());
        let holds = move |node: usize| {
            let inside = graph.nodes.get(node).map(|it| it.inside.as_slice()).unwrap_or_default();
            let nodes = inside.iter().filter_map(|it| graph.scopes.get(*it)).flat_map(|it| &it.nodes);
            nodes.into_iter().any(&is_here)
        };
        (0..self.nodes.len()).filter(move |node| is_here(node) && !holds(*node))
    }
}

/// The way from a visit to a state: by a Catch where it was caught.
fn way(graph: &Graph, from: &Visit, to: usize) -> Option<usize> {
    let ways = || graph.leading_from(from.node).filter(|(_, edge)| edge.to == to);
    let is_caught = from.end == End::Caught;
    let fits = ways().find(|(_, edge)| (edge.kind == EdgeKind::Catch) == is_caught);
    fits.or_else(|| ways().next()).map(|(number, _)| number)
}

fn node_light(graph: &Graph, node: usize, visits: &[Visit], own: Vec<usize>, is_ahead: bool) -> NodeLight {
    let of = || own.iter().filter_map(|visit| visits.get(*visit));
    let open = || of().filter(|visit| visit.end == End::Open);
    let state = match (open().next(), of().next_back()) {
        (Some(_), _) => open_state(graph, node, open()),
        (None, None) if is_ahead => State::Ahead,
        (None, None) => State::NotTaken,
        (None, Some(last)) => match last.end {
            End::Open | End::Done => State::Done,
            End::Caught => State::Caught,
            End::Failed => State::Failed,
            End::CutOff => State::CutOff,
        },
    };
    // Of rounds of a Map at the same time the one that failed is told.
    let has_failed =
        open().next().is_none() && of().any(|visit| visit.end == End::Failed && visit.round.is_some());
    NodeLight {
        state: if has_failed { State::Failed } else { state },
        times: own.len(),
        retries: of().map(|visit| visit.attempts.len().saturating_sub(1)).sum(),
        caught: of().filter(|visit| visit.end == End::Caught).count(),
        took: of().filter_map(|visit| Some(visit.left_at? - visit.entered_at)).sum(),
        since: open().map(|visit| visit.entered_at).min(),
        visits: own,
    }
}

fn open_state<'a>(graph: &Graph, node: usize, mut open: impl Iterator<Item = &'a Visit>) -> State {
    let own = graph.nodes.get(node);
    if own.is_some_and(|own| own.kind == NodeKind::Wait || own.waits_for_answer()) {
        return State::Waiting;
    }
    if open.all(|visit| visit.failed.is_some()) && own.is_some_and(|own| own.retries().next().is_some()) {
        return State::Retrying;
    }
    State::Running
}
