//! What is odd about a document, and the text of one whose bytes are odd.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Pointer;

const NOTICES: usize = 100;
/// Bytes that are no text are shown as characters of a private plane, so that two different ones stay different.
const PRIVATE_BYTES: u32 = 0x10_FF00;

/// Something about one document that a reader must know before trusting a comparison of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Notice {
    /// An object names a key more than once. The last one counts, as it does in a browser.
    DuplicateKey { object: Pointer, key: String },
    /// A byte that no UTF-8 text contains, by its offset; shown as a character of a private plane.
    InvalidUtf8 { offset: usize },
    /// Half of a surrogate pair stands alone in a string.
    LoneSurrogate { offset: usize },
    /// More notices than are worth listing.
    More { count: usize },
}

impl Notice {
    /// What a person reads. Without offsets, so that the same oddity has the same words on both sides.
    pub fn words(&self) -> String {
        match self {
            Self::DuplicateKey { object, key } => {
                format!("the key `{key}` stands more than once in {object}; the last one counts")
            }
            Self::InvalidUtf8 { .. } => "some bytes are not UTF-8".to_owned(),
            Self::LoneSurrogate { .. } => "a string holds half a surrogate pair".to_owned(),
            Self::More { .. } => "there are more oddities than are listed".to_owned(),
        }
    }
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

/// Adds a notice, unless there are many.
pub(super) fn note(notices: &mut Vec<Notice>, notice: Notice) {
    if let Some(Notice::More { count }) = notices.last_mut() {
        *count += 1;
    } else if notices.len() < NOTICES {
        notices.push(notice);
    } else {
        notices.push(Notice::More { count: 1 });
    }
}
