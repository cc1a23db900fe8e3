//! A document as one flat list: every value in the order in which it was written, with the hash of all that is in
//! it and the place of the next value beside it.
//!
//! A value is thirty-two bytes and points into the text, so reading allocates one list and copies nothing. What
//! a policy says of places (what is noise, where order does not count) lies in lists beside it, which are empty
//! when it says nothing.

use std::{borrow::Cow, fmt::Write as _};

use super::escape;
use crate::hash::{self, Tag};

/// A value that has been read, whole.
#[derive(Debug, Clone, Default)]
pub struct Document<'t> {
    text: Cow<'t, str>,
    items: Vec<Item>,
    /// The hash of what counts, value by value; empty when everything counts.
    counted: Vec<u64>,
    /// What the policy says, value by value; empty when it says nothing.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// The hash of everything in it.
    pub(super) exact: u64,
    pub(super) span: Span,
    /// Its key, without quotes; [`NO_KEY`] where it has none.
    pub(super) key: Span,
    /// The place of the value after all that is in it.
    pub(super) next: u32,
    pub(super) kind: Kind,
    pub(super) flags: u8,
}

pub(super) const NO_KEY: Span = Span { from: u32::MAX, to: u32::MAX };
/// The string is written with escapes.
pub(super) const ESCAPED: u8 = 1;
/// The key is written with escapes.
pub(super) const KEY_ESCAPED: u8 = 2;
/// The string is written without quotes and escapes.
pub(super) const BARE: u8 = 4;
/// The key stands again later in the same object, so this member does not count.
pub(super) const OVERRULED: u8 = 8;

/// From a first byte to behind a last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// What a value is, in JSON's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number as it is written, however long.
    Number,
    /// A string; escapes are undone when it is asked for.
    String,
    /// Elements in an order.
    Array,
    /// Keys and values; a key that stands twice keeps its last value.
    Object,
}

/// What the policy says of this very place: indices into its lists.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mark {
    pub(crate) arrays: Option<u16>,
    pub(crate) mask: Option<u16>,
    /// A rule that hides a part of a text: texts that are equal without that part.
    pub(crate) covers: Option<u16>,
    /// Not hidden by a rule for what it is in, unless that rule hides the whole.
    pub(crate) pinned: bool,
    /// Hidden even when the value is missing on one side or of another kind.
    pub(crate) whole: bool,
}

impl<'t> Document<'t> {
    pub(super) fn of(text: impl Into<Cow<'t, str>>, items: Vec<Item>) -> Self {
        Self { text: text.into(), items, counted: Vec::new(), marks: Vec::new() }
    }

    /// The value that the text consists of.
    pub fn root(&self) -> Node<'_> {
        self.node(0)
    }

    pub(crate) fn node(&self, at: u32) -> Node<'_> {
        Node { document: self, at }
    }

    /// In bytes, with the text if it is its own.
    pub(crate) fn memory(&self) -> usize {
        let text = if let Cow::Owned(text) = &self.text { text.capacity() } else { 0 };
        self.items.capacity() * size_of::<Item>()
            + self.counted.capacity() * size_of::<u64>()
            + self.marks.capacity() * size_of::<Mark>()
            + text
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn set_marks(&mut self, marks: Vec<Mark>) {
        self.marks = marks;
    }

    /// Marks single places of a document that no pattern names.
    pub(crate) fn mark(&mut self, marks: &[(u32, Mark)]) {
        self.marks = vec![Mark::default(); self.items.len()];
        for (at, mark) in marks {
            if let Some(own) = self.marks.get_mut(*at as usize) {
                *own = *mark;
            }
        }
    }

    pub(super) fn set_counted(&mut self, counted: Vec<u64>) {
        self.counted = counted;
    }
}

/// A value within its document.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    at: u32,
}

