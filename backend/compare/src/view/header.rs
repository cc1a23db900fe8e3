//! Status line and headers as rows: by name, so that the same header stands beside itself.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Cell, Ink, LaidOut, Numbers, Piece, Row, Tone, cell,
    mark::{Marked, Marks},
    row,
};
use crate::{
    answer::Header,
    difference::{Change, Part, header::is_of_transport},
};

/// One line for each value of each header; the status line is the first.
#[derive(Debug)]
pub(super) struct Headers {
    lines: Vec<[Option<(String, String)>; 2]>,
}

/// What a cookie's value is shown as: it is a secret.
const VALUE: &str = "…";

pub(super) fn build(
    heads: &[String; 2],
    headers: &[Arc<Vec<Header>>; 2],
    numbers: &Numbers<'_>,
) -> (LaidOut, Marks) {
    let (mut lines, mut marks) = (Vec::new(), Marks::default());
    let status = numbers.of_place(Part::Status, "status", Change::Changed);
    let version = numbers.of_place(Part::Version, "version", Change::Changed);
    lines.push(heads.clone().map(|head| Some((String::new(), head))));
    if heads[0] != heads[1] {
        marks.one(0, Change::Changed, status.or(version), None);
    }
    let names: BTreeSet<_> = headers.iter().flat_map(|it| it.iter()).map(|it| it.name.as_str()).collect();
    for name in names {
        let [lefts, rights] = [0, 1].map(|side| values(&headers[side], name));
        for nth in 0..lefts.len().max(rights.len()) {
            let (left, right) = (lefts.get(nth), rights.get(nth));
            let change = match (left, right) {
                (None, _) => Some(Change::Added),
                (_, None) => Some(Change::Removed),
                (left, right) => (left != right).then_some(Change::Changed),
            };
            let sides = [headers[0].as_slice(), headers[1].as_slice()];
            let change = change.filter(|_| !is_of_transport(name, &sides));
            if let Some(change) = change {
                let number = number(numbers, name, left.or(right).map_or("", |it| it.name.as_str()));
                marks.one(lines.len(), change, number, numbers.rule(number));
            }
            let cell = |value: Option<&Value>| value.map(|it| (name.to_owned(), it.shown.clone()));
            lines.push([cell(left), cell(right)]);
        }
    }
    (LaidOut::Headers(Headers { lines }), marks)
}

/// A value of a header.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    /// Of a cookie.
    name: String,
    sent: String,
    shown: String,
}

fn values(headers: &[Header], name: &str) -> Vec<Value> {
    let same = headers.iter().filter(|it| it.name == name).map(|it| it.value.trim());
    if name != "set-cookie" {
        let plain = |it: &str| Value { name: String::new(), sent: it.to_owned(), shown: it.to_owned() };
        return same.map(plain).collect();
    }
    let mut cookies: Vec<_> = same.map(cookie).collect();
    // The order of different cookies says nothing.
    cookies.sort();
    cookies
}

/// A cookie without its value.
fn cookie(sent: &str) -> Value {
    let (pair, attributes) = sent.split_once(';').map_or((sent, None), |(pair, rest)| (pair, Some(rest)));
    let name = pair.split_once('=').map_or(pair, |(name, _)| name).trim().to_owned();
    let attributes = attributes.map(|it| format!(";{it}")).unwrap_or_default();
    Value { shown: format!("{name}={VALUE}{attributes}"), name, sent: sent.to_owned() }
}

/// The difference that a header's row shows; of a cookie the first that is about it.
fn number(numbers: &Numbers<'_>, name: &str, cookie: &str) -> Option<usize> {
    let is_cookie = name == "set-cookie";
    let own = format!("set-cookie {cookie}");
    let is_about = |place: &str| {
        if is_cookie {
            place.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        } else {
            // Of what is compared part by part the first part.
            place.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        }
    };
    numbers.differences.iter().position(|it| it.part == Part::Header && is_about(&it.place))
}

impl Headers {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn widest(&self) -> usize {
        let cells = self.lines.iter().flatten().flatten();
        cells.map(|it| it.0.len() + it.1.len() + 2).max().unwrap_or_default()
    }

    pub(super) fn memory(&self) -> usize {
        let of = |cell: &Option<(String, String)>| {
            size_of_val(cell) + cell.as_ref().map_or(0, |it| it.0.capacity() + it.1.capacity())
        };
        self.lines.iter().flatten().map(of).sum()
    }

    pub(super) fn row(&self, number: usize, mark: Option<Marked<'_>>) -> Row {
        let Some([left, right]) = self.lines.get(number) else { return Row::default() };
        let tone = if mark.is_some_and(|it| it.rule.is_some()) { Tone::Noise } else { Tone::Changed };
        let [left, right] = match (left, right, mark) {
            (Some(left), Some(right), Some(_)) => {
                let [from, to] = cell::by_word(&left.1, &right.1, Ink::Plain, tone);
                [Some(named(&left.0, from)), Some(named(&right.0, to))]
            }
            (left, right, mark) => {
                let tone = if mark.is_some() { tone } else { Tone::Same };
                let cell = |of: &(String, String)| named(&of.0, cell::plain(&of.1, Ink::Plain, tone));
                [left.as_ref().map(cell), right.as_ref().map(cell)]
            }
        };
        Row { left, right, ..row::marked(mark) }
    }
}

fn named(name: &str, mut cell: Cell) -> Cell {
    if !name.is_empty() {
        let piece = |text: &str, ink| Piece { text: text.to_owned(), ink, tone: Tone::Same };
        cell.pieces.splice(0..0, [piece(name, Ink::Key), piece(": ", Ink::Punctuation)]);
    }
    cell
}
