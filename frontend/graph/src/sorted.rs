//! Sorting numbers, whose code is there once: whoever loads it loads it once too.

use std::cmp::Ordering;

/// Sorts numbers; those that compare equal keep their order.
pub(crate) fn sort(numbers: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    numbers.sort_by(|one, other| compare(*one, *other));
}
