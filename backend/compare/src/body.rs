//! From the bytes of a body to what they mean: content codings undone, charset read, kind of content known.

mod charset;
mod coding;
mod kind;
mod records;

use serde::{Deserialize, Serialize};

use crate::{
    answer::WholeAnswer,
    json::text_of,
    work::{self, Limits},
};
pub(crate) use coding::{decode, encode};
pub use kind::Kind;

/// A body that has been understood as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it was taken for.
    pub kind: Kind,
    /// The charset that the text was read by.
    pub charset: Option<&'static str>,
    /// Why it can be compared only in part, in the order in which it was noticed.
    pub troubles: Vec<Trouble>,
    /// Whether its text is an array of the records that it has.
    pub is_records: bool,
    held: Held,
}

/// Bytes without content codings, and the text that they are. Where the two are the same they are held once.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Bytes(Vec<u8>),
    Text(String),
    Both(Vec<u8>, String),
}

impl Content {
    /// Without content codings.
    pub fn bytes(&self) -> &[u8] {
        match &self.held {
            Held::Bytes(bytes) | Held::Both(bytes, _) => bytes,
            Held::Text(text) => text.as_bytes(),
        }
    }

    /// As text, unless it is none.
    pub fn text(&self) -> Option<&str> {
        match &self.held {
            Held::Bytes(_) => None,
            Held::Text(text) | Held::Both(_, text) => Some(text),
        }
    }

    /// What was not read, since that costs too much.
    fn costly(spent: work::Spent) -> Self {
        let trouble = Trouble::Costly { reason: spent.to_string(), instead: HASHED.to_owned() };
        Self {
            kind: Kind::Binary,
            charset: None,
            troubles: vec![trouble],
            is_records: false,
            held: Held::Bytes(Vec::new()),
        }
    }

    /// The same body read otherwise.
    pub(crate) fn with_text(&self, text: String) -> Self {
        Self { held: Held::Text(text), troubles: self.troubles.clone(), ..*self }
    }

    /// In bytes.
    pub fn memory(&self) -> usize {
        match &self.held {
            Held::Bytes(bytes) => bytes.capacity(),
            Held::Text(text) => text.capacity(),
            Held::Both(bytes, text) => bytes.capacity() + text.capacity(),
        }
    }
}

/// Why a body can be compared only in part, or only as bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "trouble", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Trouble {
    #[error("the body is longer than what is kept; the rest is compared by size and hash only")]
    TooLong,
    #[error(
        "it comes in a form in which secrets cannot be looked for, so it is compared by size and hash and not kept"
    )]
    Withheld,
    #[error("the body did not end: {reason}")]
    Broken { reason: String },
    #[error("decompressed it would be larger than {limit} bytes")]
    Bomb { limit: u64 },
    #[error("it is not in the content coding `{coding}` that it claims")]
    Undecodable { coding: String },
    #[error("there are bytes behind the end of what is coded in `{coding}`; browsers ignore them")]
    Trailing { coding: String },
    #[error("the content coding `{coding}` is not known")]
    UnknownCoding { coding: String },
    #[error("the charset `{charset}` is not known")]
    UnknownCharset { charset: String },
    #[error("some bytes are not text in the charset `{charset}`")]
    NotText { charset: String },
    #[error("it claims to be JSON and is not: {reason}")]
    NotJson { reason: String },
    #[error("it claims to be XML and is not: {reason}")]
    NotXml { reason: String },
    #[error("{reason}, so it is compared {instead}")]
    Costly { reason: String, instead: String },
}

/// What is done instead where even reading costs too much.
pub(crate) const HASHED: &str = "by size and hash";

/// Understands the body of an answer. What would take more than it may is left alone.
pub fn understand(answer: &WholeAnswer, limits: Limits) -> Content {
    work::bounded(limits, || understood(answer, limits)).unwrap_or_else(Content::costly)
}

/// The same as a part of the work under way.
pub(crate) fn understand_here(answer: &WholeAnswer, limits: Limits) -> Content {
    work::attempt(|| understood(answer, limits)).unwrap_or_else(Content::costly)
}

fn understood(answer: &WholeAnswer, limits: Limits) -> Content {
    let mut troubles = Vec::new();
    if answer.body.is_withheld {
        troubles.push(Trouble::Withheld);
    }
    if let Some(reason) = &answer.body.broken {
        troubles.push(Trouble::Broken { reason: reason.clone() });
    } else if !answer.body.is_whole() && !answer.body.is_withheld {
        troubles.push(Trouble::TooLong);
    }
    let codings: Vec<_> = answer.header("content-encoding").flat_map(|value| value.split(',')).collect();
    let is_cut = !troubles.is_empty();
    let bytes = match coding::decode_within(&answer.body.kept, &codings, limits, is_cut) {
        Ok(decoded) => {
            troubles.extend(decoded.trouble());
            decoded.bytes
        }
        Err(trouble) => {
            troubles.push(trouble);
            return Content {
                kind: Kind::Binary,
                charset: None,
                troubles,
                is_records: false,
                held: Held::Bytes(Vec::new()),
            };
        }
    };
    work::take(bytes.len());
    let content_type = answer.header("content-type").next().unwrap_or_default();
    let kind = kind::of(content_type, &bytes);
    let bytes = match answer.names.joined(&bytes).filter(|_| !matches!(kind, Kind::Binary | Kind::Image)) {
        Some(joined) => {
            work::take(joined.len());
            joined
        }
        None => bytes,
    };
    if let Some(records) = of_records(&bytes, kind, content_type, is_cut) {
        let held = Held::Both(bytes, records);
        return Content { kind: Kind::Json, charset: Some("UTF-8"), troubles, is_records: true, held };
    }
    let (held, charset) = match kind {
        Kind::Binary | Kind::Image | Kind::Empty => (Held::Bytes(bytes), None),
        // JSON is UTF-8 whatever a header says, and its reader keeps bytes that are none apart.
        Kind::Json => (json(bytes), Some("UTF-8")),
        Kind::Html | Kind::Xml | Kind::Text => charset::read(bytes, content_type, kind, &mut troubles),
    };
    Content { kind, charset, troubles, is_records: false, held }
}

/// Several values of JSON, one a line, whatever they are called.
fn of_records(bytes: &[u8], kind: Kind, content_type: &str, is_cut: bool) -> Option<String> {
    if !matches!(kind, Kind::Json | Kind::Text) || !bytes.trim_ascii_start().starts_with(b"{") {
        let begins = bytes.starts_with(b"\x1e") || records::is_named(content_type);
        if !begins {
            return None;
        }
    }
    let text = std::str::from_utf8(bytes).ok()?;
    // One value is a document, unless its name says otherwise.
    let is_document = kind == Kind::Json && !records::is_named(content_type);
    if is_document && is_document_of_json(text) {
        return None;
    }
    records::array(text, is_cut)
}

fn is_document_of_json(text: &str) -> bool {
    crate::json::read(text.trim_start_matches('\u{feff}'), &mut Vec::new()).is_ok()
}

fn json(bytes: Vec<u8>) -> Held {
    if std::str::from_utf8(&bytes).is_err() {
        // What is no text becomes three bytes for one.
        work::take(bytes.len() * 3);
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        let text = text_of(&bytes).0.into_owned();
        return Held::Both(bytes, text);
    }
    String::from_utf8(bytes).map_or_else(
        |error| {
            let text = text_of(error.as_bytes()).0.into_owned();
            Held::Both(error.into_bytes(), text)
        },
        Held::Text,
    )
}

#[cfg(test)]
mod tests;
