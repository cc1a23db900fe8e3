//! The roads of ways: from knot to knot, and where they leave and reach a box.

use super::{
    Frame, Point, Way,
    layers::{Layers, Road},
    place::ports,
    plan::{Link, Plan},
};
use crate::sorted::sort;

/// How far a way to its own box swings out.
const SWING: f64 = 14.0;

/// The ways of a plan's links, in their order.
pub(super) fn ways(plan: &Plan, layers: &Layers) -> Vec<Way> {
    let ports = Ports::of(layers);
    let rows = rows(layers);
    plan.links.iter().zip(&layers.roads).map(|(link, road)| way(layers, &ports, &rows, link, road)).collect()
}

/// The upper and the lower end of every layer.
fn rows(layers: &Layers) -> Vec<(f64, f64)> {
    let of = |row: &Vec<usize>| {
        let frames = row.iter().filter_map(|knot| layers.knots.get(*knot)).map(super::layers::Knot::frame);
        frames.fold((f64::MAX, f64::MIN), |(top, bottom), it| (top.min(it.y), bottom.max(it.y + it.height)))
    };
    layers.rows.iter().map(of).collect()
}

/// Where the ways to each neighbour leave a box, from its middle: of each knot, those above and those below.
struct Ports(Vec<[Vec<(usize, f64)>; 2]>);

impl Ports {
    fn of(layers: &Layers) -> Self {
        let mut sides: Vec<[Vec<usize>; 2]> = vec![Default::default(); layers.knots.len()];
        for (upper, lower, _) in &layers.threads {
            for (own, side, other) in [(*upper, 1, *lower), (*lower, 0, *upper)] {
                let others = &mut sides[own][side];
                if !others.contains(&other) {
                    others.push(other);
                }
            }
        }
        let x = |knot: usize| layers.knots.get(knot).map_or(0.0, |knot| knot.x);
        let places = |own: usize, mut others: Vec<usize>| {
            let Some(knot) = layers.knots.get(own).filter(|knot| knot.is_box) else { return Vec::new() };
            sort(&mut others, &|a, b| x(a).total_cmp(&x(b)).then(a.cmp(&b)));
            let places = ports(knot.width, others.len());
            others.into_iter().zip(places).collect()
        };
        let both = |(own, sides): (usize, [Vec<usize>; 2])| sides.map(|others| places(own, others));
        Self(sides.into_iter().enumerate().map(both).collect())
    }

    fn at(&self, own: usize, is_below: bool, other: usize) -> f64 {
        let side = self.0.get(own).map(|sides| sides[usize::from(is_below)].as_slice()).unwrap_or_default();
        side.iter().find(|(own, _)| *own == other).map(|(_, place)| *place).unwrap_or_default()
    }
}

fn way(layers: &Layers, ports: &Ports, rows: &[(f64, f64)], link: &Link, road: &Road) -> Way {
    let frame = |knot: usize| layers.knots.get(knot).map(super::layers::Knot::frame);
    if link.from == link.to {
        return frame(link.from).map_or(Way { points: Vec::new(), label: None }, round);
    }
    let mut points = Vec::new();
    for (place, knot) in road.knots.iter().enumerate() {
        let Some(own) = layers.knots.get(*knot) else { continue };
        let (top, bottom) = rows.get(own.layer).copied().unwrap_or((own.y, own.y));
        let before = place.checked_sub(1).and_then(|place| road.knots.get(place));
        if let Some(before) = before {
            let x = own.x + ports.at(*knot, false, *before);
            points.push(Point { x, y: top });
            if own.is_box {
                points.push(Point { x, y: own.frame().y });
            }
        }
        if let Some(after) = road.knots.get(place + 1) {
            let x = own.x + ports.at(*knot, true, *after);
            if own.is_box {
                points.push(Point { x, y: own.frame().y + own.height });
            }
            points.push(Point { x, y: bottom });
        }
    }
    points.dedup();
    if road.is_back {
        points.reverse();
    }
    Way { points, label: road.label.and_then(frame) }
}

/// A way that leads to where it began: out at the right side and in again.
fn round(frame: Frame) -> Way {
    let (right, middle) = (frame.x + frame.width, frame.y + frame.height.min(60.0) / 2.0);
    let point = |x: f64, y: f64| Point { x: right + x, y: middle + y };
    Way {
        points: vec![point(0.0, 10.0), point(SWING, 10.0), point(SWING, -10.0), point(0.0, -10.0)],
        label: None,
    }
}
