//! Writes the cells of a page's row out of its document tree.

use super::{Line, NONE, Part};
use crate::{
    difference::Change,
    json::{Document, Kind, Node},
    view::{Cell, Ink, Piece, Tone, cell, mark::Marked},
    work,
};

pub(super) fn cells(
    line: Line,
    pages: &[Document<'static>; 2],
    mark: Option<Marked<'_>>,
) -> [Option<Cell>; 2] {
    let nodes = [0, 1].map(|side| (line.from[side] != NONE).then(|| pages[side].node(line.from[side])));
    let tone = match mark {
        None => Tone::Same,
        Some(marked) if marked.rule.is_some() => Tone::Noise,
        Some(marked) if marked.mark.change == Change::Moved => Tone::Same,
        Some(_) => Tone::Changed,
    };
    let cells = match nodes {
        [Some(left), Some(right)] if left.kind() == Kind::String => texts(line.part, [left, right], tone),
        [left, right] => {
            let tone = if left.is_some() && right.is_some() { Tone::Same } else { tone };
            [(left, right), (right, left)]
                .map(|(node, other)| node.map(|node| alone(line.part, node, other, tone)))
        }
    };
    cells.map(|cell| cell.map(|cell| Cell { indent: u32::from(line.depth), ..cell }))
}

/// Two texts, or two values of an attribute.
fn texts(part: Part, nodes: [Node<'_>; 2], tone: Tone) -> [Option<Cell>; 2] {
    let [left, right] = nodes.map(Node::text);
    let ink = if part == Part::Attribute { Ink::String } else { Ink::Plain };
    let cells = if left == right {
        [left, right].map(|text| cell::plain(&text, ink, Tone::Same))
    } else {
        cell::by_word(&left, &right, ink, tone)
    };
    let mut sides = nodes.into_iter();
    cells.map(|cell| sides.next().map(|node| named(part, node, cell)))
}

/// An element, or what only one side has. Of two elements attributes that differ stand in rows of their own.
fn alone(part: Part, node: Node<'_>, other: Option<Node<'_>>, tone: Tone) -> Cell {
    if node.kind() == Kind::String {
        let ink = if part == Part::Attribute { Ink::String } else { Ink::Plain };
        return named(part, node, cell::plain(&node.text(), ink, tone));
    }
    let tag = node.get("tag").map(Node::text).unwrap_or_default();
    let mut pieces = Vec::new();
    let mut push = |text: String, ink| pieces.push(Piece { text, ink, tone });
    push(if part == Part::Close { "</" } else { "<" }.to_owned(), Ink::Punctuation);
    push(tag.into_owned(), Ink::Key);
    if part != Part::Close {
        let id = node.get("id");
        let attributes = node.get("attributes").into_iter().flat_map(Node::children);
        for attribute in id.into_iter().chain(attributes).filter(|it| stays(*it, other)) {
            let text = attribute.text();
            push(format!(" {}=", attribute.key().unwrap_or_default()), Ink::Punctuation);
            push(format!("\"{}\"", cell::shown(&text).0), Ink::String);
        }
    }
    push(">".to_owned(), Ink::Punctuation);
    Cell { pieces, ..Cell::default() }
}

/// Whether an attribute is the same in the other element, if there is one.
fn stays(attribute: Node<'_>, other: Option<Node<'_>>) -> bool {
    work::look();
    let Some(other) = other else { return true };
    let key = attribute.key().unwrap_or_default();
    let of_other =
        if key == "id" { other.get("id") } else { other.get("attributes").and_then(|it| it.get(&key)) };
    of_other.is_some_and(|it| it.exact() == attribute.exact())
}

/// An attribute with its name before it.
fn named(part: Part, node: Node<'_>, mut cell: Cell) -> Cell {
    if part == Part::Attribute {
        let piece = |text: String, ink| Piece { text, ink, tone: Tone::Same };
        let name = piece(node.key().unwrap_or_default().into_owned(), Ink::Key);
        cell.pieces.splice(0..0, [name, piece("=".to_owned(), Ink::Punctuation)]);
    }
    cell
}
