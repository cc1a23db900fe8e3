//! At what pace a body has to come: drop by drop it would hold its connection for hours.

use std::time::Duration;

use tokio::time::Instant;

/// Bytes that are worth a second more: the pace that Apache's `mod_reqtimeout` asks for.
const BYTES_A_SECOND: u64 = 500;

/// Until when more of a body has to come. What has come gives it more time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    begun: Instant,
    patience: Duration,
    came: u64,
}

impl Pace {
    /// A body that begins now, and may take `patience` however small it is.
    pub fn new(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, came: 0 }
    }

    /// So many bytes more have come.
    pub fn came(&mut self, bytes: usize) {
        self.came = self.came.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// When the body is too late, unless more of it comes.
    pub fn until(&self) -> Instant {
        let earned = Duration::from_secs(self.came / BYTES_A_SECOND);
        self.begun.checked_add(self.patience + earned).unwrap_or(self.begun + self.patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_buy_no_time_and_what_flows_does() {
        let mut pace = Pace::new(Duration::from_secs(30));
        let first = pace.until();
        (0..499).for_each(|_| pace.came(1));
        assert_eq!(pace.until(), first);
        pace.came(1_000_000);
        assert_eq!(pace.until(), first + Duration::from_secs(2_000));
        pace.came(usize::MAX);
        assert!(pace.until() >= first);
    }
}
