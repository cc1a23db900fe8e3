//! Events as they are heard, counted on the way with how late they come.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use viridian_domain::{
    Clock,
    port::{
        Events, PortError,
        events::{Heard, Receipt},
    },
};

use super::Metrics;

/// A queue of events whose events are counted.
pub(crate) struct Counted {
    pub(crate) events: Arc<dyn Events>,
    /// Of the world in which they happen.
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Metrics,
}

#[async_trait]
impl Events for Counted {
    async fn receive(&self, patience: Duration) -> Result<Vec<Heard>, PortError> {
        let heard = self.events.receive(patience).await?;
        let now = self.clock.now();
        for event in &heard {
            self.metrics.events.inc();
            if let Some(at) = event.at {
                // Two clocks differ by a little; no event comes before it happened.
                self.metrics.event_lag.observe(now.duration_since(at).as_secs_f64().max(0.0));
            }
        }
        Ok(heard)
    }

    async fn done(&self, receipts: &[Receipt]) -> Result<(), PortError> {
        self.events.done(receipts).await
    }
}
