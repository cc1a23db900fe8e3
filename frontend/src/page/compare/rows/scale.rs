//! Where a line stands in the scroller. Browsers draw nothing below some ten million pixels, so very long views are
//! scrolled in proportion.

/// Height of a line, in pixels; the style sheet has the same.
pub const LINE: f64 = 20.0;
/// The tallest sheet that every browser draws.
const TALLEST: f64 = 8_000_000.0;

/// A view of so many lines in a window of so many pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    full: f64,
    window: f64,
}

impl Scale {
    pub fn new(lines: u32, window: f64) -> Self {
        Self { full: f64::from(lines) * LINE, window }
    }

    /// Height of the sheet that is scrolled.
    pub fn sheet(self) -> f64 {
        self.full.min(TALLEST)
    }

    /// Pixels of the whole that lie above the window when the sheet is scrolled so far.
    pub fn top(self, scrolled: f64) -> f64 {
        (scrolled * self.ratio()).min(self.full - self.window).max(0.0)
    }

    /// How far the sheet is scrolled when so many pixels of the whole lie above the window.
    pub fn scrolled(self, top: f64) -> f64 {
        top.min(self.full - self.window).max(0.0) / self.ratio()
    }

    fn ratio(self) -> f64 {
        let (full, sheet) = (self.full - self.window, self.sheet() - self.window);
        if sheet > 0.0 && full > sheet { full / sheet } else { 1.0 }
    }

    /// The first and the last line in the window, and where on the sheet the first one stands.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lines are few enough")]
    pub fn visible(self, scrolled: f64) -> (u32, u32, f64) {
        let top = self.top(scrolled);
        let first = (top / LINE).floor();
        let last = ((top + self.window) / LINE).ceil();
        (first as u32, last as u32, scrolled - (top - first * LINE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_view_is_scrolled_pixel_by_pixel() {
        let scale = Scale::new(100, 500.0);
        assert_eq!(scale.sheet(), 2_000.0);
        assert_eq!(scale.visible(0.0), (0, 25, 0.0));
        assert_eq!(scale.visible(730.0), (36, 62, 720.0));
        assert_eq!(scale.scrolled(730.0), 730.0);
        assert_eq!(Scale::new(3, 500.0).visible(0.0), (0, 25, 0.0));
    }

    #[test]
    fn both_ends_of_a_very_long_view_can_be_reached() {
        let scale = Scale::new(10_000_000, 500.0);
        assert_eq!(scale.sheet(), TALLEST);
        assert_eq!(scale.visible(0.0).0, 0);
        assert_eq!(scale.visible(TALLEST - 500.0).1, 10_000_000);
        let top = 123_456_780.0;
        assert!((scale.top(scale.scrolled(top)) - top).abs() < 1.0);
    }
}
