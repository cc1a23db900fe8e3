//! Which layer everything lies on: boxes on every second one, labels between them, and a knot of its road for each
//! layer that a way passes.

use std::collections::BTreeMap;

use super::{
    Frame, LABEL_HEIGHT,
    plan::{Link, Plan},
};

/// Boxes and knots of ways, on layers.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    /// The boxes first, in the plan's order.
    pub(super) knots: Vec<Knot>,
    /// The knots of each layer, from left to right.
    pub(super) rows: Vec<Vec<usize>>,
    /// Between knots of neighbouring layers: upper, lower, how much it wants to be straight.
    pub(super) threads: Vec<(usize, usize, f64)>,
    /// Where a thread between two knots is among them.
    threaded: BTreeMap<(usize, usize), usize>,
    /// The knots of each link from its upper to its lower box, in the plan's order.
    pub(super) roads: Vec<Road>,
}

/// The road of a link through the layers.
#[derive(Debug, Clone, Default)]
pub(super) struct Road {
    pub(super) knots: Vec<usize>,
    /// Whether it leads from its lower to its upper end.
    pub(super) is_back: bool,
    /// The knot that is its label.
    pub(super) label: Option<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Knot {
    pub(super) layer: usize,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Its middle.
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) is_box: bool,
}

impl Knot {
    pub(super) fn frame(&self) -> Frame {
        let (x, y) = (self.x - self.width / 2.0, self.y - self.height / 2.0);
        Frame { x, y, width: self.width, height: self.height }
    }
}

/// Who may share the knots of a road: ways to the same box, for the same kind of reason, in the same direction.
type Shared = (usize, bool, bool, usize);

impl Layers {
    pub(super) fn of(plan: &Plan) -> Self {
        let is_back = back_links(plan);
        let layer = layer_of(plan, &is_back);
        let mut layers = Self::default();
        for ((width, height), layer) in plan.boxes.iter().zip(&layer) {
            let knot = Knot { layer: *layer, width: *width, height: *height, x: 0.0, y: 0.0, is_box: true };
            layers.knots.push(knot);
        }
        let mut shared = BTreeMap::new();
        for (link, is_back) in plan.links.iter().zip(&is_back) {
            layers.add_road(link, *is_back, &mut shared);
        }
        let last = layers.knots.iter().map(|knot| knot.layer).max().unwrap_or_default();
        layers.rows = vec![Vec::new(); last + 1];
        for (number, knot) in layers.knots.iter().enumerate() {
            if let Some(row) = layers.rows.get_mut(knot.layer) {
                row.push(number);
            }
        }
        layers
    }

    fn add_road(&mut self, link: &Link, is_back: bool, shared: &mut BTreeMap<Shared, usize>) {
        let (upper, lower) = if is_back { (link.to, link.from) } else { (link.from, link.to) };
        let layer = |box_: usize| self.knots.get(box_).map_or(0, |knot| knot.layer);
        let (first, last) = (layer(upper) + 1, layer(lower));
        let mut road = Road { knots: vec![upper], is_back, label: None };
        // Where the way begins.
        let label_layer = if is_back { last.saturating_sub(1) } else { first };
        for layer in first..last {
            let knot = if let Some(width) = link.label.filter(|_| layer == label_layer) {
                let knot = self.add_knot(layer, width, LABEL_HEIGHT);
                road.label = Some(knot);
                knot
            } else {
                let key = (link.to, link.is_catch, is_back, layer);
                *shared.entry(key).or_insert_with(|| self.add_knot(layer, 2.0, 0.0))
            };
            road.knots.push(knot);
        }
        road.knots.push(lower);
        if upper != lower {
            for pair in road.knots.windows(2) {
                if let [upper, lower] = pair {
                    self.add_thread(*upper, *lower, link.pull);
                }
            }
        }
        self.roads.push(road);
    }

    fn add_knot(&mut self, layer: usize, width: f64, height: f64) -> usize {
        self.knots.push(Knot { layer, width, height, x: 0.0, y: 0.0, is_box: false });
        self.knots.len() - 1
    }

    fn add_thread(&mut self, upper: usize, lower: usize, pull: f64) {
        let is_box = |knot: usize| self.knots.get(knot).is_some_and(|knot| knot.is_box);
        // A road that passes boxes is straight before anything else is.
        let pull = if is_box(upper) || is_box(lower) { pull } else { pull.max(1.0) * 4.0 };
        let next = self.threads.len();
        match self.threads.get_mut(*self.threaded.entry((upper, lower)).or_insert(next)) {
            Some(same) => same.2 += pull,
            None => self.threads.push((upper, lower, pull)),
        }
    }
}

/// Which links lead back to where one has been: those that close a circle. A link to its own box is one.
fn back_links(plan: &Plan) -> Vec<bool> {
    let mut leading = vec![Vec::new(); plan.boxes.len()];
    for (number, link) in plan.links.iter().enumerate() {
        if let Some(own) = leading.get_mut(link.from) {
            own.push((number, link.to));
        }
    }
    let mut is_back = vec![false; plan.links.len()];
    let (mut is_known, mut is_open) = (vec![false; plan.boxes.len()], vec![false; plan.boxes.len()]);
    // The dot comes last among the boxes and first in reading.
    for root in (0..plan.boxes.len()).rev().take(1).chain(0..plan.boxes.len()) {
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.pop() {
            if next == 0 {
                if is_known[node] {
                    continue;
                }
                (is_known[node], is_open[node]) = (true, true);
            }
            match leading[node].get(next) {
                Some(&(link, to)) => {
                    path.push((node, next + 1));
                    if is_open[to] {
                        is_back[link] = true;
                    } else if !is_known[to] {
                        path.push((to, 0));
                    }
                }
                None => is_open[node] = false,
            }
        }
    }
    is_back
}

/// The layer of each box: two below the lowest of those that lead to it.
fn layer_of(plan: &Plan, is_back: &[bool]) -> Vec<usize> {
    let mut layer = vec![0; plan.boxes.len()];
    let forward = || plan.links.iter().zip(is_back).filter(|(_, is_back)| !**is_back).map(|(link, _)| link);
    let mut waiting = vec![0_usize; plan.boxes.len()];
    for link in forward() {
        waiting[link.to] += 1;
    }
    let mut ready: Vec<usize> = (0..plan.boxes.len()).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for link in forward().filter(|link| link.from == node) {
            layer[link.to] = layer[link.to].max(layer[node] + 2);
            waiting[link.to] -= 1;
            if waiting[link.to] == 0 {
                ready.push(link.to);
            }
        }
    }
    layer
}
