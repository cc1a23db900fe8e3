//! Two JSON documents, or two pages, as rows: a value or an element a line, each beside its like on the other side.
//!
//! The walk is the comparison's own, so what stands beside what is what was compared with what. An element that
//! moved stands where it was and where it is, and each of the two rows knows the other.

mod build;
mod draw;
mod markup;

use std::sync::Arc;

use viridian_shared::comparison::finding::Difference;

use super::{
    Badge, LaidOut, MOST_ROWS, Numbers, Row, Unshown,
    mark::{Marked, Marks},
    row,
};
use crate::{
    body::{Content, Kind},
    difference::{html, rule::Rules},
    json::{self, Document, Policy},
};

/// Nothing stands here.
const NONE: u32 = u32::MAX;

/// The rows of a tree.
#[derive(Debug)]
pub(super) struct Tree {
    source: Source,
    lines: Vec<Line>,
    /// Arrays whose order does not count, by their row.
    badges: Vec<(u32, Badge)>,
    widest: usize,
}

/// What the rows are written out of.
#[derive(Debug)]
enum Source {
    /// The bodies.
    Json([Arc<Content>; 2]),
    /// The document trees.
    Page([Document<'static>; 2]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Json,
    Page,
}

/// One row: on each side, where it begins in the body or in the document tree, and which element of an array it
/// is.
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
    /// An attribute of an element that stands in a row of its own, since it differs.
    Attribute,
}

pub(super) fn of_json(
    contents: &[Arc<Content>; 2],
    policy: &Policy,
    numbers: &Numbers<'_>,
) -> Result<(LaidOut, Marks), Unshown> {
    let [left, right] = contents.each_ref().map(|it| it.text().unwrap_or_default());
    let mut notices = [Vec::new(), Vec::new()];
    let [left_notices, right_notices] = &mut notices;
    let (left, right) = json::read_both([(left, left_notices), (right, right_notices)], policy)
        .map_err(|refused| Unshown::Unreadable(refused.to_string()))?;
    let built = build::Builder::new(Shape::Json, policy, numbers).built(left.root(), right.root());
    finish(built, Source::Json(contents.clone()))
}

pub(super) fn of_pages(
    kind: Kind,
    contents: &[Arc<Content>; 2],
    rules: &Rules,
    differences: &[Difference],
) -> Result<(LaidOut, Marks), Unshown> {
    let [left, right] = contents.each_ref().map(|it| it.text().unwrap_or_default());
    let compared = html::compared(kind, left, right, rules).map_err(|_| Unshown::NoTree)?;
    let numbers = Numbers::of_page(&compared, differences);
    let builder = build::Builder::new(Shape::Page, &compared.policy, &numbers);
    let built = builder.built(compared.left.root(), compared.right.root());
    finish(built, Source::Page([compared.left, compared.right]))
}

fn finish(built: build::Built, source: Source) -> Result<(LaidOut, Marks), Unshown> {
    if built.lines.len() > MOST_ROWS {
        return Err(Unshown::TooLong);
    }
    let build::Built { lines, badges, widest, marks } = built;
    Ok((LaidOut::Tree(Tree { source, lines, badges, widest }), marks))
}

impl Tree {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn widest(&self) -> usize {
        self.widest
    }

    pub(super) fn memory(&self) -> usize {
        let source = match &self.source {
            Source::Json(contents) => contents.iter().map(|it| it.memory()).sum::<usize>(),
            Source::Page(pages) => pages.iter().map(Document::memory).sum(),
        };
        self.lines.capacity() * size_of::<Line>()
            + self.badges.capacity() * size_of::<(u32, Badge)>()
            + source
    }

    pub(super) fn row(&self, number: usize, mark: Option<Marked<'_>>) -> Row {
        let Some(line) = self.lines.get(number) else { return Row::default() };
        let badge = self.badges.binary_search_by_key(&number, |(row, _)| *row as usize).ok();
        let [left, right] = match &self.source {
            Source::Json(contents) => draw::cells(*line, contents, mark),
            Source::Page(pages) => markup::cells(*line, pages, mark),
        };
        let badge = badge.and_then(|at| self.badges.get(at)).map(|(_, badge)| badge.clone());
        Row { left, right, badge, ..row::marked(mark) }
    }
}
