//! Two JSON documents as rows: a value a line, each beside its like on the other side.
//!
//! The walk is the comparison's own, so what stands beside what is what was compared with what. An element that
//! moved stands where it was and where it is, and each of the two rows knows the other.

mod build;
mod draw;

use std::sync::Arc;

use super::{
    MOST_ROWS, Numbers, Row, Rows, Unshown,
    mark::{Marked, Marks},
};
use crate::{
    body::Content,
    difference::json::{self, Arrays, Policy},
};

/// Nothing stands here.
const NONE: u32 = u32::MAX;

/// The rows of a tree.
#[derive(Debug)]
pub(super) struct Tree {
    contents: [Arc<Content>; 2],
    lines: Vec<Line>,
    /// Arrays whose order does not count, by their row.
    badges: Vec<(u32, Arrays)>,
    widest: usize,
}

/// One row: on each side, where it begins in the body, and which element of an array it is.
#[derive(Debug, Clone, Copy)]
struct Line {
    from: [u32; 2],
    index: [u32; 2],
    depth: u16,
    part: Part,
}

/// What of a value a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it: it is no container, or an empty one.
    Whole,
    /// The bracket that opens it.
    Open,
    /// The bracket that closes it.
    Close,
}

pub(super) fn build(
    contents: &[Arc<Content>; 2],
    policy: &Policy,
    numbers: &Numbers<'_>,
) -> Result<(Rows, Marks), Unshown> {
    let [left, right] = contents.each_ref().map(|it| it.text.as_deref().unwrap_or_default());
    let mut notices = [Vec::new(), Vec::new()];
    let [left_notices, right_notices] = &mut notices;
    let (left, right) = json::read_both([(left, left_notices), (right, right_notices)], policy)
        .map_err(|refused| Unshown::Unreadable(refused.to_string()))?;
    let mut builder = build::Builder::new(policy, numbers);
    builder.root(left.root(), right.root());
    if builder.lines.len() > MOST_ROWS {
        return Err(Unshown::TooLong);
    }
    let (lines, badges, widest) = (builder.lines, builder.badges, builder.widest);
    Ok((Rows::Tree(Tree { contents: contents.clone(), lines, badges, widest }), builder.marks))
}

impl Tree {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn widest(&self) -> usize {
        self.widest
    }

    pub(super) fn memory(&self) -> usize {
        let texts = self.contents.iter().filter_map(|it| it.text.as_deref()).map(str::len).sum::<usize>();
        self.lines.capacity() * size_of::<Line>()
            + self.badges.capacity() * size_of::<(u32, Arrays)>()
            + texts
    }

    pub(super) fn row(&self, number: usize, mark: Option<Marked<'_>>) -> Row {
        let Some(line) = self.lines.get(number) else { return Row::default() };
        let badge = self.badges.binary_search_by_key(&number, |(row, _)| *row as usize).ok();
        let [left, right] = draw::cells(*line, &self.contents, mark);
        let badge = badge.and_then(|at| self.badges.get(at)).map(|(_, arrays)| arrays.clone());
        Row { left, right, badge, ..Row::marked(mark) }
    }
}
