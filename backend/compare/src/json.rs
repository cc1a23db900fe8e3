//! Two JSON documents compared by structure.
//!
//! Keys have no order. Arrays are compared in order unless the policy says otherwise for their path. Equal
//! subtrees are recognised by hash, so that an element inserted at the front is one difference and not one for
//! every element after it. Numbers are compared as they are written: no value passes through a float.
//!
//! The differences of one comparison are an edit script: [`apply`] turns the left document into the right one.
//! A place is given on both sides, since an insertion moves what follows it.

mod apply;
mod build;
mod document;
mod escape;
pub(crate) mod member;
mod notice;
pub(crate) mod number;
pub(crate) mod pair;
mod pattern;
mod pointer;
mod policy;
mod read;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::work;

pub use apply::{NotApplicable, apply};
pub(crate) use build::Builder;
pub(crate) use document::Mark;
pub use document::{Children, Document, Kind, Node};
pub use notice::{Notice, text_of};
pub use pattern::{Pattern, Unreadable};
pub use pointer::Pointer;
pub(crate) use pointer::Segment;
pub use policy::{Arrays, Mask, Policy};
pub use read::{DEEPEST, MOST_VALUES, Refused, read};

/// A difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Difference {
    /// Where in the left document; of an addition, the container that it goes into.
    pub left: Pointer,
    /// Where in the right document; of a removal, the container that it is missing from.
    pub right: Pointer,
    pub change: Change,
    /// The pattern of its place, whatever the indices.
    #[serde(default)]
    pub around: Pattern,
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
            around: self.around.clone(),
            hidden_by: self.hidden_by.clone(),
        }
    }

    /// The place where a person would look for it.
    pub fn place(&self) -> &Pointer {
        if matches!(self.change, Change::Added { .. }) { &self.right } else { &self.left }
    }
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

/// Documents of this size are read side by side.
const WORTH_A_THREAD: usize = 256 << 10;

/// Compares two JSON texts as they came over the wire.
pub fn compare(left: &[u8], right: &[u8], policy: &Policy) -> Result<Comparison, Refused> {
    if left == right {
        let (text, mut left_notices) = text_of(left);
        read(&text, &mut left_notices)?;
        let right_notices = left_notices.clone();
        return Ok(Comparison { left_notices, right_notices, ..Comparison::default() });
    }
    let (left_text, mut left_notices) = text_of(left);
    let (right_text, mut right_notices) = text_of(right);
    let (left, right) =
        read_both([(&left_text, &mut left_notices), (&right_text, &mut right_notices)], policy)?;
    let (differences, total) = walk::differences(left.root(), right.root(), policy);
    Ok(Comparison { differences, total, left_notices, right_notices })
}

/// Two documents read and marked, large ones at the same time.
pub(crate) fn read_both<'t>(
    [left, right]: [(&'t str, &mut Vec<Notice>); 2],
    policy: &Policy,
) -> Result<(Document<'t>, Document<'t>), Refused> {
    let read = |(text, notices): (&'t str, &mut Vec<Notice>)| {
        let mut document = read(text, notices)?;
        policy.mark(&mut document);
        Ok(document)
    };
    if left.0.len().min(right.0.len()) < WORTH_A_THREAD {
        return Ok((read(left)?, read(right)?));
    }
    let here = work::here();
    std::thread::scope(|scope| {
        let left = scope.spawn(|| work::resumed(here, || read(left)));
        let right = read(right);
        let left = left.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((left?, right?))
    })
}
