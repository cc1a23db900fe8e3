//! Finds the places in a text where something belongs to one service alone.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::timers::TimerId;

/// A part of a text: as it is, or a hole with what stood in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Piece {
    Text(String),
    /// A spelling of the name, by its place in the list.
    Word(usize),
    /// Hexadecimal digits of an identifier, perhaps with hyphens as in a UUID.
    Hex(String),
    /// A generated suffix of capitals or small letters and digits.
    Code(String),
    /// Decimal digits of an identifier.
    Digits(String),
    /// An address of a task, by its place among those that were seen.
    Address(usize),
    /// A moment to the second; its fraction stays in the text.
    Moment(Timestamp),
    /// The number of a timer.
    Timer(TimerId),
}

pub(in super::super) struct Extractor<'a> {
    words: &'a [String],
    timers: &'a HashSet<TimerId>,
    addresses: Vec<String>,
}

/// Members that hold the numbers of timers.
const TIMERS: [&str; 4] = ["\"timer\":", "\"retry\":", "\"deadline\":", "\"timers\":["];
/// Members of one length that are identifiers when they are hexadecimal.
const LENGTHS: [usize; 3] = [16, 32, 36];

impl<'a> Extractor<'a> {
    pub(in super::super) fn new(words: &'a [String], timers: &'a HashSet<TimerId>) -> Self {
        Self { words, timers, addresses: Vec::new() }
    }

    pub(in super::super) fn addresses(&self) -> usize {
        self.addresses.len()
    }

    pub(in super::super) fn cut(&mut self, text: &str) -> Vec<Piece> {
        let (mut pieces, mut start, mut place) = (Vec::new(), 0, 0);
        while place < text.len() {
            let found = self.hole(text, place);
            let Some((length, holes)) = found else {
                place += text[place..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            if start < place {
                pieces.push(Piece::Text(text[start..place].to_owned()));
            }
            pieces.extend(holes);
            place += length;
            start = place;
        }
        if start < text.len() {
            pieces.push(Piece::Text(text[start..].to_owned()));
        }
        pieces
    }

    /// What stands at a place, with its length.
    fn hole(&mut self, text: &str, place: usize) -> Option<(usize, Vec<Piece>)> {
        let rest = &text[place..];
        let first = *rest.as_bytes().first()?;
        if let Some((index, word)) = self.words.iter().enumerate().find(|(_, word)| rest.starts_with(*word)) {
            return Some((word.len(), vec![Piece::Word(index)]));
        }
        if first == b'"' {
            return self.timer(rest);
        }
        let inside = place > 0 && text.as_bytes()[place - 1].is_ascii_alphanumeric();
        if inside || !first.is_ascii_alphanumeric() {
            return None;
        }
        if let Some(digits) =
            rest.strip_prefix("ecs-svc/").map(|rest| run(rest, |byte| byte.is_ascii_digit()))
        {
            let holes = vec![Piece::Text("ecs-svc/".to_owned()), Piece::Digits(digits.to_owned())];
            return Some(("ecs-svc/".len() + digits.len(), holes));
        }
        self.address(rest).or_else(|| moment(rest)).or_else(|| identifier(rest)).or_else(|| {
            let after_hyphen = place > 0 && text.as_bytes()[place - 1] == b'-';
            after_hyphen.then(|| code(rest)).flatten()
        })
    }

    fn timer(&self, rest: &str) -> Option<(usize, Vec<Piece>)> {
        let member = TIMERS.iter().find(|member| rest.starts_with(**member))?;
        let numbers = run(&rest[member.len()..], |byte| byte.is_ascii_digit() || byte == b',');
        let mut holes = vec![Piece::Text((*member).to_owned())];
        let mut separator = "";
        for number in numbers.split(',').filter(|number| !number.is_empty()) {
            holes.push(Piece::Text(separator.to_owned()));
            separator = ",";
            let known = number.parse().ok().filter(|number| self.timers.contains(number));
            holes.push(known.map_or_else(|| Piece::Text(number.to_owned()), Piece::Timer));
        }
        // A member of another kind ends with the comma that follows it.
        let length = numbers.trim_end_matches(',').len();
        (length > 0).then(|| (member.len() + length, holes))
    }

    fn address(&mut self, rest: &str) -> Option<(usize, Vec<Piece>)> {
        let text = run(rest, |byte| byte.is_ascii_digit() || byte == b'.');
        text.parse::<std::net::Ipv4Addr>().ok().filter(|_| text.starts_with("10."))?;
        let known = self.addresses.iter().position(|address| address == text);
        let index = known.unwrap_or_else(|| {
            self.addresses.push(text.to_owned());
            self.addresses.len() - 1
        });
        Some((text.len(), vec![Piece::Address(index)]))
    }
}

/// The longest beginning of a text whose bytes all hold.
fn run(text: &str, holds: impl Fn(u8) -> bool) -> &str {
    let length = text.bytes().position(|byte| !holds(byte)).unwrap_or(text.len());
    &text[..length]
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

/// A moment as records write it, `2026-11-02T09:00:00`, without its fraction.
fn moment(rest: &str) -> Option<(usize, Vec<Piece>)> {
    let text = rest.get(..19)?;
    let is_moment = text.bytes().zip(*b"dddd-dd-ddTdd:dd:dd").all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    });
    let moment = is_moment.then(|| format!("{text}Z").parse().ok()).flatten()?;
    Some((19, vec![Piece::Moment(moment)]))
}

/// A UUID, the beginning of one as names cut short have it, or plain hexadecimal digits of a known length.
fn identifier(rest: &str) -> Option<(usize, Vec<Piece>)> {
    let text = run(rest, |byte| is_hex(byte) || byte == b'-');
    let ends = |length: usize| !rest.as_bytes().get(length).is_some_and(u8::is_ascii_alphanumeric);
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let length = match parts[..] {
        [8, 4, 4, 4, 12, ..] => 36,
        [8, 4, 4, ..] => 18,
        [length, ..] if LENGTHS.contains(&length) => length,
        _ => return None,
    };
    let found = ends(length).then(|| rest[..length].to_owned())?;
    Some((length, vec![Piece::Hex(found)]))
}

/// A suffix as CloudFormation generates it: twelve letters and digits, all capitals or none.
fn code(rest: &str) -> Option<(usize, Vec<Piece>)> {
    let text = run(rest, |byte| byte.is_ascii_alphanumeric());
    let capitals = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let small = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_word = small && !text.bytes().any(|byte| byte.is_ascii_digit());
    let is_code = text.len() == 12 && (capitals || small) && !is_word;
    is_code.then(|| (12, vec![Piece::Code(text.to_owned())]))
}
