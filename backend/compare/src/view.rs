//! Two answers as aligned rows for a screen: what stands beside what, where they differ, and which difference
//! of the comparison a row shows.
//!
//! A [`Pair`] holds two bodies that have been understood once. A [`View`] of it is an index: offsets into the
//! bodies, twenty bytes a row at most, and marks where something differs. Rows are written out only for the
//! window that is asked for, so sixteen megabytes open as quickly as a kilobyte scrolls. What can be folded is
//! known from the marks alone.
//!
//! Two things are kept apart everywhere. *Normalised for comparison* is what does not count: a noise rule, the
//! order of keys. *Normalised for display* is how it is laid out here: long lines broken, values one a line.
//! The first has a rule's name in its row, the second a [`Note`].

mod cell;
mod fold;
mod header;
mod line;
mod mark;
mod note;
mod number;
mod row;
mod tree;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use fold::{At, Fold};
pub use note::{Note, Purpose};
pub use row::{Cell, Ink, Piece, Row, Tone};

use crate::{
    answer::{Answer, Header},
    body::{self, Content, Kind},
    difference::{Difference, html, rule::Rules},
    work::{self, Limits, Spent},
};
use mark::Marks;
use number::Numbers;

/// What of the answers is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// The body as it was sent, by line.
    Source,
    /// The body by its structure: values of JSON, elements of a page.
    Tree,
    /// Of a page, what a person reads.
    Text,
    /// Status line and headers.
    Headers,
}

/// Why there is no such view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unshown {
    #[error("the bodies are not both text; they are compared by size and hash")]
    NotText,
    #[error("the bodies have no tree in common; the source shows them")]
    NoTree,
    #[error("the bodies are not both pages; the source shows them")]
    NoPage,
    #[error("one body cannot be read as JSON: {0}; the source shows it")]
    Unreadable(String),
    #[error("{0}")]
    Costly(Spent),
    #[error("it has more than {MOST_ROWS} rows; it can only be kept as a file")]
    TooLong,
}

/// As many rows as a view has at most.
const MOST_ROWS: usize = 6_000_000;

/// Both bodies, understood once for all views of them.
#[derive(Debug, Clone)]
pub struct Pair {
    contents: [Arc<Content>; 2],
    headers: [Arc<Vec<Header>>; 2],
    heads: [String; 2],
    limits: Limits,
}

/// Rows of one view. Cheap to ask for windows of.
#[derive(Debug)]
pub struct View {
    rows: Rows,
    marks: Marks,
    notes: Vec<Note>,
}

#[derive(Debug)]
enum Rows {
    Lines(line::Lines),
    Tree(tree::Tree),
    Headers(header::Headers),
}

impl Pair {
    pub fn of(answers: [&Answer; 2], limits: Limits) -> Self {
        let understood =
            work::bounded(limits, || answers.map(|answer| body::understand_here(answer, limits)));
        let contents = understood.unwrap_or_else(|_| answers.map(|answer| body::understand(answer, limits)));
        let contents = contents.map(Arc::new);
        let held: usize = contents.iter().map(|it| it.memory()).sum();
        let limits = Limits { memory: limits.memory.saturating_sub(held), ..limits };
        Self {
            contents,
            headers: answers.map(|answer| Arc::new(answer.with_joined_names().headers)),
            heads: answers.map(|answer| format!("{} {}", answer.version, answer.status)),
            limits,
        }
    }

    pub fn kinds(&self) -> [Kind; 2] {
        [self.contents[0].kind, self.contents[1].kind]
    }

    /// The views that make sense, the best one first.
    pub fn views(&self) -> Vec<Which> {
        let has_text = self.contents.iter().all(|it| it.text().is_some() || it.kind == Kind::Empty);
        let is_page = self.kinds() == [Kind::Html; 2];
        let is_tree = is_page || self.kinds() == [Kind::Json; 2] || self.kinds() == [Kind::Xml; 2];
        let body = [
            (Which::Tree, is_tree),
            (Which::Source, has_text),
            (Which::Text, is_page),
            (Which::Headers, true),
        ];
        body.into_iter().filter(|(_, makes_sense)| *makes_sense).map(|(which, _)| which).collect()
    }

