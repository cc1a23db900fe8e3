//! What may still come: every state and every way that the execution can reach from where it is.

use crate::{
    graph::{Graph, NodeKind},
    trace::{End, Visit},
};

/// By state: whether it may be entered (again).
pub(crate) fn ahead(graph: &Graph, visits: &[Visit], is_over: bool) -> Vec<bool> {
    let mut reach = Reach { graph, is_ahead: vec![false; graph.nodes.len()] };
    if is_over {
        return reach.is_ahead;
    }
    if visits.is_empty() {
        reach.is_ahead.fill(true);
        return reach.is_ahead;
    }
    for (number, visit) in visits.iter().enumerate().filter(|(_, visit)| visit.end == End::Open) {
        reach.go_on(visit.node);
        for scope in graph.nodes.get(visit.node).map(|it| it.inside.as_slice()).unwrap_or_default() {
            let begun = |it: &Visit| {
                it.parent == Some(number) && graph.nodes.get(it.node).is_some_and(|it| it.scope == *scope)
            };
            let is_map = graph.nodes.get(visit.node).is_some_and(|it| it.kind == NodeKind::Map);
            if is_map || !visits.iter().any(begun) {
                reach.begin(*scope);
            }
        }
    }
    // Between two states none is open: the way goes on from the last one.
    if let Some(last) = visits.iter().rev().find(|it| it.left_at.is_some()).filter(|_| {
        !visits
            .iter()
            .any(|it| it.end == End::Open && graph.nodes.get(it.node).is_some_and(|it| it.inside.is_empty()))
    }) {
        reach.go_on(last.node);
    }
    reach.is_ahead
}

struct Reach<'a> {
    graph: &'a Graph,
    is_ahead: Vec<bool>,
}

impl Reach<'_> {
    /// From a state to everything behind it.
    fn go_on(&mut self, node: usize) {
        let next: Vec<usize> = self.graph.leading_from(node).map(|(_, edge)| edge.to).collect();
        for to in next {
            self.enter(to);
        }
    }

    fn begin(&mut self, scope: usize) {
        if let Some(start) = self.graph.scopes.get(scope).and_then(|it| it.start) {
            self.enter(start);
        }
    }

    fn enter(&mut self, node: usize) {
        let mut ahead = vec![node];
        while let Some(node) = ahead.pop() {
            let Some(is_ahead) = self.is_ahead.get_mut(node).filter(|it| !**it) else { continue };
            *is_ahead = true;
            ahead.extend(self.graph.leading_from(node).map(|(_, edge)| edge.to));
            let inside = self.graph.nodes.get(node).map(|it| it.inside.as_slice()).unwrap_or_default();
            ahead.extend(inside.iter().filter_map(|scope| self.graph.scopes.get(*scope)?.start));
        }
    }
}
