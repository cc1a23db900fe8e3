//! Which rows can be folded away, and where the differences stand.

use super::{View, mark::Mark};

/// Unchanged rows that are worth folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// The first of them.
    pub from: usize,
    pub count: usize,
    /// How many of them differ only by what a noise rule hides.
    pub noise: usize,
}

/// Where a difference stands: for the keys that go to the next and the previous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub row: usize,
    /// How many rows it covers.
    pub rows: usize,
    /// Which difference of the comparison. A change without one is of the source alone.
    pub difference: Option<usize>,
}

/// Fewer rows are not worth a fold.
const SHORTEST: usize = 4;

impl View {
    /// What can be folded so that around everything that differs a margin of unchanged rows stays in sight, and
    /// in a tree also whatever holds it. What a noise rule hides counts as unchanged.
    pub fn folds(&self, margin: usize) -> Vec<Fold> {
        let (mut folds, mut shown) = (Vec::new(), 0);
        for (from, to) in self.in_sight(margin).into_iter().chain([(self.len(), self.len())]) {
            if from.saturating_sub(shown) >= SHORTEST {
                let noise = self.marks_between(shown, from).iter().filter(|it| it.is_noise()).count();
                folds.push(Fold { from: shown, count: from - shown, noise });
            }
            shown = to;
        }
        folds
    }

    /// All that differs, in the order of the rows. What a noise rule hides is no difference.
    pub fn differences(&self) -> Vec<At> {
        // What moved has two rows; the first one stands for both.
        let is_second = |mark: &Mark| mark.twin.is_some_and(|twin| twin < mark.row);
        let visible = self.marks.all().iter().filter(|it| !it.is_noise() && !is_second(it));
        let at = |mark: &Mark| At {
            row: mark.row as usize,
            rows: mark.rows as usize,
            difference: mark.difference.map(|it| it as usize),
        };
        visible.map(at).collect()
    }

    /// Rising, and apart.
    fn in_sight(&self, margin: usize) -> Vec<(usize, usize)> {
        let visible = self.marks.all().iter().filter(|it| !it.is_noise());
        let around = visible.map(|it| {
            let (from, to) = (it.row as usize, it.row as usize + it.rows as usize);
            (from.saturating_sub(margin), (to + margin).min(self.len()))
        });
        let kept = self.marks.kept().iter().map(|row| (*row as usize, *row as usize + 1));
        let mut ranges: Vec<_> = around.chain(kept).collect();
        ranges.sort_unstable();
        let mut joined: Vec<(usize, usize)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    fn marks_between(&self, from: usize, to: usize) -> &[Mark] {
        let marks = self.marks.all();
        let first = marks.partition_point(|it| (it.row as usize) < from);
        let last = marks.partition_point(|it| (it.row as usize) < to);
        marks.get(first..last).unwrap_or_default()
    }
}
