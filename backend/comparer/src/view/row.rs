//! Rows, cells and folds in the words of the page.

use viridian_compare::{json::Arrays, view as theirs};
use viridian_shared::comparison::view::{
    At, Badge, Cell, Fold, Ink, Note, Outline, Piece, Purpose, Row, Rows, Tone, View,
};

use crate::convert::{change_of, number};

/// Unchanged rows that stay in sight around a difference.
const MARGIN: usize = 3;

pub(super) fn which(view: View) -> Option<theirs::Which> {
    match view {
        View::Page => None,
        View::Tree => Some(theirs::Which::Tree),
        View::Source => Some(theirs::Which::Source),
        View::Text => Some(theirs::Which::Text),
        View::Headers => Some(theirs::Which::Headers),
    }
}

pub(super) fn view_of(which: theirs::Which) -> View {
    match which {
        theirs::Which::Tree => View::Tree,
        theirs::Which::Source => View::Source,
        theirs::Which::Text => View::Text,
        theirs::Which::Headers => View::Headers,
    }
}

pub(super) fn window(built: &theirs::View, view: View, from: usize, count: usize) -> Rows {
    Rows {
        view,
        total: number(built.len()),
        from: number(from),
        rows: built.rows(from, count).into_iter().map(row).collect(),
        outline: (from == 0).then(|| outline(built)),
    }
}

fn outline(built: &theirs::View) -> Outline {
    let at = |it: theirs::At| At {
        row: number(it.row),
        rows: number(it.rows),
        difference: it.difference.map(number),
    };
    let fold =
        |it: theirs::Fold| Fold { from: number(it.from), count: number(it.count), noise: number(it.noise) };
    let note = |it: &theirs::Note| Note {
        purpose: match it.purpose {
            theirs::Purpose::Comparison => Purpose::Comparison,
            theirs::Purpose::Display => Purpose::Display,
        },
        words: it.words.clone(),
    };
    Outline {
        differences: built.differences().into_iter().map(at).collect(),
        folds: built.folds(MARGIN).into_iter().map(fold).collect(),
        widest: number(built.widest()),
        notes: built.notes().iter().map(note).collect(),
    }
}

fn row(row: theirs::Row) -> Row {
    Row {
        left: row.left.map(cell),
        right: row.right.map(cell),
        change: row.change.map(change_of),
        difference: row.difference.map(number),
        hidden_by: row.hidden_by,
        twin: row.twin.map(number),
        badge: row.badge.and_then(|badge| match badge {
            Arrays::InOrder => None,
            Arrays::AsSet => Some(Badge::AsSet),
            Arrays::ByKey(key) => Some(Badge::ByKey(key)),
        }),
    }
}

fn cell(cell: theirs::Cell) -> Cell {
    Cell {
        line: cell.line.map(number),
        indent: number(cell.indent),
        pieces: cell.pieces.into_iter().map(piece).collect(),
        is_cut: cell.is_cut,
    }
}

fn piece(piece: theirs::Piece) -> Piece {
    Piece {
        text: piece.text,
        ink: match piece.ink {
            theirs::Ink::Plain => Ink::Plain,
            theirs::Ink::Key => Ink::Key,
            theirs::Ink::Index => Ink::Index,
            theirs::Ink::String => Ink::String,
            theirs::Ink::Number => Ink::Number,
            theirs::Ink::Word => Ink::Word,
            theirs::Ink::Punctuation => Ink::Punctuation,
        },
        tone: match piece.tone {
            theirs::Tone::Same => Tone::Same,
            theirs::Tone::Changed => Tone::Changed,
            theirs::Tone::Noise => Tone::Noise,
        },
    }
}
