//! A warrant: proof that a permitted intent stands in the journal. Every port method that changes something
//! asks for one.

use viridian_shared::journal::Entry;

use crate::permit::Permit;

/// Made by the five beats only, once the journal has the intent.
#[derive(Debug)]
pub struct Warrant {
    permit: Permit,
    entry: Entry,
}

impl Warrant {
    /// `entry` is the intent as the journal keeps it.
    pub(crate) fn of(permit: Permit, entry: Entry) -> Self {
        Self { permit, entry }
    }

    /// Name of the person who gave the command.
    pub fn person(&self) -> &str {
        self.permit.person()
    }

    /// Name of the command.
    pub fn command(&self) -> &'static str {
        self.permit.command()
    }

    /// The intent as the journal keeps it.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// A name that no other intent has, fit for AWS's idempotency tokens and execution names.
    pub fn name(&self) -> String {
        name(&self.entry)
    }
}

/// The name under which an intent appears in AWS. A journal begun afresh gives other names.
pub(crate) fn name(intent: &Entry) -> String {
    let digest = intent.digest.get(..12).unwrap_or(&intent.digest);
    format!("console-{}-{digest}", intent.number)
}