impl<'d> Node<'d> {
    fn item(self) -> &'d Item {
        // Nodes are only made for values that are there.
        &self.document.items[self.at as usize]
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        self.item().kind
    }

    /// The place in the document's list.
    pub(crate) fn at(self) -> u32 {
        self.at
    }

    /// Of everything in it.
    pub(crate) fn exact(self) -> u64 {
        self.item().exact
    }

    /// Of what counts: without what is masked, and without order where the policy asks for none.
    pub(crate) fn hash(self) -> u64 {
        self.document.counted.get(self.at as usize).copied().unwrap_or(self.item().exact)
    }

    /// Whether nothing in its document is masked or without order.
    pub(crate) fn everything_counts(self) -> bool {
        self.document.counted.is_empty()
    }

    pub(crate) fn mark(self) -> Mark {
        self.document.marks.get(self.at as usize).copied().unwrap_or_default()
    }

    /// Whether it, or anything in it, is pinned.
    pub(crate) fn holds_pinned(self) -> bool {
        let within = self.document.marks.get(self.at as usize..self.item().next as usize);
        within.is_some_and(|marks| marks.iter().any(|it| it.pinned))
    }

    /// Where it stands in the text, quotes and all.
    pub(crate) fn span(self) -> Span {
        self.item().span
    }

    /// Where its key stands, without quotes.
    pub(crate) fn key_span(self) -> Option<Span> {
        Some(self.item().key).filter(|it| *it != NO_KEY)
    }

    fn slice(self, span: Span) -> &'d str {
        self.document.text.get(span.from as usize..span.to as usize).unwrap_or_default()
    }

    /// As it is written.
    pub(crate) fn raw(self) -> &'d str {
        self.slice(self.item().span)
    }

    /// What a string says; of every other value, how it is written.
    pub fn text(self) -> Cow<'d, str> {
        let (raw, flags) = (self.raw(), self.item().flags);
        if self.kind() != Kind::String || flags & BARE != 0 {
            return raw.into();
        }
        let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        if flags & ESCAPED != 0 { escape::undone(inside).into() } else { inside.into() }
    }

    /// The key under which it stands in its object; none elsewhere.
    pub fn key(self) -> Option<Cow<'d, str>> {
        let raw = self.slice(self.key_span()?);
        Some(if self.item().flags & KEY_ESCAPED != 0 { escape::undone(raw).into() } else { raw.into() })
    }

    pub(crate) fn has_key_of(self, other: Node<'_>) -> bool {
        if (self.item().flags | other.item().flags) & KEY_ESCAPED == 0 {
            self.slice(self.item().key) == other.slice(other.item().key)
        } else {
            self.key() == other.key()
        }
    }

    pub(crate) fn key_hash(self) -> u64 {
        hash::of_text(Tag::String, &self.key().unwrap_or_default())
    }

    /// Elements or members, in their order.
    pub fn children(self) -> Children<'d> {
        Children { document: self.document, at: self.at + 1, end: self.item().next }
    }

    /// How many values there are in it, itself among them.
    pub(crate) fn weight(self) -> usize {
        (self.item().next - self.at) as usize
    }

    /// Whether it is an array or object that is not empty.
    pub fn has_children(self) -> bool {
        self.children().next().is_some()
    }

    /// The value of a key.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        if self.kind() != Kind::Object {
            return None;
        }
        self.children().find(|it| it.key().is_some_and(|it| it == key))
    }

    /// As compact JSON text.
    pub fn to_text(self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    pub(super) fn write(self, out: &mut String) {
        match self.kind() {
            Kind::Null | Kind::Bool | Kind::Number => out.push_str(self.raw()),
            Kind::String => write_string(&self.text(), out),
            Kind::Array | Kind::Object => {
                let ends = if self.kind() == Kind::Array { ['[', ']'] } else { ['{', '}'] };
                out.push(ends[0]);
                for (index, child) in self.children().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    if let Some(key) = child.key() {
                        write_string(&key, out);
                        out.push(':');
                    }
                    child.write(out);
                }
                out.push(ends[1]);
            }
        }
    }
}

/// The values directly in another.
#[derive(Debug, Clone)]
pub struct Children<'d> {
    document: &'d Document<'d>,
    at: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        while self.at < self.end {
            let node = self.document.node(self.at);
            self.at = node.item().next;
            if node.item().flags & OVERRULED == 0 {
                return Some(node);
            }
        }
        None
    }
}

pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
