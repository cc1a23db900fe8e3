//! What both answers look like side by side: aligned rows, asked for in windows.
//!
//! Two things are kept apart everywhere. What is normalised *for comparison* does not count: a noise rule, the
//! order of keys. What is normalised *for display* is only laid out so. The first is named in its row and in a
//! note, the second in a note alone; the two must never look the same.

use serde::{Deserialize, Serialize};

use super::finding::Change;

/// A way to look at a probe of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The rendered page, or the picture: no rows, two frames.
    Page,
    /// The body by its structure.
    Tree,
    /// The body as it was sent, by line.
    Source,
    /// Of a page, what a person reads.
    Text,
    /// Status line and headers.
    Headers,
}

impl View {
    /// Every view, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Page, Self::Tree, Self::Source, Self::Text, Self::Headers];

    /// In routes and on tabs.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Tree => "tree",
            Self::Source => "source",
            Self::Text => "text",
            Self::Headers => "headers",
        }
    }
}

/// A window of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rows {
    /// The view that they are of.
    pub view: View,
    /// Rows in all.
    pub total: u32,
    /// Number of the first row here, from 0; the others follow.
    pub from: u32,
    /// In their order.
    pub rows: Vec<Row>,
    /// With the window that begins at 0.
    pub outline: Option<Outline>,
}

/// Where the differences are, what can be folded, and how the view is normalised.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outline {
    /// In the order of the rows; what a noise rule hides is not among them.
    pub differences: Vec<At>,
    /// Stretches without a difference that counts, in their order.
    pub folds: Vec<Fold>,
    /// The widest cell in characters, indents counted as two.
    pub widest: u32,
    /// How the view is normalised.
    pub notes: Vec<Note>,
}

/// Where a difference stands: for the keys that go to the next and the previous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct At {
    /// Number of its first row, from 0.
    pub row: u32,
    /// How many rows it covers.
    pub rows: u32,
    /// Its place in [`super::probe::ProbeDetail::differences`]. A change without one is of the source alone and
    /// does not count.
    pub difference: Option<u32>,
}

/// A stretch of unchanged rows that is worth folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fold {
    /// Number of its first row, from 0.
    pub from: u32,
    /// How many rows it covers.
    pub count: u32,
    /// How many of them differ only by what a noise rule hides.
    pub noise: u32,
}

/// What a reader must know of how the view is normalised, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// What it is normalised for.
    pub purpose: Purpose,
    /// A sentence.
    pub words: String,
}

/// What something is normalised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It does not count.
    Comparison,
    /// It is only laid out so.
    Display,
}

/// One row: blue on the left, green on the right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Row {
    /// None where green has something that blue has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Cell>,
    /// None where blue has something that green has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Cell>,
    /// None where both sides are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// As in [`At::difference`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<u32>,
    /// The noise rule that hides it: such a row must not look like a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<String>,
    /// Of something that moved, the row where it stands on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<u32>,
    /// Of an array whose order does not count: how its elements find each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<Badge>,
}

/// How the elements of an array find each other when their order does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// By equality: the elements form a set.
    AsSet,
    /// By the value of this key.
    ByKey(String),
}

/// One side of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cell {
    /// The line of the body, from 1. A tree and the rest of a broken line have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// How deep it stands in a tree.
    #[serde(default, skip_serializing_if = "is_default")]
    pub indent: u32,
    /// What stands in it, from left to right.
    pub pieces: Vec<Piece>,
    /// Whether more stands here than is shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_cut: bool,
}

/// A stretch of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Piece {
    /// As it is shown.
    pub text: String,
    /// What it is, for its colour.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ink: Ink,
    /// Whether it differs from the other side.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tone: Tone,
}

/// What a stretch is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ink {
    /// Text without a role.
    #[default]
    Plain,
    /// A key of an object, or the name of a header.
    Key,
    /// The place of an element in its array, from 0; it is not in the body.
    Index,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
    /// Brackets, commas, quotes.
    Punctuation,
}

/// What became of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The same on the other side.
    #[default]
    Same,
    /// Differs from the other side.
    Changed,
    /// It differs, and a rule says that it does not count.
    Noise,
}

/// What goes without saying is not sent.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
