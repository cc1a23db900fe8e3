//! What a side-by-side view has at hand: some windows of rows, and the lines that stand on screen now.
//!
//! However long the answers are, memory holds a bounded number of rows, and the page as many lines as are in sight.

use leptos::tachys::renderer::types::Element;
use viridian_shared::{
    comparison::view::{At, Outline, Row, Rows},
    words::fixed,
};

use super::{
    draw::{self, Sides},
    lines::{Line, Lines},
    scale::{LINE, Scale},
};
use crate::ui::dom;

/// Rows that are asked for at a time.
pub const WINDOW: u32 = 200;
/// Windows that are kept.
const KEPT: usize = 24;
/// Windows that are on their way at a time.
const ON_THEIR_WAY: usize = 3;
/// Lines drawn above and below those in sight, and how far beyond them rows are asked for already.
const SPARE: u32 = 12;
const AHEAD: u32 = 80;
/// Narrower views, in pixels, show both sides of a change below each other.
const NARROW: i32 = 620;

/// A line on screen.
struct Drawn {
    line: u32,
    element: Element,
    y: f64,
    is_missing: bool,
}

/// See the module.
#[derive(Default)]
pub struct Sheet {
    total: u32,
    outline: Outline,
    lines: Lines,
    /// Folds that were opened one by one, by their place in the outline.
    open: Vec<usize>,
    is_unfolded: bool,
    is_narrow: bool,
    /// Of the sheet as it is set, in pixels.
    height: f64,
    /// By number, the last used last.
    windows: Vec<(u32, Vec<Row>)>,
    pending: Vec<u32>,
    drawn: Vec<Drawn>,
    here: Option<At>,
}

impl Sheet {
    /// Takes a window that has arrived.
    pub fn take(&mut self, rows: Rows) {
        let number = rows.from / WINDOW;
        self.pending.retain(|it| *it != number);
        if let Some(outline) = rows.outline {
            self.outline = outline;
            self.total = rows.total;
            self.lay_out();
        }
        self.windows.retain(|(it, _)| *it != number);
        self.windows.push((number, rows.rows));
        let surplus = self.windows.len().saturating_sub(KEPT);
        self.windows.drain(..surplus);
        self.drop_drawn(|drawn| drawn.is_missing);
    }

    /// Gives up a window that could not be had; it is asked for again when it is in sight.
    pub fn forget(&mut self, number: u32) {
        self.pending.retain(|it| *it != number);
    }

    /// Closes all folds, or opens them.
    pub fn fold(&mut self, is_unfolded: bool) {
        if self.is_unfolded != is_unfolded {
            self.is_unfolded = is_unfolded;
            self.open.clear();
            self.lay_out();
        }
    }

    /// Rows in all.
    pub fn count(&self) -> u32 {
        self.total
    }

    /// Opens one fold.
    pub fn open(&mut self, fold: usize) {
        self.open.push(fold);
        self.lay_out();
    }

    /// Marks the rows of a difference, and says how far to scroll to have them in sight.
    pub fn go_to(&mut self, at: At, window: f64) -> f64 {
        self.here = Some(at);
        self.drop_drawn(|_| true);
        self.scroll_to(at.row, window)
    }

    /// How far to scroll to have a row in sight, a third below the top.
    pub fn scroll_to(&self, row: u32, window: f64) -> f64 {
        let line = self.lines.of(row);
        Scale::new(self.lines.count(), window).scrolled(f64::from(line) * LINE - window / 3.0)
    }

    fn lay_out(&mut self) {
        let folds = self.outline.folds.iter().copied().enumerate();
        // Without a difference there is nothing to fold around.
        let is_unfolded = self.is_unfolded || self.outline.differences.is_empty();
        let closed = folds.filter(|(index, _)| !is_unfolded && !self.open.contains(index));
        let doubled = if self.is_narrow { self.outline.differences.as_slice() } else { &[] };
        self.lines = Lines::new(self.total, closed, doubled.iter().copied());
        self.drop_drawn(|_| true);
    }

