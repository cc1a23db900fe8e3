//! A place in a JSON document, as RFC 6901 writes it.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// A JSON pointer: empty for the whole document, else `/key/0/key`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// As it is written, escapes and all: `/items/0/price`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Keys and indices from the root on, escapes undone.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescaped)
    }

    pub(super) fn push(&mut self, segment: &Segment<'_>) {
        self.0.push('/');
        match segment {
            Segment::Key(key) if key.contains(['~', '/']) => {
                self.0.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Key(key) => self.0.push_str(key),
            Segment::Index(index) => self.0.push_str(&index.to_string()),
        }
    }
}

impl From<&[Segment<'_>]> for Pointer {
    fn from(segments: &[Segment<'_>]) -> Self {
        let mut pointer = Self::default();
        for segment in segments {
            pointer.push(segment);
        }
        pointer
    }
}

impl From<&str> for Pointer {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_empty() { "the whole document" } else { &self.0 })
    }
}

/// One step of a path, while a document is walked.
#[derive(Debug, Clone)]
pub(crate) enum Segment<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

impl Segment<'_> {
    /// About how many bytes it takes when it is written.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Key(key) => key.len() + 1,
            Self::Index(_) => 8,
        }
    }
}

fn unescaped(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}
