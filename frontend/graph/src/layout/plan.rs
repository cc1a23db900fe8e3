//! What is to be drawn of one scope: boxes, and links between them.

/// What is to be drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// Width and height of each box.
    pub(super) boxes: Vec<(f64, f64)>,
    pub(super) links: Vec<Link>,
}

/// A way between two boxes.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// Its number in the graph; none for the way from the dot.
    pub(super) number: Option<usize>,
    pub(super) from: usize,
    pub(super) to: usize,
    /// The width of its label, where it has one.
    pub(super) label: Option<f64>,
    pub(super) is_catch: bool,
    /// How much it wants to be straight.
    pub(super) pull: f64,
}

/// A count as a measure.
pub(super) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
