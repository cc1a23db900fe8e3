//! Reads JSON text: strict in grammar, bounded in depth and number, and open about what is odd in it.

mod string;

use std::collections::HashMap;

use super::{
    Notice, Pointer,
    document::{Document, ESCAPED, Item, KEY_ESCAPED, Kind, NO_KEY, OVERRULED, Span},
    escape,
    notice::note,
    pointer::Segment,
};
use crate::{
    hash::{self, Tag},
    work,
};

/// How deep a document may nest. Deeper ones are compared as text.
pub const DEEPEST: usize = 256;
/// How many values a document may have. Larger ones are compared as text.
pub const MOST_VALUES: usize = 6_000_000;

/// About as many bytes as a value takes in a text, to begin with a list of the right size.
const BYTES_A_VALUE: usize = 9;
/// Values are counted by so many.
const COUNTED: usize = 1024;
/// Keys of a larger object are sorted to find one that is named twice.
const FEW_KEYS: usize = 64;

/// Why a text cannot be compared as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum RefusedText {
    #[error("not JSON from byte {offset} on")]
    Malformed { offset: usize },
    #[error("nested deeper than {DEEPEST} levels at byte {offset}")]
    TooDeep { offset: usize },
    #[error("more than {MOST_VALUES} values")]
    TooMany,
}

/// Reads a whole document.
pub fn read<'a>(text: &'a str, notices: &mut Vec<Notice>) -> Result<Document<'a>, RefusedText> {
    if u32::try_from(text.len()).is_err() {
        return Err(RefusedText::TooMany);
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        items: Vec::with_capacity(text.len() / BYTES_A_VALUE + 1),
        keys: Vec::new(),
        open: Vec::new(),
        refused: None,
        notices,
    };
    let is_read = reader.document().is_ok();
    if is_read {
        Ok(Document::of(text, reader.items))
    } else {
        Err(reader.refused.unwrap_or(reader.malformed()))
    }
}

/// Reading cannot go on; the reader knows why. Small, since every value is read by a call that may end so.
struct Stopped;

type Read<T> = Result<T, Stopped>;

struct Reader<'a, 'n> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    items: Vec<Item>,
    /// Hashes of the keys of every object that is open.
    keys: Vec<u64>,
    /// The containers that are open, each with the number of values that were begun in it.
    open: Vec<(u32, usize)>,
    /// Why reading stopped, if not because the text is malformed.
    refused: Option<RefusedText>,
    notices: &'n mut Vec<Notice>,
}

/// A string that was read.
struct Quoted {
    /// Quotes and all.
    span: Span,
    hash: u64,
    is_escaped: bool,
}

impl Reader<'_, '_> {
    fn malformed(&self) -> RefusedText {
        RefusedText::Malformed { offset: self.at }
    }

    fn refuse<T>(&mut self, refused: RefusedText) -> Read<T> {
        self.refused = Some(refused);
        Err(Stopped)
    }

    fn document(&mut self) -> Read<()> {
        self.space();
        self.value(NO_KEY, 0)?;
        self.space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(Stopped) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        if self.peek().is_some_and(|byte| byte > b' ') {
            return;
        }
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Reads a value and gives its hash.
    fn value(&mut self, key: Span, flags: u8) -> Read<u64> {
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
                let hash = self.number_hash(from);
                self.push(Kind::Number, span(from, self.at), key, flags, hash)
            }
            _ => Err(Stopped),
        }
    }

    fn push(&mut self, kind: Kind, span: Span, key: Span, flags: u8, exact: u64) -> Read<u64> {
        if self.items.len() == MOST_VALUES {
            return self.refuse(RefusedText::TooMany);
        }
        if self.items.len().is_multiple_of(COUNTED) {
            work::look();
            work::take(COUNTED * size_of::<Item>());
        }
        let next = narrow(self.items.len() + 1);
        self.items.push(Item { exact, span, key, next, kind, flags });
        Ok(exact)
    }

    fn word(&mut self, word: &str, kind: Kind, tag: Tag, key: Span, flags: u8) -> Read<u64> {
        let from = self.at;
        if !self.bytes[from..].starts_with(word.as_bytes()) {
            return Err(Stopped);
        }
        self.at += word.len();
        self.push(kind, span(from, self.at), key, flags, hash::of_tag(tag))
    }

    fn container(&mut self, kind: Kind, key: Span, flags: u8) -> Read<u64> {
        if self.open.len() == DEEPEST {
            return self.refuse(RefusedText::TooDeep { offset: self.at });
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

    fn elements(&mut self) -> Read<u64> {
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

    fn members(&mut self, object: usize) -> Read<u64> {
        let mut hash = hash::Bag::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(hash.end(Tag::Object));
        }
        let first_key = self.keys.len();
        let (mut seen, mut is_doubled) = (0_u64, false);
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(Stopped);
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(Stopped);
            }
            self.at += 1;
            self.space();
            let flags = if key.is_escaped { KEY_ESCAPED } else { 0 };
            // A bit for each key; only where two fall on the same bit are keys compared.
            let bit = 1 << (key.hash >> 58);
            is_doubled |= seen & bit != 0
                && self.keys.len() - first_key < FEW_KEYS
                && self.keys[first_key..].contains(&key.hash);
            seen |= bit;
            self.keys.push(key.hash);
            hash.push(hash::mix(key.hash, self.value(inside(key.span), flags)?));
            self.begun();
            if self.ends(b'}')? {
                break;
            }
        }
        let keys = &mut self.keys[first_key..];
        is_doubled |= keys.len() > FEW_KEYS && has_twice(keys);
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
    fn ends(&mut self, end: u8) -> Read<bool> {
        self.space();
        let next = self.peek();
        if next != Some(b',') && next != Some(end) {
            return Err(Stopped);
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

    fn number(&mut self) -> Read<()> {
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

    fn number_hash(&self, from: usize) -> u64 {
        let length = self.at - from;
        if length >= 8 {
            return hash::of_text(Tag::Number, &self.text[from..self.at]);
        }
        let rest = string::word_at(self.bytes, from) & !(u64::MAX << (8 * length));
        hash::Text::new(Tag::Number).end(rest, length)
    }

    fn digits(&mut self) -> Read<()> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(Stopped) } else { Ok(()) }
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
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0] == pair[1])
}
