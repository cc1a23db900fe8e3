//! Texts by line: the same lines beside each other, changed ones by word, long ones broken for display.

mod breaks;
mod source;

use std::sync::Arc;

use regex::Regex;

use super::{
    Cell, Ink, LaidOut, MOST_ROWS, Numbers, Row, Tone, Unshown, cell,
    mark::{Marked, Marks, narrow},
    row,
};
use crate::{
    align,
    body::{Content, Kind},
    difference::{Change, rule::Rules},
};
use breaks::Breaks;

/// No line stands here.
const NONE: u32 = u32::MAX;

/// Lines of two texts, aligned.
#[derive(Debug)]
pub(super) struct Lines {
    contents: [Arc<Content>; 2],
    breaks: [Breaks; 2],
    /// Indices of lines.
    rows: Vec<[u32; 2]>,
    expressions: Vec<Regex>,
    /// Whether long lines were broken.
    pub(super) has_breaks: bool,
}

pub(super) fn build(
    contents: [Arc<Content>; 2],
    kinds: [Kind; 2],
    rules: &Rules,
    numbers: &Numbers<'_>,
) -> Result<(LaidOut, Marks), Unshown> {
    let breaks = [0, 1].map(|side| Breaks::of(text(&contents[side])));
    if breaks.iter().any(|it| it.len() > MOST_ROWS) {
        return Err(Unshown::TooLong);
    }
    let has_breaks = breaks.iter().any(Breaks::has_broken);
    let hashes = [0, 1].map(|side| breaks[side].hashes(text(&contents[side]), rules));
    let pairs = align::common(&hashes[0], &hashes[1]);
    let mut lines =
        Lines { contents, breaks, rows: Vec::new(), expressions: cell::expressions(rules), has_breaks };
    lines.rows.reserve(hashes[0].len().max(hashes[1].len()));
    let mut marks = Marks::default();
    let mut finder = source::Finder::of(kinds, numbers);
    let (mut from, ends) = ((0, 0), (hashes[0].len(), hashes[1].len()));
    for pair in pairs.into_iter().chain([ends]) {
        lines.gap([from.0..pair.0, from.1..pair.1], &mut finder, &mut marks);
        if pair != ends {
            lines.same([pair.0, pair.1], rules, &mut finder, &mut marks);
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    Ok((LaidOut::Lines(lines), marks))
}

fn text(content: &Content) -> &str {
    content.text().unwrap_or_default()
}

impl Lines {
    /// Lines that changed are pairs from the top; the longer side's rest was added or removed.
    fn gap(
        &mut self,
        [left, right]: [std::ops::Range<usize>; 2],
        finder: &mut source::Finder<'_>,
        marks: &mut Marks,
    ) {
        for step in 0..left.len().max(right.len()) {
            let at = [left.start + step, right.start + step];
            let row = [(left.contains(&at[0])).then_some(at[0]), right.contains(&at[1]).then_some(at[1])];
            let change = match row {
                [None, _] => Change::Added,
                [_, None] => Change::Removed,
                _ => Change::Changed,
            };
            let (number, rule) = finder.find(
                row.map(|it| it.is_some()),
                [0, 1].map(|side| {
                    row[side].map_or(("", 0), |line| (self.line(side, line), self.breaks[side].number(line)))
                }),
                change,
            );
            marks.one(self.rows.len(), change, number, rule);
            self.rows.push(row.map(|it| it.map_or(NONE, narrow)));
        }
    }

    /// Lines that are the same, perhaps but for what an expression hides.
    fn same(&mut self, at: [usize; 2], rules: &Rules, finder: &mut source::Finder<'_>, marks: &mut Marks) {
        if !self.expressions.is_empty() {
            let texts = [self.line(0, at[0]), self.line(1, at[1])];
            if texts[0] != texts[1] {
                let rule = texts.iter().find_map(|it| rules.without_noise(it).1);
                let numbered = [0, 1].map(|side| (texts[side], self.breaks[side].number(at[side])));
                let (number, _) = finder.find([true; 2], numbered, Change::Changed);
                marks.one(self.rows.len(), Change::Changed, number, rule);
            }
        }
        self.rows.push(at.map(narrow));
    }

    fn line(&self, side: usize, line: usize) -> &str {
        text(&self.contents[side]).get(self.breaks[side].range(line)).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn widest(&self) -> usize {
        self.breaks.iter().map(Breaks::widest).max().unwrap_or_default()
    }

    pub(super) fn memory(&self) -> usize {
        let breaks: usize = self.breaks.iter().map(Breaks::memory).sum();
        self.rows.capacity() * size_of::<[u32; 2]>()
            + breaks
            + self.contents.iter().map(|it| text(it).len()).sum::<usize>()
    }

    pub(super) fn row(&self, number: usize, mark: Option<Marked<'_>>) -> Row {
        let Some(lines) = self.rows.get(number) else { return Row::default() };
        let at = lines.map(|line| (line != NONE).then_some(line as usize));
        let texts = [0, 1].map(|side| at[side].map(|line| self.line(side, line)));
        let is_noise = mark.is_some_and(|it| it.rule.is_some());
        let cells = match (texts, mark) {
            ([Some(left), Some(right)], Some(_)) if is_noise && !self.expressions.is_empty() => {
                [left, right].map(|text| Some(cell::with_noise(text, &self.expressions)))
            }
            ([Some(left), Some(right)], Some(_)) => {
                let tone = if is_noise { Tone::Noise } else { Tone::Changed };
                cell::by_word(left, right, Ink::Plain, tone).map(Some)
            }
            (texts, mark) => {
                let tone = match mark {
                    None => Tone::Same,
                    Some(_) if is_noise => Tone::Noise,
                    Some(_) => Tone::Changed,
                };
                texts.map(|text| text.map(|text| cell::plain(text, Ink::Plain, tone)))
            }
        };
        let [left, right] = cells;
        let numbered = |side: usize, cell: Cell| Cell {
            line: at[side].and_then(|line| self.breaks[side].first_of(line)),
            ..cell
        };
        Row {
            left: left.map(|it| numbered(0, it)),
            right: right.map(|it| numbered(1, it)),
            ..row::marked(mark)
        }
    }
}
