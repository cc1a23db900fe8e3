//! Refusals in the journal: attempts matter as deeds do, and somebody who repeats one writes no more than a number.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use viridian_shared::{journal::EntryKind, words::count};

use crate::{Context, Service, fold::Fold, port::error::chain};

/// How often repeats that are due are written.
const PERIOD: Duration = Duration::from_secs(5);

/// What was refused, to whom, and why. Reasons may quote what somebody sent, so they are told apart only while they
/// are few.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Refused {
    person: String,
    /// Empty for whatever comes beyond the kinds that are told apart.
    command: String,
    reason: String,
}

pub(crate) type Refusals = Fold<Refused>;

impl Service {
    /// Writes a refusal down, or counts it where the same was refused just now.
    pub(crate) async fn refused(&self, ctx: &Context, command: &str, reason: &str) {
        let person = ctx.person.name.clone();
        let beyond = Refused { person: person.clone(), command: String::new(), reason: String::new() };
        let refused = Refused { person, command: command.to_owned(), reason: reason.to_owned() };
        if self.refusals.tell(refused, beyond, Instant::now()).is_some() {
            self.write_refusal(&ctx.person.name, command, reason.to_owned(), ctx.at).await;
        }
    }

    async fn write_repeats(&self, repeats: Vec<(Refused, u64)>) {
        for (refused, number) in repeats {
            let times = count(usize::try_from(number).unwrap_or(usize::MAX), "time", "times");
            let (about, text) = if refused.command.is_empty() {
                ("command", format!("Was refused {times} more, for many reasons."))
            } else {
                (refused.command.as_str(), format!("{} Was refused {times} more.", refused.reason))
            };
            self.write_refusal(&refused.person, about, text, self.ports.clock.now()).await;
        }
    }

    async fn write_refusal(&self, person: &str, about: &str, text: String, at: jiff::Timestamp) {
        let line = self.line_of(person, at, EntryKind::Refused, about, text);
        if let Err(error) = self.ports.journal.append(line).await {
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
