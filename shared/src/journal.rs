//! The append-only record: who did or saw what, when, and with what outcome.
//!
//! An entry carries a typed [`Fact`]: values, never prose. What a person reads is derived from it by [`sentence`],
//! and by nothing else; nobody reads a sentence back. A fact is kept for ever, so its shape only grows: a new
//! field has a default, a new fact is a new variant, and `shared/README.md` lists them all.

pub mod deed;
pub mod fact;
pub mod intention;
pub mod observation;
pub mod replay;
mod sentence;

use serde::{Deserialize, Serialize, Serializer};

pub use self::{
    deed::Deed,
    fact::{Fact, Failed, NotDone, Refused, Unclear},
    intention::{GateName, Intended, Intention},
    observation::{Frame, Observation},
    sentence::{rule, sentence},
};
use crate::time::Timestamp;

/// The format in which entries are written now. The first held a sentence instead of a fact.
pub const FORMAT: u32 = 2;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub number: u64,
    /// When it happened, on the service's clock.
    pub at: Timestamp,
    /// Name of the service.
    pub service: String,
    /// Id of the release that it belongs to; none where there was none.
    pub release: Option<String>,
    /// None where nobody did it: an observation.
    pub person: Option<String>,
    /// What it tells.
    pub kind: EntryKind,
    /// What it is about: a command's name, or what was observed (`step`, `traffic`, `task-set`, …).
    pub about: String,
    /// What it tells, as values.
    pub fact: Fact,
    /// The intent that an outcome closes.
    pub closes: Option<u64>,
    /// Hex digest over this entry and the digest of the one before.
    pub digest: String,
}

/// An entry as it is sent: with its sentence.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Entry))]
struct Sent<'a> {
    /// Counts from 1 without gaps.
    number: u64,
    at: Timestamp,
    service: &'a str,
    release: Option<&'a str>,
    /// None where nobody did it: an observation.
    person: Option<&'a str>,
    kind: EntryKind,
    /// What it is about: a command's name, or what was observed (`step`, `traffic`, `task-set`, …).
    about: &'a str,
    /// A sentence for a person, without the person's name where there is one. Derived from the fact.
    text: String,
    /// The step that it tells of, if it tells of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    stretch: Option<Stretch>,
    /// The name of the execution that it tells of, if it tells of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<&'a str>,
    fact: &'a Fact,
    /// The intent that an outcome closes.
    closes: Option<u64>,
    /// Hex digest over this entry and the digest of the one before.
    digest: &'a str,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Sent {
            number: self.number,
            at: self.at,
            service: &self.service,
            release: self.release.as_deref(),
            person: self.person.as_deref(),
            kind: self.kind,
            about: &self.about,
            text: self.text(),
            stretch: self.fact.stretch(),
            execution: self.fact.execution(),
            fact: &self.fact,
            closes: self.closes,
            digest: &self.digest,
        }
        .serialize(serializer)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Entry {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Sent::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Entry {
    fn name() -> std::borrow::Cow<'static, str> {
        "Entry".into()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        Sent::schemas(schemas);
    }
}

impl Entry {
    /// A sentence for a person, without the person's name where there is one:
    /// "approved the swap: “checked on both phones”".
    pub fn text(&self) -> String {
        sentence(&self.fact, &self.about)
    }

    /// As a page shows it.
    pub fn told(&self) -> Told {
        Told {
            number: self.number,
            at: self.at,
            release: self.release.clone(),
            person: self.person.clone(),
            kind: self.kind,
            about: self.about.clone(),
            text: self.text(),
            stretch: self.fact.stretch(),
            execution: self.fact.execution().map(str::to_owned),
            closes: self.closes,
        }
    }
}

/// What an entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something changed in AWS.
    Observed,
    /// A person is about to do something.
    Intent,
    /// It was done.
    Done,
    /// AWS refused it, or it failed.
    Failed,
    /// The console did not allow it.
    Refused,
    /// The answer was lost; what became of it could not be found out.
    Unknown,
    /// Of a kind that a newer version of the console writes.
    Newer,
}

/// An entry as the stream brings it to a page: its sentence, and what it is a part of. Asked for by itself, the
/// journal answers with more ([`Entry`]), which reads as this too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Told {
    /// Counts from 1 without gaps.
    pub number: u64,
    /// When it happened, on the service's clock.
    pub at: Timestamp,
    /// Id of the release that it belongs to.
    pub release: Option<String>,
    /// None where nobody did it: an observation.
    pub person: Option<String>,
    /// What it tells.
    pub kind: EntryKind,
    /// What it is about: a command's name, or what was observed.
    pub about: String,
    /// [`Entry::text`].
    pub text: String,
    /// The step that it tells of, if it tells of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretch: Option<Stretch>,
    /// The name of the execution that it tells of, if it tells of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
    /// The intent that an outcome closes.
    pub closes: Option<u64>,
}

/// A step that lasts, and where in it an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stretch {
    /// Names the step within its release: stage and action.
    pub step: String,
    /// Where in it the entry stands.
    pub turn: Turn,
}

/// Where in a step an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It begins.
    Begins,
    /// It ended and did what it is for.
    EndsWell,
    /// It ended without doing what it is for.
    EndsBadly,
}

/// A page of the journal, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalPage {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Ask for entries before this number; none when this is the first one.
    pub before: Option<u64>,
}

/// The same page, as a page of the console reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ToldPage {
    /// Newest first.
    pub entries: Vec<Told>,
    /// Ask for entries before this number; none when this is the first one.
    pub before: Option<u64>,
}
