//! Two answers as aligned rows for a screen: what stands beside what, where they differ, and which difference
//! of the comparison a row shows.
//!
//! A [`Pair`] holds two bodies that have been understood once. A [`Built`] view of it is an index: offsets into the
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
pub use row::{Badge, Cell, Ink, Piece, Row, Tone};
pub use viridian_shared::comparison::view::View;
use viridian_shared::comparison::{
    finding::Difference,
    view::{Outline, Rows as Window},
};

use crate::{
    answer::{Header, WholeAnswer},
    body::{self, Content, Kind},
    difference::{html, rule::Rules},
    number,
    work::{self, Limits, Spent},
};
use mark::Marks;
use number::Numbers;

/// Why there is no such view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Unshown {
    #[error("the page is shown in its frames, not in rows")]
    Framed,
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
/// Unchanged rows that stay in sight around a difference.
const MARGIN: usize = 3;

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
pub struct Built {
    rows: LaidOut,
    marks: Marks,
    notes: Vec<Note>,
}

#[derive(Debug)]
enum LaidOut {
    Lines(line::Lines),
    Tree(tree::Tree),
    Headers(header::Headers),
}

impl Pair {
    /// Understands both bodies, within the limits. Which is blue comes first.
    pub fn of(answers: [&WholeAnswer; 2], limits: Limits) -> Self {
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

    /// What both bodies were taken for.
    pub fn kinds(&self) -> [Kind; 2] {
        [self.contents[0].kind, self.contents[1].kind]
    }

    /// The views that make sense, the most telling first.
    pub fn views(&self) -> Vec<View> {
        let has_text = self.contents.iter().all(|it| it.text().is_some() || it.kind == Kind::Empty);
        let is_page = self.kinds() == [Kind::Html; 2];
        let is_framed = is_page || self.kinds() == [Kind::Image; 2];
        let is_tree = is_page || self.kinds() == [Kind::Json; 2] || self.kinds() == [Kind::Xml; 2];
        let body = [
            (View::Page, is_framed),
            (View::Tree, is_tree),
            (View::Source, has_text),
            (View::Text, is_page),
            (View::Headers, true),
        ];
        body.into_iter().filter(|(_, makes_sense)| *makes_sense).map(|(view, _)| view).collect()
    }

    /// Builds a view. `differences` are those of the probe as they are shown; rows name them by their place in the list.
    pub fn view(&self, view: View, rules: &Rules, differences: &[Difference]) -> Result<Built, Unshown> {
        work::bounded(self.limits, || self.laid_out(view, rules, differences))
            .unwrap_or_else(|spent| Err(Unshown::Costly(spent)))
    }

    fn laid_out(&self, view: View, rules: &Rules, differences: &[Difference]) -> Result<Built, Unshown> {
        let numbers = Numbers::of(differences);
        let (rows, marks) = match view {
            View::Page => return Err(Unshown::Framed),
            View::Source => line::build(self.texts()?, self.kinds(), rules, &numbers)?,
            View::Text => line::build(self.readable()?, self.kinds(), rules, &numbers)?,
            View::Tree if self.kinds() == [Kind::Json; 2] => {
                tree::of_json(&self.contents, rules.policy(), &numbers)?
            }
            View::Tree if self.kinds() == [Kind::Html; 2] || self.kinds() == [Kind::Xml; 2] => {
                tree::of_pages(self.contents[0].kind, &self.contents, rules, differences)?
            }
            View::Tree => return Err(Unshown::NoTree),
            View::Headers => header::build(&self.heads, &self.headers, &numbers),
        };
        let notes = note::of(view, &self.contents, &rows, rules);
        Ok(Built { rows, marks, notes })
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

impl Built {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.rows {
            LaidOut::Lines(lines) => lines.len(),
            LaidOut::Tree(tree) => tree.len(),
            LaidOut::Headers(headers) => headers.len(),
        }
    }

    /// Whether neither side has anything to show.
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

    /// A window as it is sent; the one at the beginning carries the outline.
    pub fn window(&self, view: View, from: usize, count: usize) -> Window {
        Window {
            view,
            total: number(self.len()),
            from: number(from),
            rows: self.rows(from, count),
            outline: (from == 0).then(|| Outline {
                differences: self.differences(),
                folds: self.folds(MARGIN),
                widest: number(self.widest()),
                notes: self.notes.clone(),
            }),
        }
    }

    /// How many characters the widest cell may have, indents counted as two.
    pub fn widest(&self) -> usize {
        let widest = match &self.rows {
            LaidOut::Lines(lines) => lines.widest(),
            LaidOut::Tree(tree) => tree.widest(),
            LaidOut::Headers(headers) => headers.widest(),
        };
        widest.min(cell::SHOWN)
    }

    /// What it occupies, in bytes, with the bodies that it looks into. Views of one pair share those.
    pub fn memory(&self) -> usize {
        let rows = match &self.rows {
            LaidOut::Lines(lines) => lines.memory(),
            LaidOut::Tree(tree) => tree.memory(),
            LaidOut::Headers(headers) => headers.memory(),
        };
        rows + self.marks.memory() + size_of::<Self>()
    }

    /// A row by its number.
    fn row(&self, number: usize) -> Row {
        let mark = self.marks.at(number);
        match &self.rows {
            LaidOut::Lines(lines) => lines.row(number, mark),
            LaidOut::Tree(tree) => tree.row(number, mark),
            LaidOut::Headers(headers) => headers.row(number, mark),
        }
    }
}
