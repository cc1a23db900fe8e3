//! Which difference a changed line of source shows.
//!
//! Text is compared by line, so its lines are known exactly. A page is compared by its tree: a line shows the
//! first difference whose value stands in it and that no line has shown yet. A changed line for which there is
//! none differs in a way that does not count, such as by spaces.

use viridian_shared::comparison::finding::{Change, Difference, Part};

use crate::body::Kind;

use super::super::Numbers;

/// Differences of a page whose line is still looked for.
const LOOKED_FOR: usize = 64;
/// Shorter values stand everywhere.
const SHORTEST: usize = 2;

pub(super) struct Finder<'d> {
    numbers: &'d Numbers<'d>,
    is_page: bool,
    is_text: bool,
    /// Differences of a page that no line has shown, in their order.
    waiting: Vec<usize>,
}

type Numbered<'t> = (&'t str, usize);

impl<'d> Finder<'d> {
    pub(super) fn of(kinds: [Kind; 2], numbers: &'d Numbers<'d>) -> Self {
        let is_page = kinds == [Kind::Html; 2];
        let of_page = |it: &&(usize, &Difference)| it.1.part == Part::Html;
        let waiting = numbers.differences.iter().enumerate().filter(|it| of_page(&it)).map(|it| it.0);
        let is_text = numbers.differences.iter().any(|it| it.part == Part::Text);
        Self { numbers, is_page, is_text, waiting: waiting.collect() }
    }

    /// The difference and the rule that hides it. A line is given with its number.
    pub(super) fn find(
        &mut self,
        has: [bool; 2],
        lines: [Numbered<'_>; 2],
        change: Change,
    ) -> (Option<usize>, Option<&'d str>) {
        let number = if self.is_text {
            let line = if has[0] { lines[0].1 } else { lines[1].1 };
            self.numbers.of_place(Part::Text, &format!("line {line}"), change)
        } else if self.is_page {
            self.of_page(lines)
        } else {
            None
        };
        (number, self.numbers.rule(number))
    }

    fn of_page(&mut self, lines: [Numbered<'_>; 2]) -> Option<usize> {
        let stands = |value: &Option<String>, line: &str| {
            value.as_deref().is_some_and(|value| {
                let first = value.trim_matches('…').lines().next().unwrap_or_default().trim();
                first.len() >= SHORTEST && line.contains(first)
            })
        };
        let shows = |number: &usize| {
            self.numbers
                .differences
                .get(*number)
                .is_some_and(|it| stands(&it.blue, lines[0].0) || stands(&it.green, lines[1].0))
        };
        let found = self.waiting.iter().take(LOOKED_FOR).position(shows)?;
        Some(self.waiting.remove(found))
    }
}
