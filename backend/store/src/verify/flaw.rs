//! What can be wrong with a journal, each with the sentence about it.

use std::fmt;

use super::Anchor;

/// One thing that is wrong with a journal. Numbers are those of entries, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Flaw {
    /// There is no entry of this number, and there are later ones.
    Missing { number: u64 },
    /// It does not fit its digest and what is before it.
    Changed { number: u64 },
    /// The entry of this number stands at another one.
    Swapped { number: u64, at: u64 },
    /// The journal ends before an entry that was anchored.
    Cut { anchor: Anchor, last: u64 },
    /// The chain holds in itself, and is another one than was anchored.
    Forged { anchor: Anchor, digest: String },
    /// Its seal was not made with the key.
    Seal { number: u64 },
    /// The newest entry has no seal, so nothing says who wrote it.
    Unsealed { number: u64 },
    /// It closes what is not an intent before it, or is closed already.
    Closes { number: u64, intent: u64 },
    /// What is kept beside an entry is missing.
    Absent { what: Beside, entry: u64 },
    /// What is kept beside an entry hangs on none that speaks of it.
    Stray { what: Beside, entry: u64 },
    /// What is kept beside an entry says something else than the entry: `part` names what.
    Edited { what: Beside, entry: u64, part: &'static str },
    /// A trigger that keeps entries from being changed or deleted is not there, or does something else.
    Trigger { name: &'static str },
}

/// What is kept beside entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Intent,
    Vote,
    Ruling,
    Noise,
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Intent => "intent",
            Self::Vote => "vote",
            Self::Ruling => "ruling",
            Self::Noise => "noise rule",
        })
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { number } => write!(f, "Entry {number} is missing."),
            Self::Changed { number } => write!(f, "Entry {number} was changed: it does not fit its digest."),
            Self::Swapped { number, at } => {
                write!(f, "Entries were swapped: entry {number} stands as number {at}.")
            }
            Self::Cut { anchor, last: 0 } => {
                write!(f, "The journal was cut: it is empty, and entry {} was anchored.", anchor.number)
            }
            Self::Cut { anchor, last } => {
                write!(
                    f,
                    "The journal was cut: it ends with entry {last}, and entry {} was anchored.",
                    anchor.number
                )
            }
            Self::Forged { anchor, digest } => write!(
                f,
                "The journal was forged: entry {} has the digest {digest}, and {} was anchored.",
                anchor.number, anchor.digest
            ),
            Self::Seal { number } => {
                write!(f, "The journal was forged: the seal of entry {number} was not made with this key.")
            }
            Self::Unsealed { number } => write!(
                f,
                "Entry {number}, the newest, has no seal: it was not written by a console with this key."
            ),
            Self::Closes { number, intent } => {
                write!(f, "Entry {number} closes entry {intent}, which is not an open intent before it.")
            }
            Self::Absent { what, entry } => write!(f, "The {what} of entry {entry} is missing."),
            Self::Stray { what, entry } => {
                write!(f, "The {what} of entry {entry} was added: that entry does not speak of one.")
            }
            Self::Edited { what, entry, part } => {
                write!(f, "The {what} of entry {entry} was edited: its {part} is not what the entry says.")
            }
            Self::Trigger { name } => {
                write!(f, "The trigger {name}, which keeps entries as they are, is missing or was changed.")
            }
        }
    }
}
