//! Refusals in the journal: attempts matter as deeds do, and somebody who repeats one writes no more than a number.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use viridian_shared::journal::{Fact, Refused};

use crate::{
    Context, Service,
    fold::Fold,
    port::{NewEntry, error::chain},
};

/// How often repeats that are due are written.
const PERIOD: Duration = Duration::from_secs(5);

/// What was refused, to whom, and why. Reasons may quote what somebody sent, so they are told apart only while they
/// are few.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Refusal {
    person: String,
    /// Empty for whatever comes beyond the kinds that are told apart.
    command: String,
    reason: String,
}

pub(crate) type Refusals = Fold<Refusal>;

impl Service {
    /// Writes a refusal down, or counts it where the same was refused just now.
    pub(crate) async fn refused(&self, ctx: &Context, refused: Refused) {
        let person = ctx.person.name.clone();
        let beyond = Refusal { person: person.clone(), command: String::new(), reason: String::new() };
        let kind = Refusal { person, command: refused.command.clone(), reason: refused.reason.clone() };
        if self.refusals.tell(kind, beyond, Instant::now()).is_some() {
            let at = ctx.at;
            self.write_refusal(&ctx.person.name, NewEntry { at, ..self.entry(Fact::Refused(refused)) }).await;
        }
    }

    async fn write_repeats(&self, repeats: Vec<(Refusal, u64)>) {
        for (Refusal { person, command, reason }, number) in repeats {
            let times = u32::try_from(number).unwrap_or(u32::MAX);
            let command = if command.is_empty() { "command" } else { command.as_str() };
            let again = Refused { times, is_again: true, ..Refused::once(command, reason) };
            self.write_refusal(&person, self.entry(Fact::Refused(again))).await;
        }
    }

    async fn write_refusal(&self, person: &str, entry: NewEntry) {
        let entry = NewEntry { person: Some(person.to_owned()), ..entry };
        if let Err(error) = self.ports.journal.append(entry).await {
            tracing::error!(service.id = self.name(), error = %chain(&error), "refusal not written");
        }
    }
}

/// Writes down what was repeated, until `stop`, and then whatever is left.
pub async fn tell_repeats(service: Arc<Service>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        service.write_repeats(service.refusals.due(Instant::now())).await;
    }
    service.write_repeats(service.refusals.rest()).await;
}
