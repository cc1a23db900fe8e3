//! Reads JSON text: strict in grammar, bounded in depth and number, and open about what is odd in it.

use std::collections::HashMap;

use super::{
    Notice, Pointer,
    document::{Document, ESCAPED, Item, KEY_ESCAPED, Kind, NO_KEY, OVERRULED, Span},
    escape,
    notice::note,
    pointer::Segment,
};
use crate::difference::hash::{self, Tag};

/// How deep a document may nest. Deeper ones are compared as text.
pub const DEEPEST: usize = 256;
/// How many values a document may have. Larger ones are compared as text.
pub const MOST_VALUES: usize = 6_000_000;

/// About as many bytes as a value takes in a text, to begin with a list of the right size.
const BYTES_A_VALUE: usize = 12;

/// Why a text cannot be compared as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not JSON from byte {offset} on")]
    Malformed { offset: usize },
    #[error("nested deeper than {DEEPEST} levels at byte {offset}")]
    TooDeep { offset: usize },
    #[error("more than {MOST_VALUES} values")]
    TooMany,
}

/// Reads a whole document.
pub fn read<'a>(text: &'a str, notices: &mut Vec<Notice>) -> Result<Document<'a>, Refused> {
    if u32::try_from(text.len()).is_err() {
        return Err(Refused::TooMany);
    }
    let items = Vec::with_capacity(text.len() / BYTES_A_VALUE + 1);
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: 0, items, keys: Vec::new(), open: Vec::new(), notices };
    reader.space();
    reader.value(NO_KEY, 0)?;
    reader.space();
    if reader.at == text.len() { Ok(Document::of(text, reader.items)) } else { Err(reader.malformed()) }
}

struct Reader<'a, 'n> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    items: Vec<Item>,
    /// Hashes of the keys of every object that is open.
    keys: Vec<u64>,
    /// The containers that are open, each with the number of values that were begun in it.
    open: Vec<(u32, usize)>,
    notices: &'n mut Vec<Notice>,
}

/// A string that was read.
struct Read {
    /// Quotes and all.
    span: Span,
    hash: u64,
    is_escaped: bool,
}

impl Reader<'_, '_> {
    fn malformed(&self) -> Refused {
        Refused::Malformed { offset: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Reads a value and gives its hash.
    fn value(&mut self, key: Span, flags: u8) -> Result<u64, Refused> {
        let from = self.at;
        match self.peek() {
            Some(b'{') => self.container(Kind::Object, key, flags),
            Some(b'[') => self.container(Kind::Array, key, flags),
            Some(b'"') => {
                let read = self.string()?;
                let flags = if read.is_escaped { flags | ESCAPED } else { flags };
                self.push(Kind::String, read.span, key, flags, read.hash)
            }
            Some(b't') => self.word("true", Kind::Bool, Tag::True, key, flags),
            Some(b'f') => self.word("false", Kind::Bool, Tag::False, key, flags),
            Some(b'n') => self.word("null", Kind::Null, Tag::Null, key, flags),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                let hash = hash::of_text(Tag::Number, &self.text[from..self.at]);
                self.push(Kind::Number, span(from, self.at), key, flags, hash)
            }
            _ => Err(self.malformed()),
        }
    }

    fn push(&mut self, kind: Kind, span: Span, key: Span, flags: u8, exact: u64) -> Result<u64, Refused> {
        if self.items.len() == MOST_VALUES {
            return Err(Refused::TooMany);
        }
        let next = narrow(self.items.len() + 1);
        self.items.push(Item { exact, span, key, next, kind, flags });
        Ok(exact)
    }

    fn word(&mut self, word: &str, kind: Kind, tag: Tag, key: Span, flags: u8) -> Result<u64, Refused> {
        let from = self.at;
        if !self.bytes[from..].starts_with(word.as_bytes()) {
            return Err(self.malformed());
        }
        self.at += word.len();
        self.push(kind, span(from, self.at), key, flags, hash::of_tag(tag))
    }

    fn container(&mut self, kind: Kind, key: Span, flags: u8) -> Result<u64, Refused> {
        if self.open.len() == DEEPEST {
            return Err(Refused::TooDeep { offset: self.at });
        }
        let (from, index) = (self.at, self.items.len());
        self.push(kind, span(from, from), key, flags, 0)?;
        self.open.push((narrow(index), 0));
        self.at += 1;
        self.space();
        let exact = if kind == Kind::Array { self.elements()? } else { self.members(index)? };
        self.open.pop();
        let next = narrow(self.items.len());
        let item = &mut self.items[index];
        item.next = next;
        item.exact = exact;
        item.span.to = narrow(self.at);
        Ok(exact)
    }

    fn elements(&mut self) -> Result<u64, Refused> {
        let mut hash = hash::Sequence::default();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(hash.end());
        }
        loop {
            self.space();
            hash.push(self.value(NO_KEY, 0)?);
            self.begun();
            if self.ends(b']')? {
                return Ok(hash.end());
            }
        }
    }

