//! Where a graph is drawn: layer under layer, each scope by itself inside of the state that holds it.
//!
//! A layout is made once and depends on nothing but the graph. Ways that lead far to the same state join on their
//! road, so that thirty states that may fail have one line to where failures go, not thirty.

mod drawing;
mod layers;
mod order;
mod place;
mod plan;
mod road;
mod stroke;

use crate::graph::{EdgeKind, Graph, NodeKind};

use self::{
    drawing::Drawing,
    plan::{Link, Plan},
};

/// Width and height of a state.
const NODE: (f64, f64) = (212.0, 60.0);
/// Height of the head of a state that holds others.
const HEAD: f64 = 60.0;
/// Room around what is inside of a state, and between its scopes.
const PADDING: f64 = 20.0;
/// Room around the whole.
const MARGIN: f64 = 24.0;
/// Height of a label, and the width of one of its letters.
const LABEL_HEIGHT: f64 = 20.0;
const LETTER: f64 = 6.4;
/// Letters of a label that are drawn at most.
const LABEL_LETTERS: usize = 30;
/// Side of the dot where the whole begins.
const DOT: f64 = 16.0;

/// A place on the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A box: its upper left corner and its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The road of a way.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// From its state to where it leads; straight down through pairs of points above each other, in a curve between.
    pub points: Vec<Point>,
    /// Where its label is.
    pub label: Option<Frame>,
}

/// A graph's drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    pub width: f64,
    pub height: f64,
    /// The states' boxes, in the graph's order.
    pub nodes: Vec<Frame>,
    /// The boxes of scopes, in the graph's order.
    pub scopes: Vec<Frame>,
    /// The ways, in the graph's order.
    pub ways: Vec<Way>,
    /// The dot where the whole begins, and the way from there.
    pub start: Option<(Frame, Way)>,
}

impl Frame {
    /// Whether two boxes share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        let apart = |a: f64, a_size: f64, b: f64, b_size: f64| a + a_size <= b || b + b_size <= a;
        !apart(self.x, self.width, other.x, other.width) && !apart(self.y, self.height, other.y, other.height)
    }

    /// Whether the other box lies in this one.
    pub fn holds(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.x + other.width <= self.x + self.width
            && other.y + other.height <= self.y + self.height
    }

    pub fn middle(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    fn moved(self, by: Point) -> Self {
        Self { x: self.x + by.x, y: self.y + by.y, ..self }
    }
}

impl Way {
    fn moved(mut self, by: Point) -> Self {
        for point in &mut self.points {
            point.x += by.x;
            point.y += by.y;
        }
        Self { label: self.label.map(|label| label.moved(by)), ..self }
    }
}

/// As much of a label as is drawn.
pub fn shortened(label: &str) -> String {
    if label.chars().count() <= LABEL_LETTERS {
        return label.to_owned();
    }
    let start: String = label.chars().take(LABEL_LETTERS - 1).collect();
    format!("{}…", start.trim_end())
}

impl Layout {
    /// Lays a graph out.
    pub fn of(graph: &Graph) -> Self {
        if graph.nodes.is_empty() {
            return Self::default();
        }
        let nothing = Frame { x: 0.0, y: 0.0, width: 0.0, height: 0.0 };
        let mut layout = Self {
            nodes: vec![nothing; graph.nodes.len()],
            scopes: vec![nothing; graph.scopes.len()],
            ways: vec![Way { points: Vec::new(), label: None }; graph.edges.len()],
            ..Self::default()
        };
        let drawings = draw_scopes(graph);
        let corner = Point { x: MARGIN, y: MARGIN };
        layout.put(graph, &drawings, 0, corner);
        if let Some(whole) = layout.scopes.first() {
            (layout.width, layout.height) = (whole.width + 2.0 * MARGIN, whole.height + 2.0 * MARGIN);
        }
        layout
    }

