//! Which line of the screen shows which row: folds closed, and changed rows in two lines where the screen is narrow.

use viridian_shared::{
    comparison::view::{At, Fold},
    order,
};

/// What a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A row, both sides beside each other.
    Row(u32),
    /// One side of a row; blue comes first.
    Blue(u32),
    Green(u32),
    /// A closed fold, by its place in the outline.
    Fold(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Double,
    Fold(usize),
}

/// A stretch of lines of one kind.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    line: u32,
    row: u32,
    rows: u32,
    kind: Kind,
}

impl Stretch {
    fn lines(self) -> u32 {
        match self.kind {
            Kind::Plain => self.rows,
            Kind::Double => self.rows.saturating_mul(2),
            Kind::Fold(_) => 1,
        }
    }
}

/// All lines of a view.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    stretches: Vec<Stretch>,
    count: u32,
}

impl Lines {
    /// `folds` and `doubled` are in the order of the rows and do not overlap; what lies outside of `total` is left out.
    pub fn new(
        total: u32,
        folds: impl IntoIterator<Item = (usize, Fold)>,
        doubled: impl IntoIterator<Item = At>,
    ) -> Self {
        let folds = folds.into_iter().map(|(index, fold)| (fold.from, fold.count, Kind::Fold(index)));
        let doubled = doubled.into_iter().map(|at| (at.row, at.rows, Kind::Double));
        let mut special: Vec<_> = folds.chain(doubled).collect();
        order::sort_by_key(&mut special, |(row, ..)| *row);
        let mut lines = Self::default();
        let mut row = 0;
        for (from, rows, kind) in special {
            let end = from.saturating_add(rows).min(total);
            let from = from.max(row);
            if from < end {
                lines.add(row, from - row, Kind::Plain);
                lines.add(from, end - from, kind);
                row = end;
            }
        }
        lines.add(row, total.saturating_sub(row), Kind::Plain);
        lines
    }

    fn add(&mut self, row: u32, rows: u32, kind: Kind) {
        if rows > 0 {
            let stretch = Stretch { line: self.count, row, rows, kind };
            self.count = self.count.saturating_add(stretch.lines());
            self.stretches.push(stretch);
        }
    }

    /// How many lines there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// What a line shows.
    pub fn at(&self, line: u32) -> Option<Line> {
        let after = self.stretches.partition_point(|it| it.line <= line);
        let stretch = self.stretches.get(after.checked_sub(1)?)?;
        let within = line - stretch.line;
        if within >= stretch.lines() {
            return None;
        }
        Some(match stretch.kind {
            Kind::Plain => Line::Row(stretch.row + within),
            Kind::Fold(index) => Line::Fold(index),
            Kind::Double if within.is_multiple_of(2) => Line::Blue(stretch.row + within / 2),
            Kind::Double => Line::Green(stretch.row + within / 2),
        })
    }

    /// The first line that shows a row, or the fold that hides it.
    pub fn of(&self, row: u32) -> u32 {
        let after = self.stretches.partition_point(|it| it.row <= row);
        let Some(stretch) = after.checked_sub(1).and_then(|index| self.stretches.get(index)) else {
            return 0;
        };
        let within = (row - stretch.row).min(stretch.rows.saturating_sub(1));
        match stretch.kind {
            Kind::Plain => stretch.line + within,
            Kind::Double => stretch.line + within * 2,
            Kind::Fold(_) => stretch.line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(from: u32, count: u32) -> Fold {
        Fold { from, count, noise: 0 }
    }

    fn at(row: u32, rows: u32) -> At {
        At { row, rows, difference: None }
    }

    fn all(lines: &Lines) -> Vec<Line> {
        (0..lines.count()).map(|line| lines.at(line).unwrap()).collect()
    }

    #[test]
    fn nothing_has_no_lines_and_what_lies_outside_is_left_out() {
        let none = Lines::new(0, [(0, fold(0, 10))], [at(3, 1)]);
        assert_eq!((none.count(), none.at(0), none.of(7)), (0, None, 0));
        let cut = Lines::new(5, [(0, fold(3, 100)), (1, fold(200, 5))], []);
        assert_eq!(all(&cut), [Line::Row(0), Line::Row(1), Line::Row(2), Line::Fold(0)]);
        assert_eq!(cut.at(4), None);
        let overlapping = Lines::new(6, [(0, fold(0, 4)), (1, fold(2, 2))], [at(3, 2)]);
        assert_eq!(all(&overlapping), [Line::Fold(0), Line::Blue(4), Line::Green(4), Line::Row(5)]);
    }

    #[test]
    fn every_row_is_found_where_it_is_shown() {
        let lines = Lines::new(12, [(0, fold(0, 3)), (1, fold(6, 4))], [at(4, 2)]);
        let shown = [
            Line::Fold(0),
            Line::Row(3),
            Line::Blue(4),
            Line::Green(4),
            Line::Blue(5),
            Line::Green(5),
            Line::Fold(1),
            Line::Row(10),
            Line::Row(11),
        ];
        assert_eq!(all(&lines), shown);
        for (row, line) in [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 6), (9, 6), (11, 8), (99, 8)] {
            assert_eq!(lines.of(row), line, "row {row}");
        }
    }

    #[test]
    fn a_million_rows_cost_no_more_than_their_folds() {
        let folds: Vec<_> = (0..1_000_u32).map(|it| (it as usize, fold(it * 1_000, 990))).collect();
        let lines = Lines::new(1_000_000, folds, []);
        assert_eq!(lines.count(), 1_000 * 11);
        assert_eq!(lines.at(lines.of(999_995)), Some(Line::Row(999_995)));
    }
}