    fn members(&mut self, object: usize) -> Result<u64, Refused> {
        let mut hash = hash::Bag::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(hash.end(Tag::Object));
        }
        let first_key = self.keys.len();
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.malformed());
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.malformed());
            }
            self.at += 1;
            self.space();
            let flags = if key.is_escaped { KEY_ESCAPED } else { 0 };
            self.keys.push(key.hash);
            hash.push(hash::mix(key.hash, self.value(inside(key.span), flags)?));
            self.begun();
            if self.ends(b'}')? {
                break;
            }
        }
        let is_doubled = has_twice(&mut self.keys[first_key..]);
        self.keys.truncate(first_key);
        Ok(if is_doubled { self.overrule(object) } else { hash.end(Tag::Object) })
    }

    /// One more value was read in the innermost container.
    fn begun(&mut self) {
        if let Some((_, count)) = self.open.last_mut() {
            *count += 1;
        }
    }

    /// After an item: a comma, or the end.
    fn ends(&mut self, end: u8) -> Result<bool, Refused> {
        self.space();
        let next = self.peek();
        if next != Some(b',') && next != Some(end) {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(next == Some(end))
    }

    /// Of a key that is named twice the last value counts, and the fact is noticed. Gives the object's hash.
    fn overrule(&mut self, object: usize) -> u64 {
        let (mut at, mut last) = (object + 1, HashMap::new());
        let mut doubled = Vec::new();
        while let Some(item) = self.items.get(at).copied() {
            let raw = &self.text[item.key.from as usize..item.key.to as usize];
            let key = if item.flags & KEY_ESCAPED == 0 { raw.to_owned() } else { escape::undone(raw) };
            if let Some((before, _)) = last.insert(key.clone(), (at, item.exact)) {
                self.items[before].flags |= OVERRULED;
                doubled.push(key);
            }
            at = item.next as usize;
        }
        for key in doubled {
            let notice = Notice::DuplicateKey { object: self.pointer(), key };
            note(self.notices, notice);
        }
        let mut hash = hash::Bag::default();
        for (key, (_, exact)) in &last {
            hash.push(hash::mix(hash::of_text(Tag::String, key), *exact));
        }
        hash.end(Tag::Object)
    }

    /// The way to the innermost container that is open.
    fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::default();
        for pair in self.open.windows(2) {
            let ((_, count), (child, _)) = (pair[0], pair[1]);
            let key = self.items[child as usize].key;
            pointer.push(&if key == NO_KEY {
                Segment::Index(count)
            } else {
                Segment::Key(self.text[key.from as usize..key.to as usize].into())
            });
        }
        pointer
    }

    fn number(&mut self) -> Result<(), Refused> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(self.malformed()) } else { Ok(()) }
    }

    /// Scans and hashes eight bytes at a time; the hash is that of [`hash::of_text`].
    fn string(&mut self) -> Result<Read, Refused> {
        let from = self.at;
        let (mut at, mut hash) = (from + 1, hash::Text::new(Tag::String));
        loop {
            let Some(chunk) = self.bytes.get(at..).and_then(<[u8]>::first_chunk) else {
                let rest = self.bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|it| is_special(*it)).unwrap_or(rest.len());
                return self.string_end(from, at, length, hash);
            };
            let word = u64::from_le_bytes(*chunk);
            let special = special(word);
            if special != 0 {
                return self.string_end(from, at, special.trailing_zeros() as usize / 8, hash);
            }
            hash.push(word);
            at += 8;
        }
    }

    /// What stands `length` bytes after the last chunk is a quote, a backslash or nothing good.
    fn string_end(
        &mut self,
        from: usize,
        at: usize,
        length: usize,
        hash: hash::Text,
    ) -> Result<Read, Refused> {
        let end = at + length;
        match self.bytes.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                let hash = hash.end(&self.bytes[at..end], end - from - 1);
                Ok(Read { span: span(from, self.at), hash, is_escaped: false })
            }
            Some(b'\\') => self.escaped(from, end),
            _ => {
                self.at = end;
                Err(self.malformed())
            }
        }
    }

    /// The rest of a string from its first escape on.
    fn escaped(&mut self, from: usize, first: usize) -> Result<Read, Refused> {
        self.at = first;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let escape = escape::read(self.bytes, self.at).ok_or(self.malformed())?;
                    if escape.is_lone {
                        note(self.notices, Notice::LoneSurrogate { offset: self.at });
                    }
                    self.at += escape.length;
                }
                Some(byte) if byte >= b' ' => self.at += 1,
                _ => return Err(self.malformed()),
            }
        }
        let hash = hash::of_text(Tag::String, &escape::undone(&self.text[from + 1..self.at]));
        self.at += 1;
        Ok(Read { span: span(from, self.at), hash, is_escaped: true })
    }
}

/// Documents whose offsets do not fit are refused before they are read.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn span(from: usize, to: usize) -> Span {
    Span { from: narrow(from), to: narrow(to) }
}

/// Without the quotes.
fn inside(span: Span) -> Span {
    Span { from: span.from + 1, to: span.to - 1 }
}

/// Whether a hash stands twice among others, which are put in another order.
fn has_twice(hashes: &mut [u64]) -> bool {
    if hashes.len() <= 12 {
        return (1..hashes.len()).any(|at| hashes[..at].contains(&hashes[at]));
    }
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// The top bit of the first byte that ends a run of plain ones; bits above it mean nothing.
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
    control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C))
}