    /// Builds a view. `differences` are those of the comparison; rows name them by their place in the list.
    pub fn view(&self, which: Which, rules: &Rules, differences: &[Difference]) -> Result<View, Unshown> {
        work::bounded(self.limits, || self.laid_out(which, rules, differences))
            .unwrap_or_else(|spent| Err(Unshown::Costly(spent)))
    }

    fn laid_out(&self, which: Which, rules: &Rules, differences: &[Difference]) -> Result<View, Unshown> {
        let numbers = Numbers::of(differences);
        let (rows, marks) = match which {
            Which::Source => line::build(self.texts()?, self.kinds(), rules, &numbers)?,
            Which::Text => line::build(self.readable()?, self.kinds(), rules, &numbers)?,
            Which::Tree if self.kinds() == [Kind::Json; 2] => {
                tree::of_json(&self.contents, rules.policy(), &numbers)?
            }
            Which::Tree if self.kinds() == [Kind::Html; 2] || self.kinds() == [Kind::Xml; 2] => {
                tree::of_pages(self.contents[0].kind, &self.contents, rules, differences)?
            }
            Which::Tree => return Err(Unshown::NoTree),
            Which::Headers => header::build(&self.heads, &self.headers, &numbers),
        };
        let notes = note::of(which, &self.contents, &rows, rules);
        Ok(View { rows, marks, notes })
    }

    /// Of pages, what a person reads.
    fn readable(&self) -> Result<[Arc<Content>; 2], Unshown> {
        if self.kinds() != [Kind::Html; 2] {
            return Err(Unshown::NoPage);
        }
        Ok(self
            .contents
            .each_ref()
            .map(|it| Arc::new(it.with_text(html::readable(it.text().unwrap_or_default())))))
    }

    fn texts(&self) -> Result<[Arc<Content>; 2], Unshown> {
        let is_text = |it: &Arc<Content>| it.text().is_some() || it.kind == Kind::Empty;
        if self.contents.iter().all(is_text) { Ok(self.contents.clone()) } else { Err(Unshown::NotText) }
    }
}

impl View {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Lines(lines) => lines.len(),
            Rows::Tree(tree) => tree.len(),
            Rows::Headers(headers) => headers.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the view is normalised, for comparison and for display.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// A window: as many rows as there are from a number on.
    pub fn rows(&self, from: usize, count: usize) -> Vec<Row> {
        let to = from.saturating_add(count).min(self.len());
        (from..to).map(|number| self.row(number)).collect()
    }

    /// How many characters the widest cell may have, indents counted as two.
    pub fn widest(&self) -> usize {
        let widest = match &self.rows {
            Rows::Lines(lines) => lines.widest(),
            Rows::Tree(tree) => tree.widest(),
            Rows::Headers(headers) => headers.widest(),
        };
        widest.min(cell::SHOWN)
    }

    /// What it occupies, in bytes, with the bodies that it looks into. Views of one pair share those.
    pub fn memory(&self) -> usize {
        let rows = match &self.rows {
            Rows::Lines(lines) => lines.memory(),
            Rows::Tree(tree) => tree.memory(),
            Rows::Headers(headers) => headers.memory(),
        };
        rows + self.marks.memory() + size_of::<Self>()
    }

    /// A row by its number.
    fn row(&self, number: usize) -> Row {
        let mark = self.marks.at(number);
        let row = match &self.rows {
            Rows::Lines(lines) => lines.row(number, mark),
            Rows::Tree(tree) => tree.row(number, mark),
            Rows::Headers(headers) => headers.row(number, mark),
        };
        Row { number, ..row }
    }
}
