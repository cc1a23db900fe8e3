//! A warrant: proof that a permitted intent stands in the journal. Every port method that changes something
//! asks for one.

use viridian_shared::journal::Entry;

use crate::{
    permit::Permit,
    port::{Intent, Journal, PortError},
};

/// Made by [`open`] only, which only the five beats call.
#[derive(Debug)]
pub struct Warrant {
    permit: Permit,
    entry: Entry,
}

/// Writes the intent down. No journal, no warrant.
pub(super) async fn open(
    journal: &dyn Journal,
    permit: Permit,
    intent: Intent,
) -> Result<Warrant, PortError> {
    let entry = journal.open(intent).await?;
    Ok(Warrant { permit, entry })
}

impl Warrant {
    pub fn person(&self) -> &str {
        self.permit.person()
    }

    pub fn command(&self) -> &'static str {
        self.permit.command()
    }

    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// A name that no other intent has, fit for AWS's idempotency tokens and execution names.
    pub fn name(&self) -> String {
        name(&self.entry)
    }
}

/// The name under which an intent appears in AWS. A journal begun afresh gives other names.
pub(super) fn name(intent: &Entry) -> String {
    let digest = intent.digest.get(..12).unwrap_or(&intent.digest);
    format!("console-{}-{digest}", intent.number)
}
