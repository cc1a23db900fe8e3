//! How a gate is decided: the policy that the configuration gives it, the votes that stand, and what both make of the
//! present snapshot. Pure, but for what [`past`] finds out about the release.
//!
//! The ballot is a section of the snapshot. It is counted anew with every reading, every second, and before a vote is
//! judged, so that what the page shows and what the server refuses by is one and the same.

mod count;
mod past;

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;
use viridian_shared::{pipeline::GateKind, rule::held, snapshot::Snapshot, vote::Vote};

pub(crate) use self::count::{Course, course, decision};
use crate::{Service, port::PortError, service::answering::Question};

/// How often hours are looked at.
const PERIOD: Duration = Duration::from_secs(1);

/// Keeps the ballot up to date with the clock and with what is found out of the release, until `stop`.
pub async fn keep(service: Arc<Service>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        if stop.run_until_cancelled(past::learn(&service)).await.is_none() {
            return;
        }
        service.count_ballot();
    }
}

impl Service {
    /// Counts the ballot over what is known now.
    pub fn count_ballot(&self) {
        let snapshot = self.snapshot();
        let now = self.ports.clock.now();
        let mut ballot = match open_gate(&snapshot) {
            Some(kind) => {
                count::count(self.settings.policies.of(kind), &snapshot, &self.past(&snapshot), now)
            }
            None => viridian_shared::ballot::Ballot::default(),
        };
        if let Some(question) = Question::of(&ballot) {
            ballot.answering = self.answering.words(&question, &held(&snapshot, &ballot));
        }
        self.snapshots.show(|it| &mut it.ballot, ballot, now);
    }

    /// The votes as the journal has them by now, and the ballot over them.
    pub(crate) async fn recount(&self, release: &str) -> Result<(), PortError> {
        let snapshot = self.snapshot();
        let present = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
        if present.is_some_and(|present| present.id == release) {
            let votes: Vec<Vote> = self.ports.journal.votes(self.name(), release).await?;
            self.snapshots.show(|it| &mut it.votes, votes, self.ports.clock.now());
            past::learn(self).await;
        }
        self.count_ballot();
        Ok(())
    }
}

fn open_gate(snapshot: &Snapshot) -> Option<GateKind> {
    let (_, gate) = snapshot.pipeline()?.open_gate()?;
    gate.request.as_ref().map(|_| gate.kind)
}

#[cfg(test)]
mod tests;
