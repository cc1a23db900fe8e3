//! One scope drawn: its boxes and ways from its own corner.

use super::{
    Frame, Point, Way,
    layers::{Knot, Layers},
    order, place,
    plan::Plan,
    road,
};

/// A scope as it is drawn, from its own corner.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawing {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) boxes: Vec<Frame>,
    pub(super) ways: Vec<(usize, Way)>,
    pub(super) start: Option<Way>,
}

impl Drawing {
    pub(super) fn of(plan: &Plan) -> Self {
        if plan.boxes.is_empty() {
            return Self::default();
        }
        let mut layers = Layers::of(plan);
        order::arrange(&mut layers);
        place::across(&mut layers);
        place::down(&mut layers);
        let boxes: Vec<Frame> = layers.knots.iter().take(plan.boxes.len()).map(Knot::frame).collect();
        let (mut ways, mut start) = (Vec::new(), None);
        for (link, way) in plan.links.iter().zip(road::ways(plan, &layers)) {
            match link.number {
                Some(number) => ways.push((number, way)),
                None => start = Some(way),
            }
        }
        fitted(Self { width: 0.0, height: 0.0, boxes, ways, start })
    }
}

/// The drawing moved so that all of it lies right of and below its corner, and its size.
fn fitted(mut drawing: Drawing) -> Drawing {
    let ways = || drawing.ways.iter().map(|(_, way)| way).chain(drawing.start.as_ref());
    let frames = || drawing.boxes.iter().copied().chain(ways().filter_map(|way| way.label));
    let points = || ways().flat_map(|way| way.points.iter().copied());
    let left = frames().map(|it| it.x).chain(points().map(|it| it.x - 2.0)).fold(f64::MAX, f64::min);
    let right =
        frames().map(|it| it.x + it.width).chain(points().map(|it| it.x + 2.0)).fold(f64::MIN, f64::max);
    let bottom = frames().map(|it| it.y + it.height).chain(points().map(|it| it.y)).fold(0.0, f64::max);
    let by = Point { x: -left, y: 0.0 };
    drawing.boxes = drawing.boxes.into_iter().map(|it| it.moved(by)).collect();
    drawing.ways = drawing.ways.into_iter().map(|(number, way)| (number, way.moved(by))).collect();
    drawing.start = drawing.start.map(|way| way.moved(by));
    (drawing.width, drawing.height) = ((right - left).ceil(), bottom.ceil());
    drawing
}
