//! The longest run of equal elements that two lists share in the same order, found in bounded time.
//!
//! Common ends are cut off first. What is between is given to Myers' greedy algorithm, which costs the square of
//! the number of differences and is stopped when that grows too large; then elements that occur equally often
//! on both sides serve as anchors, and what lies between the anchors is tried again.

use crate::work;

const EDITS: usize = 512;
const EDITS_BETWEEN_ANCHORS: usize = 64;

/// Indices of equal elements on both sides, increasing on both.
pub(crate) fn common(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let head = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let tail = left[head..].iter().rev().zip(right[head..].iter().rev()).take_while(|(l, r)| l == r).count();
    let mut pairs: Vec<_> = (0..head).map(|index| (index, index)).collect();
    let (left_end, right_end) = (left.len() - tail, right.len() - tail);
    let middle = between(&left[head..left_end], &right[head..right_end]);
    pairs.extend(middle.into_iter().map(|(left, right)| (left + head, right + head)));
    pairs.extend((0..tail).map(|index| (left_end + index, right_end + index)));
    pairs
}

fn between(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    greedy(left, right, EDITS).unwrap_or_else(|| anchored(left, right))
}

/// Myers, "An O(ND) difference algorithm", 1986. `None` when there are more edits than allowed.
fn greedy(left: &[u64], right: &[u64], edits: usize) -> Option<Vec<(usize, usize)>> {
    let most = edits.min(left.len() + right.len());
    // The furthest left index on each diagonal, diagonal `k` at `most + 1 + k`; kept for each number of edits.
    let middle = most + 1;
    let mut furthest = vec![0_usize; 2 * most + 3];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for edit in 0..=most {
        work::look();
        trace.push(furthest[middle - edit..=middle + edit].to_vec());
        for at in (middle - edit..=middle + edit).step_by(2) {
            let goes_down =
                at == middle - edit || (at != middle + edit && furthest[at - 1] < furthest[at + 1]);
            let mut x = if edit == 0 {
                0
            } else if goes_down {
                furthest[at + 1]
            } else {
                furthest[at - 1] + 1
            };
            // On diagonals beyond an edge there is nothing to walk.
            let Some(mut y) = (x + middle).checked_sub(at) else { continue };
            while x < left.len() && y < right.len() && left[x] == right[y] {
                x += 1;
                y += 1;
            }
            furthest[at] = x;
            if x >= left.len() && y >= right.len() {
                return Some(walked_back(left.len(), right.len(), &trace));
            }
        }
    }
    None
}

/// Follows the kept frontiers back to the start and collects the diagonal steps.
fn walked_back(left: usize, right: usize, trace: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let (mut x, mut y, mut pairs) = (left, right, Vec::new());
    for (edit, frontier) in trace.iter().enumerate().rev() {
        // `frontier` holds the diagonals from `-edit` on, as they were before this edit.
        let at = (x + edit).saturating_sub(y);
        let value = |at: usize| frontier.get(at).copied().unwrap_or_default();
        let (from_x, from_y) = if edit == 0 {
            (0, 0)
        } else if at == 0 || (at != 2 * edit && value(at - 1) < value(at + 1)) {
            let from_x = value(at + 1);
            (from_x, (from_x + edit).saturating_sub(at + 1))
        } else {
            let from_x = value(at - 1);
            (from_x, (from_x + edit + 1).saturating_sub(at))
        };
        while x > from_x && y > from_y {
            x -= 1;
            y -= 1;
            pairs.push((x, y));
        }
        (x, y) = (from_x, from_y);
    }
    pairs.reverse();
    pairs
}

/// Anchors first, then what lies between them.
fn anchored(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let anchors = rising(&occurrences(left, right));
    let (mut pairs, mut from) = (Vec::new(), (0, 0));
    for anchor in anchors.into_iter().chain([(left.len(), right.len())]) {
        let (lefts, rights) = (&left[from.0..anchor.0], &right[from.1..anchor.1]);
        let inner = greedy(lefts, rights, EDITS_BETWEEN_ANCHORS).unwrap_or_default();
        pairs.extend(inner.into_iter().map(|(left, right)| (left + from.0, right + from.1)));
        if anchor.0 < left.len() && anchor.1 < right.len() {
            pairs.push(anchor);
        }
        from = (anchor.0 + 1, anchor.1 + 1);
    }
    pairs
}

/// Pairs of elements that occur equally often on both sides, each occurrence with its like.
fn occurrences(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let sorted = |hashes: &[u64]| {
        let mut sorted: Vec<(u64, usize)> = hashes.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        sorted
    };
    let (lefts, rights) = (sorted(left), sorted(right));
    let (mut rights, mut pairs) = (rights.as_slice(), Vec::new());
    for alike in lefts.chunk_by(|one, other| one.0 == other.0) {
        let hash = alike[0].0;
        rights = &rights[rights.partition_point(|it| it.0 < hash)..];
        let (same, rest) = rights.split_at(rights.partition_point(|it| it.0 == hash));
        if same.len() == alike.len() {
            pairs.extend(alike.iter().zip(same).map(|(left, right)| (left.1, right.1)));
        }
        rights = rest;
    }
    pairs.sort_unstable();
    pairs
}

/// The longest part of the pairs, which are sorted by their left index, that also rises on the right.
pub(crate) fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, right)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *right);
        before.push(length.checked_sub(1).map(|it| ends[it]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let (mut chain, mut at) = (Vec::with_capacity(ends.len()), ends.last().copied());
    while let Some(index) = at {
        chain.push(pairs[index]);
        at = before[index];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::{common, rising};

    #[test]
    fn an_insertion_at_the_front_leaves_all_others_in_common() {
        let left: Vec<u64> = (0..1000).collect();
        let right: Vec<u64> = std::iter::once(5000).chain(0..1000).collect();
        assert_eq!(common(&left, &right).len(), 1000);
    }

    #[test]
    fn scattered_edits_among_few_different_values_are_found() {
        let left: Vec<u64> = (0..4000).map(|it| it % 2).collect();
        let mut right = left.clone();
        right.remove(3000);
        right.remove(17);
        assert_eq!(common(&left, &right).len(), 3998);
    }

    #[test]
    fn more_edits_than_are_worth_searching_end_in_anchors() {
        let left: Vec<u64> = (0..50_000).collect();
        let right: Vec<u64> = left.iter().map(|it| if it % 3 == 0 { it + 100_000 } else { *it }).collect();
        let pairs = common(&left, &right);
        assert_eq!(pairs.len(), left.iter().filter(|it| *it % 3 != 0).count());
        assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
    }

    #[test]
    fn the_longest_rising_part_is_found() {
        let pairs = [(0, 4), (1, 0), (2, 1), (3, 3), (4, 2)];
        assert_eq!(rising(&pairs).len(), 3);
    }
}
