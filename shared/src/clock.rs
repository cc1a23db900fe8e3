//! The server's clock as the page knows it: a moment and a rate.

use serde::{Deserialize, Serialize};

use crate::time::{SignedDuration, Timestamp};

/// What time it is where the releases run. The sandbox can run its clock faster than ours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// The moment when this was sent.
    pub now: Timestamp,
    /// Seconds of this clock in a second of real time; 1 in AWS.
    pub rate: f64,
    /// Whether the clock stands still.
    pub paused: bool,
}

impl Clock {
    /// The clock of a world that runs as ours does.
    pub fn real(now: Timestamp) -> Self {
        Self { now, rate: 1.0, paused: false }
    }

    /// What this clock shows `real_seconds` after it was sent.
    pub fn after(&self, real_seconds: f64) -> Timestamp {
        if self.paused {
            return self.now;
        }
        let passed = SignedDuration::try_from_secs_f64(real_seconds * self.rate).unwrap_or_default();
        self.now.checked_add(passed).unwrap_or(self.now)
    }
}
