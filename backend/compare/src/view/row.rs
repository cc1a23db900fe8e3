//! A row as it is drawn: what stands left, what stands right, and what became of it.

use super::mark::Marked;
use crate::{difference::Change, json::Arrays};

/// Two cells beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// By which links and folds name it, whatever is folded.
    pub number: usize,
    /// Blue's. Absent where green has something that blue has not.
    pub left: Option<Cell>,
    /// Green's.
    pub right: Option<Cell>,
    /// Absent where both sides are the same.
    pub change: Option<Change>,
    /// Which difference of the comparison it shows. A change without one is of the source alone: the comparison
    /// does not count it.
    pub difference: Option<usize>,
    /// The noise rule that hides it. Such a row never looks like a difference.
    pub hidden_by: Option<String>,
    /// Of something that moved, the row where it stands on the other side.
    pub twin: Option<usize>,
    /// Of an array, that its order does not count, and how elements find each other.
    pub badge: Option<Arrays>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The line of the body, from 1. A tree and the rest of a broken line have none.
    pub line: Option<usize>,
    /// How deep it stands in a tree.
    pub indent: usize,
    pub pieces: Vec<Piece>,
    /// Whether more stands here than is shown.
    pub is_cut: bool,
}

/// A stretch of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub ink: Ink,
    pub tone: Tone,
}

/// What a stretch is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    Plain,
    /// A key of an object, or the name of a header.
    Key,
    /// The place of an element in its array, counted from 0; it is not in the body.
    Index,
    String,
    Number,
    /// `true`, `false` or `null`.
    Word,
    Punctuation,
}

/// What became of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    Same,
    Changed,
    /// It differs, and a rule says that it does not count.
    Noise,
}

impl Row {
    /// An empty row with what its mark says.
    pub(super) fn marked(mark: Option<Marked<'_>>) -> Self {
        let Some(marked) = mark else { return Self::default() };
        Self {
            change: Some(marked.mark.change),
            difference: marked.mark.difference.map(|it| it as usize),
            hidden_by: marked.rule.map(str::to_owned),
            twin: marked.mark.twin.map(|it| it as usize),
            ..Self::default()
        }
    }
}

impl Cell {
    /// All of it as one text.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|it| it.text.as_str()).collect()
    }
}
