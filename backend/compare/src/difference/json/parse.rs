//! Reads JSON text: strict in grammar, bounded in depth, and open about what is odd in it.

use std::borrow::Cow;

use super::{
    Notice, Pointer,
    node::{Member, Node, Value},
    pointer::Segment,
};

/// How deep a document may nest. Deeper ones are compared as text.
pub const DEEPEST: usize = 256;

const NOTICES: usize = 100;
/// Bytes that are no text and lone surrogates are shown as characters of a private plane, so that two different
/// ones stay different.
const PRIVATE_BYTES: u32 = 0x10_FF00;
const PRIVATE_SURROGATES: u32 = 0x10_F000;

/// Why a text cannot be compared as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not JSON from byte {offset} on")]
    Malformed { offset: usize },
    #[error("nested deeper than {DEEPEST} levels at byte {offset}")]
    TooDeep { offset: usize },
}

/// The text of a body. Bytes that are not UTF-8 are kept apart from each other, and noticed.
pub fn text_of(bytes: &[u8]) -> (Cow<'_, str>, Vec<Notice>) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let (mut text, mut notices, mut offset) = (String::with_capacity(bytes.len()), Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        offset += chunk.valid().len();
        for byte in chunk.invalid() {
            note(&mut notices, Notice::InvalidUtf8 { offset });
            text.extend(char::from_u32(PRIVATE_BYTES + u32::from(*byte)));
            offset += 1;
        }
    }
    (Cow::Owned(text), notices)
}

/// Reads a whole document.
pub fn read<'a>(text: &'a str, notices: &mut Vec<Notice>) -> Result<Node<'a>, Refused> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, path: Vec::new(), notices };
    reader.space();
    let node = reader.value(0)?;
    reader.space();
    if reader.at == text.len() { Ok(node) } else { Err(reader.malformed()) }
}

fn note(notices: &mut Vec<Notice>, notice: Notice) {
    if let Some(Notice::More { count }) = notices.last_mut() {
        *count += 1;
    } else if notices.len() < NOTICES {
        notices.push(notice);
    } else {
        notices.push(Notice::More { count: 1 });
    }
}

/// A step of the path to what is being read. Keys are borrowed from the text, escapes and all.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

struct Reader<'a, 'n> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    path: Vec<Step<'a>>,
    notices: &'n mut Vec<Notice>,
}

impl<'a> Reader<'a, '_> {
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

    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.peek() != Some(byte) {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, Refused> {
        if depth > DEEPEST {
            return Err(Refused::TooDeep { offset: self.at });
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            _ => return Err(self.malformed()),
        };
        Ok(Node::new(value))
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Refused> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Refused> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.space();
            self.path.push(Step::Index(items.len()));
            items.push(self.value(depth + 1)?);
            self.path.pop();
            if self.ends(b']')? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Refused> {
        self.at += 1;
        let mut members: Vec<Member<'a>> = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let from = self.at;
            let key = self.string()?;
            let written = &self.text[from + 1..self.at - 1];
            self.space();
            self.expect(b':')?;
            self.space();
            self.path.push(Step::Key(written));
            let node = self.value(depth + 1)?;
            self.path.pop();
            members.push(Member::new(key, node));
            if self.ends(b'}')? {
                self.keep_last(&mut members);
                return Ok(Value::Object(members));
            }
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

    /// Of a key that is named twice the last value counts, and the fact is noticed.
    fn keep_last(&mut self, members: &mut Vec<Member<'a>>) {
        let mut hashes: Vec<_> = members.iter().map(|it| it.key_hash).collect();
        hashes.sort_unstable();
        if hashes.windows(2).all(|pair| pair[0] != pair[1]) {
            return;
        }
        let mut seen = std::collections::HashMap::new();
        for (index, member) in members.iter().enumerate() {
            if seen.insert(member.key.clone().into_owned(), index).is_some() {
                let notice =
                    Notice::DuplicateKey { object: self.pointer(), key: member.key.clone().into_owned() };
                note(self.notices, notice);
            }
        }
        let mut index = 0;
        members.retain(|member| {
            index += 1;
            seen.get(member.key.as_ref()) == Some(&(index - 1))
        });
    }

    fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::default();
        for step in &self.path {
            pointer.push(&match step {
                Step::Key(key) => Segment::Key(key),
                Step::Index(index) => Segment::Index(*index),
            });
        }
        pointer
    }

    fn number(&mut self) -> Result<&'a str, Refused> {
        let from = self.at;
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
        Ok(&self.text[from..self.at])
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == from { Err(self.malformed()) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Refused> {
        self.expect(b'"')?;
        let from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let text = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped(from).map(Cow::Owned),
                Some(byte) if byte >= b' ' => self.at += 1,
                _ => return Err(self.malformed()),
            }
        }
    }

    /// The rest of a string from its first escape on.
    fn escaped(&mut self, from: usize) -> Result<String, Refused> {
        let mut out = self.text[from..self.at].to_owned();
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.malformed()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Refused> {
        self.at += 1;
        let letter = match self.peek() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'u') => return self.unicode(),
            _ => return Err(self.malformed()),
        };
        self.at += 1;
        Ok(letter)
    }

    fn unicode(&mut self) -> Result<char, Refused> {
        let offset = self.at - 1;
        let unit = self.unit()?;
        if !(0xD800..0xE000).contains(&unit) {
            return char::from_u32(unit).ok_or(self.malformed());
        }
        if unit < 0xDC00 && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 1;
            let low = self.unit()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(code).ok_or(self.malformed());
            }
            self.at = back;
        }
        note(self.notices, Notice::LoneSurrogate { offset });
        char::from_u32(PRIVATE_SURROGATES + (unit - 0xD800)).ok_or(self.malformed())
    }

    /// Four hexadecimal digits after the `u` at hand.
    fn unit(&mut self) -> Result<u32, Refused> {
        let digits = self.text.get(self.at + 1..self.at + 5).ok_or(self.malformed())?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.malformed());
        }
        self.at += 5;
        u32::from_str_radix(digits, 16).map_err(|_| self.malformed())
    }
}
