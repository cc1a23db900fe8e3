//! Where in a view something differs: stretches of rows, one within the other where a moved element also changed.

use crate::{difference::Change, work};

/// A stretch of rows that shows one difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) row: u32,
    pub(super) rows: u32,
    pub(super) change: Change,
    pub(super) difference: Option<u32>,
    /// Index of the rule's name.
    rule: Option<u16>,
    /// The row where a moved thing stands on the other side.
    pub(super) twin: Option<u32>,
    /// The mark that this one lies within.
    parent: Option<u32>,
}

/// All marks, by their rows.
#[derive(Debug, Default)]
pub(super) struct Marks {
    list: Vec<Mark>,
    rules: Vec<String>,
    /// Rows that stay in sight because something below them differs.
    kept: Vec<u32>,
    open: Vec<u32>,
}

/// What a row is told of its mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marked<'m> {
    pub(super) mark: Mark,
    pub(super) rule: Option<&'m str>,
}

impl Marks {
    /// Begins a mark at a row; rows up to [`Self::end`] belong to it.
    pub(super) fn begin(
        &mut self,
        row: usize,
        change: Change,
        difference: Option<usize>,
        rule: Option<&str>,
    ) -> usize {
        work::take(size_of::<Mark>());
        let rule = rule.map(|rule| self.rule(rule));
        self.list.push(Mark {
            row: narrow(row),
            rows: 0,
            change,
            difference: difference.map(narrow),
            rule,
            twin: None,
            parent: self.open.last().copied(),
        });
        self.open.push(narrow(self.list.len() - 1));
        self.list.len() - 1
    }

    pub(super) fn end(&mut self, mark: usize, next_row: usize) {
        self.open.pop();
        if let Some(mark) = self.list.get_mut(mark) {
            mark.rows = narrow(next_row).saturating_sub(mark.row);
        }
    }

    /// A mark of one row.
    pub(super) fn one(&mut self, row: usize, change: Change, difference: Option<usize>, rule: Option<&str>) {
        let mark = self.begin(row, change, difference, rule);
        self.end(mark, row + 1);
    }

    pub(super) fn set_twins(&mut self, one: usize, other: usize) {
        let rows = [one, other].map(|it| self.list.get(it).map(|mark| mark.row));
        for (mark, twin) in [(one, rows[1]), (other, rows[0])] {
            if let Some(mark) = self.list.get_mut(mark) {
                mark.twin = twin;
            }
        }
    }

    pub(super) fn keep(&mut self, row: u32) {
        self.kept.push(row);
    }

    fn rule(&mut self, rule: &str) -> u16 {
        let known = self.rules.iter().position(|it| it == rule);
        let index = known.unwrap_or_else(|| {
            self.rules.push(rule.to_owned());
            self.rules.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// The innermost mark of a row.
    pub(super) fn at(&self, row: usize) -> Option<Marked<'_>> {
        let row = narrow(row);
        let mut at = self.list.partition_point(|it| it.row <= row).checked_sub(1);
        while let Some(index) = at {
            let mark = *self.list.get(index)?;
            if row - mark.row < mark.rows {
                let rule = mark.rule.and_then(|it| self.rules.get(usize::from(it))).map(String::as_str);
                return Some(Marked { mark, rule });
            }
            at = mark.parent.map(|it| it as usize);
        }
        None
    }

    pub(super) fn all(&self) -> &[Mark] {
        &self.list
    }

    pub(super) fn kept(&self) -> &[u32] {
        &self.kept
    }

    pub(super) fn memory(&self) -> usize {
        self.list.capacity() * size_of::<Mark>() + self.kept.capacity() * 4
    }
}

impl Mark {
    pub(super) fn is_noise(&self) -> bool {
        self.rule.is_some()
    }
}

/// Rows, offsets and numbers fit: bodies and rows are limited far below.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
