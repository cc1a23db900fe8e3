//! Two JSON documents compared by structure.
//!
//! Keys have no order. Arrays are compared in order unless the policy says otherwise for their path. Equal
//! subtrees are recognised by hash, so that an element inserted at the front is one difference and not one for
//! every element after it. Numbers are compared as they are written: no value passes through a float.
//!
//! The differences of one comparison are an edit script: [`apply`] turns the left document into the right one.
//! A place is given on both sides, since an insertion moves what follows it.

mod apply;
mod member;
mod node;
mod number;
mod pair;
mod parse;
mod pattern;
mod pointer;
mod policy;
pub(in crate::difference) mod walk;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use apply::{NotApplicable, apply};
pub(in crate::difference) use node::Mark;
pub use node::{Kind, Member, Node, Value};
pub use parse::{DEEPEST, Refused, read, text_of};
pub use pattern::{Pattern, Unreadable};
pub use pointer::Pointer;
pub use policy::{Arrays, Mask, Policy};

/// A difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Difference {
    /// Where in the left document; of an addition, the container that it goes into.
    pub left: Pointer,
    /// Where in the right document; of a removal, the container that it is missing from.
    pub right: Pointer,
    pub change: Change,
    /// The name of the noise rule that hides it. It is kept so that a rule shows what it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<String>,
}

/// What happened to a value. Values are JSON texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    Added {
        value: String,
    },
    Removed {
        value: String,
    },
    Changed {
        from: String,
        to: String,
    },
    /// The same number, written otherwise, such as `1.0` for `1`.
    Respelled {
        from: String,
        to: String,
    },
    /// An element of an ordered array stands elsewhere among those that stayed.
    Moved,
}

impl Change {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Removed { .. } => "removed",
            Self::Changed { .. } => "changed",
            Self::Respelled { .. } => "respelled",
            Self::Moved => "moved",
        }
    }

    /// The same change seen from the other side.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        match self.clone() {
            Self::Added { value } => Self::Removed { value },
            Self::Removed { value } => Self::Added { value },
            Self::Changed { from, to } => Self::Changed { from: to, to: from },
            Self::Respelled { from, to } => Self::Respelled { from: to, to: from },
            Self::Moved => Self::Moved,
        }
    }
}

impl Difference {
    pub fn is_hidden(&self) -> bool {
        self.hidden_by.is_some()
    }

    /// The same difference seen from the other side.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self {
            left: self.right.clone(),
            right: self.left.clone(),
            change: self.change.mirrored(),
            hidden_by: self.hidden_by.clone(),
        }
    }

    /// The place where a person would look for it.
    pub fn place(&self) -> &Pointer {
        if matches!(self.change, Change::Added { .. }) { &self.right } else { &self.left }
    }
}

/// Something about one document that a reader must know before trusting a comparison of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
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

/// What came out of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// How many there are in all; more than are listed when the policy's limit was reached.
    pub total: usize,
    pub left_notices: Vec<Notice>,
    pub right_notices: Vec<Notice>,
}

impl Comparison {
    /// What a person has to look at: neither hidden by a rule nor absent.
    pub fn visible(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|it| !it.is_hidden())
    }

    pub fn is_complete(&self) -> bool {
        self.total == self.differences.len()
    }
}

/// Compares two JSON texts as they came over the wire.
pub fn compare(left: &[u8], right: &[u8], policy: &Policy) -> Result<Comparison, Refused> {
    let (left_text, mut left_notices) = text_of(left);
    let (right_text, mut right_notices) = text_of(right);
    let mut left = read(&left_text, &mut left_notices)?;
    let mut right = read(&right_text, &mut right_notices)?;
    policy.mark(&mut left);
    policy.mark(&mut right);
    let (differences, total) = walk::differences(&left, &right, policy);
    Ok(Comparison { differences, total, left_notices, right_notices })
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
