//! Which rows can be folded away, and where the differences stand.

pub use viridian_shared::comparison::view::{At, Fold};

use super::{Built, mark::Mark};
use crate::number;

/// Fewer rows are not worth a fold.
const SHORTEST: usize = 4;

impl Built {
    /// What can be folded so that around everything that differs a margin of unchanged rows stays in sight, and
    /// in a tree also whatever holds it. What a noise rule hides counts as unchanged.
    pub fn folds(&self, margin: usize) -> Vec<Fold> {
        let (mut folds, mut shown) = (Vec::new(), 0);
        for (from, to) in self.in_sight(margin).into_iter().chain([(self.len(), self.len())]) {
            if from.saturating_sub(shown) >= SHORTEST {
                let noise = self.marks_between(shown, from).iter().filter(|it| it.is_noise()).count();
                folds.push(Fold { from: number(shown), count: number(from - shown), noise: number(noise) });
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
        let at = |mark: &Mark| At { row: mark.row, rows: mark.rows, difference: mark.difference };
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
