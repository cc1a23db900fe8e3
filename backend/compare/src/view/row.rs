//! A row as it is drawn: what stands left, what stands right, and what became of it.

pub use viridian_shared::comparison::view::{Badge, Cell, Ink, Piece, Row, Tone};

use super::mark::Marked;

/// An empty row with what its mark says.
pub(super) fn marked(mark: Option<Marked<'_>>) -> Row {
    let Some(marked) = mark else { return Row::default() };
    Row {
        change: Some(marked.mark.change),
        difference: marked.mark.difference,
        hidden_by: marked.rule.map(str::to_owned),
        twin: marked.mark.twin,
        ..Row::default()
    }
}
