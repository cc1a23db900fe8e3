//! One line of a side-by-side view as elements.
//!
//! A difference has a sign, a colour and a word for those who only hear it. What a noise rule hides has its own
//! sign and the rule's name, and never the colour of a difference.

use leptos::tachys::renderer::types::Element;
use viridian_shared::{
    comparison::{
        finding::Change,
        view::{Badge, Cell, Fold, Ink, Piece, Row, Tone},
    },
    words::count,
};

use crate::ui::dom::{add, add_text, element, labelled, set};

/// Which sides of a row a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    Both,
    /// Whichever is there: both are the same, or what differs does not count.
    Either,
    Blue,
    Green,
}

/// A line that shows a row.
pub fn row(row: &Row, number: u32, sides: Sides) -> Element {
    let line = line(number);
    set(&line, "data-change", row.change.map_or("none", slug));
    if row.hidden_by.is_some() {
        set(&line, "data-noise", "true");
    }
    let mut cells = Vec::new();
    let is_blue = match sides {
        Sides::Both | Sides::Blue => true,
        Sides::Either => row.left.is_some(),
        Sides::Green => false,
    };
    if is_blue {
        cells.push(cell(row, row.left.as_ref(), "blue"));
    }
    if !is_blue || sides == Sides::Both {
        cells.push(cell(row, row.right.as_ref(), "green"));
    }
    if let Some(last) = cells.last() {
        tags(row, last);
    }
    for cell in &cells {
        add(&line, cell);
    }
    line
}

/// A line in the place of rows that did not change.
pub fn fold(fold: Fold, index: usize) -> Element {
    let line = line(fold.from);
    set(&line, "data-fold", "true");
    let cell = element("div", "rows__folded");
    set(&cell, "role", "cell");
    let text = match fold.noise {
        0 => format!(
            "Show {}",
            count(fold.count as usize, "row that did not change", "rows that did not change")
        ),
        noise => {
            format!("Show {} rows without a difference that counts; {noise} differ by noise", fold.count)
        }
    };
    let button = labelled("button", "rows__unfold", &text);
    set(&button, "type", "button");
    set(&button, "data-fold", &index.to_string());
    add(&cell, &button);
    add(&line, &cell);
    line
}

/// A line whose row is on its way.
pub fn missing(number: u32) -> Element {
    let line = line(number);
    set(&line, "data-missing", "true");
    let cell = element("div", "rows__cell");
    set(&cell, "role", "cell");
    add(&line, &cell);
    line
}

fn line(number: u32) -> Element {
    let line = element("div", "rows__line");
    set(&line, "role", "row");
    set(&line, "aria-rowindex", &(u64::from(number) + 2).to_string());
    line
}

fn slug(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
        Change::Respelled => "respelled",
        Change::Moved => "moved",
    }
}

/// The sign of a side and the word for it.
fn sign(row: &Row, side: &str) -> Option<(&'static str, &'static str)> {
    if row.hidden_by.is_some() {
        return Some(("≈", "Noise: "));
    }
    Some(match row.change? {
        Change::Moved => ("⇄", "Moved: "),
        Change::Respelled => ("~", "Written otherwise: "),
        Change::Removed => ("−", "Only in blue: "),
        Change::Added => ("+", "Only in green: "),
        Change::Changed if side == "blue" => ("−", "Changed, blue: "),
        Change::Changed => ("+", "Changed, green: "),
    })
}

fn cell(row: &Row, side: Option<&Cell>, name: &'static str) -> Element {
    let cell = element("div", "rows__cell");
    set(&cell, "role", "cell");
    set(&cell, "data-side", name);
    let Some(side) = side else {
        set(&cell, "data-empty", "true");
        return cell;
    };
    if let Some(number) = side.line {
        set(&cell, "data-line", &number.to_string());
    }
    if let Some((sign, word)) = sign(row, name) {
        set(&cell, "data-sign", sign);
        add(&cell, &labelled("span", "unseen", word));
    }
    let text = element("span", "rows__text");
    if side.indent > 0 {
        add_text(&text, &"  ".repeat(side.indent as usize));
    }
    side.pieces.iter().for_each(|it| piece(it, &text));
    if side.is_cut {
        add(&text, &labelled("span", "rows__cut", "… more"));
    }
    add(&cell, &text);
    cell
}

fn piece(piece: &Piece, text: &Element) {
    // A row is one line high: the end of a line within it is a sign.
    let words = piece.text.replace('\n', "↵");
    if piece.ink == Ink::Plain && piece.tone == Tone::Same {
        return add_text(text, &words);
    }
    let tag = if piece.tone == Tone::Changed { "mark" } else { "span" };
    let span = labelled(tag, "", &words);
    if piece.ink != Ink::Plain {
        set(&span, "data-ink", ink(piece.ink));
    }
    if piece.tone == Tone::Noise {
        set(&span, "data-tone", "noise");
    }
    add(text, &span);
}

fn ink(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain => "plain",
        Ink::Key => "key",
        Ink::Index => "index",
        Ink::String => "string",
        Ink::Number => "number",
        Ink::Word => "word",
        Ink::Punctuation => "punctuation",
    }
}

/// What else is to be said of a row, at its end.
fn tags(row: &Row, cell: &Element) {
    match &row.badge {
        Some(Badge::AsSet) => add(cell, &labelled("span", "rows__badge", "order does not count")),
        Some(Badge::ByKey(key)) => add(cell, &labelled("span", "rows__badge", &format!("matched by {key}"))),
        None => {}
    }
    if let Some(rule) = &row.hidden_by {
        add(cell, &labelled("span", "rows__noise", &format!("noise: {rule}")));
    }
    if let Some(twin) = row.twin {
        let button = labelled("button", "rows__twin", "other end");
        set(&button, "type", "button");
        set(&button, "data-twin", &twin.to_string());
        add(cell, &button);
    }
}
