//! Writes the cells of a tree's row out of the bodies.

use std::sync::Arc;

use super::{Line, NONE, Part};
use crate::{
    body::Content,
    difference::Change,
    view::{Cell, Ink, Piece, Tone, cell, mark::Marked},
};

/// What stands at an offset of a body.
struct Shown<'t> {
    key: Option<&'t str>,
    index: Option<u32>,
    value: &'t str,
    ink: Ink,
}

pub(super) fn cells(line: Line, contents: &[Arc<Content>; 2], mark: Option<Marked<'_>>) -> [Option<Cell>; 2] {
    let shown = [0, 1].map(|side| {
        let text = contents[side].text().unwrap_or_default();
        (line.from[side] != NONE).then(|| shown(text, line, side))
    });
    let tone = match mark {
        None => Tone::Same,
        Some(marked) if marked.rule.is_some() => Tone::Noise,
        Some(marked) if marked.mark.change == Change::Moved => Tone::Same,
        Some(_) => Tone::Changed,
    };
    let values = match &shown {
        [Some(left), Some(right)] if left.value != right.value => {
            let [mut from, mut to] = cell::by_word(left.value, right.value, Ink::Plain, tone);
            from.pieces.iter_mut().for_each(|it| it.ink = left.ink);
            to.pieces.iter_mut().for_each(|it| it.ink = right.ink);
            [Some(from), Some(to)]
        }
        _ => {
            // Only what stands alone is marked whole.
            let tone = if shown.iter().all(Option::is_some) { Tone::Same } else { tone };
            shown.each_ref().map(|it| it.as_ref().map(|it| cell::plain(it.value, it.ink, tone)))
        }
    };
    let named = |(value, shown): (Option<Cell>, &Option<Shown<'_>>)| {
        let (mut cell, shown) = (value?, shown.as_ref()?);
        cell.indent = u32::from(line.depth);
        cell.pieces.splice(0..0, name(shown));
        Some(cell)
    };
    let [left, right] = values;
    [named((left, &shown[0])), named((right, &shown[1]))]
}

fn name(shown: &Shown<'_>) -> Vec<Piece> {
    let piece = |text: String, ink| Piece { text, ink, tone: Tone::Same };
    let name = match (shown.key, shown.index) {
        (Some(key), _) => piece(cell::shown(key).0.to_owned(), Ink::Key),
        (None, Some(index)) => piece(index.to_string(), Ink::Index),
        (None, None) => return Vec::new(),
    };
    vec![name, piece(": ".to_owned(), Ink::Punctuation)]
}

fn shown(text: &str, line: Line, side: usize) -> Shown<'_> {
    let at = line.from[side] as usize;
    let rest = text.get(at..).unwrap_or_default();
    let index = Some(line.index[side]).filter(|it| *it != NONE);
    if line.part == Part::Close {
        return Shown {
            key: None,
            index: None,
            value: rest.get(..1).unwrap_or_default(),
            ink: Ink::Punctuation,
        };
    }
    let (key, rest) = match index {
        None => key(rest),
        Some(_) => (None, rest),
    };
    let (value, ink) = match rest.as_bytes().first() {
        Some(b'"') => (&rest[..string(rest)], Ink::String),
        Some(b'{') if line.part == Part::Open => ("{", Ink::Punctuation),
        Some(b'[') if line.part == Part::Open => ("[", Ink::Punctuation),
        Some(b'{') => ("{}", Ink::Punctuation),
        Some(b'[') => ("[]", Ink::Punctuation),
        first => {
            let end = rest.find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
            let is_word = matches!(first, Some(b't' | b'f' | b'n'));
            (&rest[..end], if is_word { Ink::Word } else { Ink::Number })
        }
    };
    Shown { key, index, value, ink }
}

/// A key, if one stands here, and what comes after its colon.
fn key(text: &str) -> (Option<&str>, &str) {
    if !text.starts_with('"') {
        return (None, text);
    }
    let (key, rest) = text.split_at(string(text));
    match rest.trim_start().strip_prefix(':') {
        Some(value) => (Some(key), value.trim_start()),
        None => (None, text),
    }
}

/// Where a string ends, quotes and all.
fn string(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}
