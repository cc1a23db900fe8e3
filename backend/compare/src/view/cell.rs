//! Cells made of texts: cut to what a screen shows, and marked by word where two of them differ.

use super::{Cell, Ink, Piece, Tone};
use crate::difference::{
    rule::Rules,
    text::{self, Side},
};

/// How many characters of a cell are shown.
pub(super) const SHOWN: usize = 2000;

/// A text without marks.
pub(super) fn plain(text: &str, ink: Ink, tone: Tone) -> Cell {
    let (text, is_cut) = shown(text);
    Cell { pieces: piece(text, ink, tone).into_iter().collect(), is_cut, ..Cell::default() }
}

fn piece(text: &str, ink: Ink, tone: Tone) -> Option<Piece> {
    (!text.is_empty()).then(|| Piece { text: text.to_owned(), ink, tone })
}

/// What of a text is shown, and whether that is not all. Line ends are not shown.
pub(super) fn shown(text: &str) -> (&str, bool) {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// Two texts that differ, with the words marked that do. Where only the ends of lines or what is beyond the
/// shown part differ, all of it is marked.
pub(super) fn by_word(left: &str, right: &str, ink: Ink, tone: Tone) -> [Cell; 2] {
    let ((left, left_cut), (right, right_cut)) = (shown(left), shown(right));
    if left == right {
        return [(left, left_cut), (right, right_cut)].map(|(text, is_cut)| {
            let pieces = piece(text, ink, tone).into_iter().collect();
            Cell { pieces, is_cut, ..Cell::default() }
        });
    }
    let words = text::words(left, right);
    [(Side::Left, left_cut), (Side::Right, right_cut)].map(|(side, is_cut)| {
        let of_side = words.iter().filter(|it| it.side == side || it.side == Side::Both);
        let pieces = of_side.filter_map(|it| {
            let tone = if it.side == Side::Both { Tone::Same } else { tone };
            piece(&it.text, ink, tone)
        });
        Cell { pieces: pieces.collect(), is_cut, ..Cell::default() }
    })
}

/// A text in which what the expressions of noise rules find is marked as noise.
pub(super) fn with_noise(text: &str, rules: &[regex::Regex]) -> Cell {
    let (text, is_cut) = shown(text);
    let mut found: Vec<_> =
        rules.iter().flat_map(|it| it.find_iter(text)).map(|it| (it.start(), it.end())).collect();
    found.sort_unstable();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (from, to) in found {
        let from = from.max(at);
        if from < to {
            pieces.extend(piece(&text[at..from], Ink::Plain, Tone::Same));
            pieces.extend(piece(&text[from..to], Ink::Plain, Tone::Noise));
            at = to;
        }
    }
    pieces.extend(piece(&text[at..], Ink::Plain, Tone::Same));
    Cell { pieces, is_cut, ..Cell::default() }
}

/// The expressions of the rules.
pub(super) fn expressions(rules: &Rules) -> Vec<regex::Regex> {
    rules.expressions().iter().map(|(_, expression)| expression.clone()).collect()
}
