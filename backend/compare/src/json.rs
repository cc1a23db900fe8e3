//! Two JSON documents compared by structure.
//!
//! Keys have no order. Arrays are compared in order unless the policy says otherwise for their path. Equal
//! subtrees are recognised by hash, so that an element inserted at the front is one difference and not one for
//! every element after it. Numbers are compared as they are written: no value passes through a float.
//!
//! What comes out is an [`EditScript`]: [`apply`] turns the left document into the right one by it.
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
pub use pattern::{Pattern, UnreadablePattern};
pub use pointer::Pointer;
pub(crate) use pointer::Segment;
pub use policy::{Arrays, Mask, Policy};
pub use read::{DEEPEST, MOST_VALUES, RefusedText, read};

/// One step of turning a document into another. A body of JSON, and a page laid out as a tree, is compared by such
/// edits; what a person reads of one is a [`Mismatch`](crate::difference::Mismatch).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// Where in the left document; of an addition, the container that it goes into.
    pub left: Pointer,
    /// Where in the right document; of a removal, the container that it is missing from.
    pub right: Pointer,
    /// What becomes of it.
    pub change: EditKind,
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
pub enum EditKind {
    /// The right document has it and the left one has not.
    Added {
        /// What is new.
        value: String,
    },
    /// The left document has it and the right one has not.
    Removed {
        /// What is gone.
        value: String,
    },
    /// Both have it with different values.
    Changed {
        /// In the left document.
        from: String,
        /// In the right document.
        to: String,
    },
    /// The same number, written otherwise, such as `1.0` for `1`.
    Respelled {
        /// In the left document.
        from: String,
        /// In the right document.
        to: String,
    },
    /// An element of an ordered array stands elsewhere among those that stayed.
    Moved,
}

impl EditKind {
    /// As in "$.price added".
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

impl Edit {
    /// Whether a noise rule hides it.
    pub fn is_hidden(&self) -> bool {
        self.hidden_by.is_some()
    }

    /// The same edit seen from the other side.
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
        if matches!(self.change, EditKind::Added { .. }) { &self.right } else { &self.left }
    }
}

/// All edits that turn the left document into the right one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EditScript {
    /// As many as the policy lists, in the order in which they were found.
    pub edits: Vec<Edit>,
    /// How many there are in all; more than are listed when the policy's limit was reached.
    pub total: usize,
    /// What is odd about the left text, though it can be read.
    pub left_notices: Vec<Notice>,
    /// What is odd about the right text, though it can be read.
    pub right_notices: Vec<Notice>,
}

impl EditScript {
    /// What a person has to look at: neither hidden by a rule nor absent.
    pub fn visible(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|it| !it.is_hidden())
    }

    /// Whether all edits are listed: only then [`apply`] can use them.
    pub fn is_complete(&self) -> bool {
        self.total == self.edits.len()
    }
}

/// Documents of this size are read side by side.
const WORTH_A_THREAD: usize = 256 << 10;

/// Compares two JSON texts as they came over the wire.
pub fn compare(left: &[u8], right: &[u8], policy: &Policy) -> Result<EditScript, RefusedText> {
    if left == right {
        let (text, mut left_notices) = text_of(left);
        read(&text, &mut left_notices)?;
        let right_notices = left_notices.clone();
        return Ok(EditScript { left_notices, right_notices, ..EditScript::default() });
    }
    let (left_text, mut left_notices) = text_of(left);
    let (right_text, mut right_notices) = text_of(right);
    let (left, right) =
        read_both([(&left_text, &mut left_notices), (&right_text, &mut right_notices)], policy)?;
    let (edits, total) = walk::differences(left.root(), right.root(), policy);
    Ok(EditScript { edits, total, left_notices, right_notices })
}

/// Two documents read and marked, large ones at the same time.
pub(crate) fn read_both<'t>(
    [left, right]: [(&'t str, &mut Vec<Notice>); 2],
    policy: &Policy,
) -> Result<(Document<'t>, Document<'t>), RefusedText> {
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
