//! What is measured now and again, so that nobody who asks waits for it: memory, and the journal's size.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use viridian_domain::port::{Journal as _, error::chain};
use viridian_store::Store;

use super::Metrics;

/// How often the process looks at its memory.
const LOOK: Duration = Duration::from_secs(10);
/// How many looks lie at least between two measurements of the journal.
const PATIENCE: u32 = 30;

/// Looks at memory now and again, and at the journal's size after something was written: a database that sleeps is
/// not woken for a number.
pub(crate) async fn measure(metrics: Metrics, store: Store, stop: CancellationToken) {
    let mut newest = store.newest();
    newest.mark_changed();
    for look in 0_u32.. {
        if let Some(bytes) = resident().await {
            metrics.memory.set(bytes);
        }
        if look.is_multiple_of(PATIENCE) && newest.has_changed().unwrap_or_default() {
            newest.mark_unchanged();
            match store.size().await {
                Ok(bytes) => drop(metrics.journal.set(i64::try_from(bytes).unwrap_or(i64::MAX))),
                Err(error) => tracing::debug!(error = %chain(&error), "the journal is not measured"),
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none() {
            return;
        }
    }
}

/// Memory of this process in bytes, where the system tells it as Linux does.
async fn resident() -> Option<i64> {
    let status = tokio::fs::read_to_string("/proc/self/status").await.ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}
