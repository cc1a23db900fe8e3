//! A way as the browser draws it.

use std::fmt::Write;

use super::{Point, Way};

/// Length and half the width of an arrow's tip.
const TIP: (f64, f64) = (8.0, 4.5);

impl Way {
    /// Its line, as the `d` of an SVG path.
    pub fn line(&self) -> String {
        let mut line = String::new();
        let Some(first) = self.points.first() else { return line };
        let _ = write!(line, "M{} {}", first.x, first.y);
        let is_round = self.is_round();
        for pair in self.points.windows(2) {
            let [from, to] = pair else { continue };
            if is_round || (from.x - to.x).abs() < 0.5 {
                let _ = write!(line, "L{} {}", to.x, to.y);
            } else {
                let middle = f64::midpoint(from.y, to.y);
                let _ = write!(line, "C{} {middle} {} {middle} {} {}", from.x, to.x, to.x, to.y);
            }
        }
        line
    }

    /// The tip of its arrow, as the `d` of an SVG path.
    pub fn tip(&self) -> String {
        let [.., before, end] = self.points.as_slice() else { return String::new() };
        let (length, half) = TIP;
        if self.is_round() {
            let x = end.x + length;
            return format!("M{x} {}L{} {}L{x} {}Z", end.y - half, end.x, end.y, end.y + half);
        }
        let Point { x, y } = *end;
        let back = if before.y > y { y + length } else { y - length };
        format!("M{} {back}L{x} {y}L{} {back}Z", x - half, x + half)
    }

    /// Whether it leads to where it began.
    fn is_round(&self) -> bool {
        let ends = self.points.first().zip(self.points.last());
        ends.is_some_and(|(first, last)| (first.x - last.x).abs() < 0.5 && (first.y - last.y).abs() < 30.0)
    }
}