    /// Puts a scope's drawing, and those inside of it, where they belong.
    fn put(&mut self, graph: &Graph, drawings: &[Drawing], scope: usize, corner: Point) {
        let (Some(drawing), Some(own)) = (drawings.get(scope), graph.scopes.get(scope)) else { return };
        let frame = Frame { x: corner.x, y: corner.y, width: drawing.width, height: drawing.height };
        if let Some(place) = self.scopes.get_mut(scope) {
            *place = frame;
        }
        for (node, place) in own.nodes.iter().zip(&drawing.boxes) {
            let place = place.moved(corner);
            if let Some(own) = self.nodes.get_mut(*node) {
                *own = place;
            }
            let mut inner = Point { x: place.x + PADDING, y: place.y + HEAD };
            for inside in graph.nodes.get(*node).map(|it| it.inside.as_slice()).unwrap_or_default() {
                self.put(graph, drawings, *inside, inner);
                inner.x += drawings.get(*inside).map_or(0.0, |it| it.width) + PADDING;
            }
        }
        for (edge, way) in &drawing.ways {
            if let Some(own) = self.ways.get_mut(*edge) {
                *own = way.clone().moved(corner);
            }
        }
        if let (Some(way), Some(dot)) = (&drawing.start, drawing.boxes.last()) {
            self.start = Some((dot.moved(corner), way.clone().moved(corner)));
        }
    }
}

/// Draws every scope; those inside of others first, because they give these their sizes.
fn draw_scopes(graph: &Graph) -> Vec<Drawing> {
    let mut drawings = vec![Drawing::default(); graph.scopes.len()];
    for scope in (0..graph.scopes.len()).rev() {
        let plan = plan(graph, scope, &drawings);
        if let Some(own) = drawings.get_mut(scope) {
            *own = Drawing::of(&plan);
        }
    }
    drawings
}

/// What is to be drawn of a scope. The dot where the whole begins is one box more.
fn plan(graph: &Graph, scope: usize, drawings: &[Drawing]) -> Plan {
    let Some(own) = graph.scopes.get(scope) else { return Plan::default() };
    let mut boxes: Vec<_> = own.nodes.iter().map(|node| size(graph, *node, drawings)).collect();
    let place = |node: usize| own.nodes.iter().position(|own| *own == node);
    let mut links: Vec<Link> = graph
        .edges
        .iter()
        .enumerate()
        .filter_map(|(number, edge)| {
            let (from, to) = (place(edge.from)?, place(edge.to)?);
            let letters = shortened(&edge.label).chars().count();
            let label = (letters > 0).then(|| plan::number(letters) * LETTER + 18.0);
            let is_catch = edge.kind == EdgeKind::Catch;
            let pull = match edge.kind {
                EdgeKind::Catch => 0.3,
                EdgeKind::Next => 4.0,
                EdgeKind::Choice | EdgeKind::Default => 1.5,
            };
            Some(Link { number: Some(number), from, to, label, is_catch, pull })
        })
        .collect();
    if let (0, Some(start)) = (scope, own.start.and_then(place)) {
        boxes.push((DOT, DOT));
        links.push(Link {
            number: None,
            from: boxes.len() - 1,
            to: start,
            label: None,
            is_catch: false,
            pull: 8.0,
        });
    }
    Plan { boxes, links }
}

/// The size of a state with all that is inside of it.
fn size(graph: &Graph, node: usize, drawings: &[Drawing]) -> (f64, f64) {
    let Some(own) = graph.nodes.get(node) else { return NODE };
    if !matches!(own.kind, NodeKind::Parallel | NodeKind::Map) || own.inside.is_empty() {
        return NODE;
    }
    let inside = || own.inside.iter().filter_map(|scope| drawings.get(*scope));
    let width = inside().map(|it| it.width + PADDING).sum::<f64>() + PADDING;
    let height = inside().map(|it| it.height).fold(0.0, f64::max) + HEAD + PADDING;
    (width.max(NODE.0), height.max(NODE.1))
}
