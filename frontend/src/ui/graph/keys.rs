//! Where the arrow keys lead: along the ways up and down, and to the neighbour left and right.

use viridian_graph::{EdgeLight, Light};

use super::drawn::Drawn;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
    Left,
    Right,
}

pub(super) fn direction(key: &str) -> Option<Direction> {
    Some(match key {
        "ArrowUp" => Direction::Up,
        "ArrowDown" => Direction::Down,
        "ArrowLeft" => Direction::Left,
        "ArrowRight" => Direction::Right,
        _ => return None,
    })
}

/// The state that an arrow leads to from another one.
pub(super) fn beside(drawn: &Drawn, light: Option<&Light>, from: usize, way: Direction) -> Option<usize> {
    match way {
        Direction::Down => along(drawn, light, from, true).or_else(|| near(drawn, from, way)),
        Direction::Up => along(drawn, light, from, false).or_else(|| near(drawn, from, way)),
        Direction::Left | Direction::Right => near(drawn, from, way),
    }
}

/// By the ways that lead down from a state, or up to it: the one that was taken last counts before one that was not,
/// and the straight one before others. What a state holds comes before what follows it.
fn along(drawn: &Drawn, light: Option<&Light>, from: usize, is_down: bool) -> Option<usize> {
    let graph = &drawn.graph;
    let own = drawn.layout.nodes.get(from)?;
    let inner = graph.nodes.get(from)?.inside.first().and_then(|scope| graph.scopes.get(*scope)?.start);
    if is_down && inner.is_some() {
        return inner;
    }
    let is_taken =
        |edge: usize| light.is_some_and(|it| matches!(it.edges.get(edge), Some(EdgeLight::Taken(_))));
    let ends = graph.edges.iter().enumerate().filter_map(|(number, edge)| {
        let (start, end) = if is_down { (edge.from, edge.to) } else { (edge.to, edge.from) };
        let place = drawn.layout.nodes.get(end).filter(|_| start == from && end != from)?;
        let is_ahead = if is_down { place.y > own.y } else { place.y < own.y };
        is_ahead.then(|| (!is_taken(number), (place.middle().x - own.middle().x).abs(), end))
    });
    let best = ends.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map(|(_, _, end)| end);
    // The first state of a scope is below the one that holds it.
    best.or_else(|| graph.parent(from).filter(|_| !is_down))
}

/// The nearest state in a direction, wherever ways lead.
fn near(drawn: &Drawn, from: usize, way: Direction) -> Option<usize> {
    let own = drawn.layout.nodes.get(from)?.middle();
    let distance = |number: usize| {
        let other = drawn.layout.nodes.get(number).filter(|_| number != from)?;
        let (x, y) = (other.middle().x - own.x, other.y + other.height.min(60.0) / 2.0 - own.y);
        let (ahead, aside) = match way {
            Direction::Up => (-y, x.abs()),
            Direction::Down => (y, x.abs()),
            Direction::Left => (-x, y.abs()),
            Direction::Right => (x, y.abs()),
        };
        // Left and right stay on their row where it has more.
        (ahead > 1.0).then_some(ahead + 4.0 * aside)
    };
    (0..drawn.layout.nodes.len())
        .filter_map(|number| Some((distance(number)?, number)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use viridian_graph::{Graph, Json, Layout};

    use super::*;

    fn drawn(text: &str) -> Drawn {
        let graph = Graph::of(&serde_json::from_str::<Json>(text).unwrap());
        let layout = Layout::of(&graph);
        Drawn { graph, layout }
    }

    #[test]
    fn arrows_walk_along_the_ways_and_between_neighbours() {
        let drawn = drawn(
            r#"{"StartAt":"A","States":{
                "A":{"Type":"Choice","Choices":[{"Variable":"$.a","IsPresent":true,"Next":"B"}],"Default":"C"},
                "B":{"Type":"Parallel","Next":"D","Branches":[{"StartAt":"X","States":{"X":{"Type":"Pass","End":true}}},
                    {"StartAt":"Y","States":{"Y":{"Type":"Pass","End":true}}}]},
                "C":{"Type":"Pass","Next":"D"},"D":{"Type":"Succeed"}}}"#,
        );
        let name = |node: usize| drawn.graph.nodes[node].name.as_str();
        let go = |from: &str, key: &str| {
            let from = drawn.graph.find(from).unwrap();
            beside(&drawn, None, from, direction(key).unwrap()).map(name)
        };
        assert!(matches!(go("A", "ArrowDown"), Some("B" | "C")));
        assert_eq!(go("B", "ArrowDown"), Some("X"));
        assert_eq!(go("X", "ArrowUp"), Some("B"));
        assert_eq!(go("X", "ArrowRight"), Some("Y"));
        assert_eq!(go("C", "ArrowUp"), Some("A"));
        assert_eq!(go("C", "ArrowDown"), Some("D"));
        assert_eq!(go("D", "ArrowDown"), None);
        assert_eq!(direction("a"), None);
    }
}