    fn drop_drawn(&mut self, which: impl Fn(&Drawn) -> bool) {
        self.drawn.retain(|drawn| {
            let goes = which(drawn);
            if goes {
                dom::remove(&drawn.element);
            }
            !goes
        });
    }

    /// Draws what is in sight into the body of the scroller. Gives the windows that are wanted for it.
    pub fn draw(&mut self, scroller: &Element, body: &Element) -> Vec<u32> {
        let is_narrow = scroller.client_width() < NARROW;
        if is_narrow != self.is_narrow {
            self.is_narrow = is_narrow;
            self.lay_out();
        }
        let scale = Scale::new(self.lines.count(), f64::from(scroller.client_height()));
        // What hangs on the height is laid out anew whenever it is set, so it is set when it changes.
        if self.height.to_bits() != scale.sheet().to_bits() {
            self.height = scale.sheet();
            let height = format!("{}px", fixed(self.height, 0));
            dom::style(body, "height", &height);
            dom::style(scroller, "--content", &height);
        }
        let (first, last, top) = scale.visible(f64::from(scroller.scroll_top()));
        let (from, to) = (first.saturating_sub(SPARE), last.saturating_add(SPARE).min(self.lines.count()));
        self.drop_drawn(|drawn| drawn.line < from || drawn.line >= to);
        let mut wanted = Vec::new();
        for line in from..to {
            let y = top + (f64::from(line) - f64::from(first)) * LINE;
            self.draw_line(line, y, body, &mut wanted);
        }
        for line in
            [to.saturating_add(AHEAD).min(self.lines.count()).saturating_sub(1), from.saturating_sub(AHEAD)]
        {
            self.want(line, &mut wanted);
        }
        wanted.truncate(ON_THEIR_WAY.saturating_sub(self.pending.len()));
        self.pending.extend(&wanted);
        wanted
    }

    fn draw_line(&mut self, line: u32, y: f64, body: &Element, wanted: &mut Vec<u32>) {
        if let Some(drawn) = self.drawn.iter_mut().find(|drawn| drawn.line == line) {
            place(drawn, y);
            return;
        }
        let Some(what) = self.lines.at(line) else { return };
        let made = match what {
            Line::Fold(index) => self.outline.folds.get(index).map(|fold| draw::fold(*fold, index)),
            Line::Row(row) if self.is_narrow => self.row(row, Sides::Either),
            Line::Row(row) => self.row(row, Sides::Both),
            Line::Blue(row) => self.row(row, Sides::Blue),
            Line::Green(row) => self.row(row, Sides::Green),
        };
        let is_missing = made.is_none();
        if is_missing {
            self.want(line, wanted);
        }
        let element = made.unwrap_or_else(|| draw::missing(line));
        dom::add(body, &element);
        let mut drawn = Drawn { line, element, y: f64::NAN, is_missing };
        place(&mut drawn, y);
        self.drawn.push(drawn);
    }

    /// Wants the window of a line that is not at hand.
    fn want(&self, line: u32, wanted: &mut Vec<u32>) {
        if let Some(Line::Row(row) | Line::Blue(row) | Line::Green(row)) = self.lines.at(line) {
            let number = row / WINDOW;
            let is_at_hand =
                self.windows.iter().any(|(it, _)| *it == number) || self.pending.contains(&number);
            if !is_at_hand && !wanted.contains(&number) {
                wanted.push(number);
            }
        }
    }

    fn row(&mut self, row: u32, sides: Sides) -> Option<Element> {
        let number = row / WINDOW;
        let index = self.windows.iter().position(|(it, _)| *it == number)?;
        // What was used last goes last.
        let window = self.windows.remove(index);
        let element = window.1.get((row % WINDOW) as usize).map(|it| draw::row(it, row, sides));
        self.windows.push(window);
        if let (Some(element), Some(at)) = (&element, self.here)
            && (at.row..at.row.saturating_add(at.rows)).contains(&row)
        {
            dom::set(element, "data-here", "true");
        }
        element
    }
}

fn place(drawn: &mut Drawn, y: f64) {
    if drawn.y.to_bits() != y.to_bits() {
        drawn.y = y;
        dom::style(&drawn.element, "transform", &format!("translateY({}px)", fixed(y, 1)));
    }
}
