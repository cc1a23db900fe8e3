//! A JSON value as it was written, with the hashes by which equal ones are recognised.

use std::{borrow::Cow, fmt::Write as _};

use crate::difference::hash::{self, Tag};

/// A value and what is known of it.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    pub value: Value<'a>,
    /// Of everything in it.
    pub(super) exact: u64,
    /// Of what counts: without what is masked, and without order where the policy asks for none.
    pub(in crate::difference) hash: u64,
    pub(in crate::difference) mark: Mark,
}

#[derive(Debug, Clone)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
}

#[derive(Debug, Clone)]
pub struct Member<'a> {
    pub key: Cow<'a, str>,
    pub node: Node<'a>,
    pub(super) key_hash: u64,
}

/// What the policy says of this very place: indices into its lists.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::difference) struct Mark {
    pub(in crate::difference) arrays: Option<u16>,
    pub(in crate::difference) mask: Option<u16>,
    /// A rule that hides a part of a text: texts that are equal without that part.
    pub(in crate::difference) covers: Option<u16>,
    /// Hidden even when the value is missing on one side or of another kind.
    pub(in crate::difference) whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'a> Node<'a> {
    pub(in crate::difference) fn new(value: Value<'a>) -> Self {
        let exact = value.hash(|node| node.exact);
        Self { value, exact, hash: exact, mark: Mark::default() }
    }

    pub fn kind(&self) -> Kind {
        match self.value {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Number(_) => Kind::Number,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().find(|member| member.key == key).map(|member| &member.node)
    }

    /// As compact JSON text.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(true) => out.push_str("true"),
            Value::Bool(false) => out.push_str("false"),
            Value::Number(text) => out.push_str(text),
            Value::String(text) => write_string(text, out),
            Value::Array(items) => {
                write_list(out, ['[', ']'], items, Node::write);
            }
            Value::Object(members) => write_list(out, ['{', '}'], members, |member, out| {
                write_string(&member.key, out);
                out.push(':');
                member.node.write(out);
            }),
        }
    }
}

impl Value<'_> {
    pub(super) fn hash(&self, of: impl Fn(&Node<'_>) -> u64) -> u64 {
        match self {
            Value::Null => hash::of_tag(Tag::Null),
            Value::Bool(false) => hash::of_tag(Tag::False),
            Value::Bool(true) => hash::of_tag(Tag::True),
            Value::Number(text) => hash::of_text(Tag::Number, text),
            Value::String(text) => hash::of_text(Tag::String, text),
            Value::Array(items) => hash::of_sequence(items.iter().map(of)),
            Value::Object(members) => {
                hash::of_bag(Tag::Object, members.iter().map(|it| hash::mix(it.key_hash, of(&it.node))))
            }
        }
    }
}

impl<'a> Member<'a> {
    pub(in crate::difference) fn new(key: Cow<'a, str>, node: Node<'a>) -> Self {
        let key_hash = hash::of_text(Tag::String, &key);
        Self { key, node, key_hash }
    }
}

fn write_list<T>(out: &mut String, ends: [char; 2], items: &[T], mut write: impl FnMut(&T, &mut String)) {
    out.push(ends[0]);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(ends[1]);
}

fn write_string(text: &str, out: &mut String) {
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
