//! The clock of a sandbox, followed from outside: asked twice a second, reckoned in between.

use std::{sync::Arc, time::Duration};

use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use viridian_domain::Clock;
use viridian_shared::clock::Clock as Reading;

const PERIOD: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(2);
const LARGEST: usize = 16 * 1024;

/// The last reading and when it was made. Whoever watches learns of jumps and of new rates.
pub struct SandboxClock {
    known: watch::Sender<(Reading, Instant)>,
}

#[derive(Deserialize)]
struct Answer {
    now: Timestamp,
    rate: f64,
    paused: bool,
}

impl Clock for SandboxClock {
    fn read(&self) -> Reading {
        let (reading, at) = *self.known.borrow();
        Reading { now: reading.after(at.elapsed().as_secs_f64()), ..reading }
    }
}

impl SandboxClock {
    /// Asks once, and goes on asking until `stop`.
    pub async fn follow(url: String, stop: CancellationToken) -> Arc<Self> {
        let first = ask(&url).await.unwrap_or_else(|| Reading::real(Timestamp::now()));
        let clock = Arc::new(Self { known: watch::Sender::new((first, Instant::now())) });
        let following = Arc::clone(&clock);
        tokio::spawn(async move {
            stop.run_until_cancelled(following.keep_asking(url)).await;
        });
        clock
    }

    /// Changes when the clock was moved, or its rate.
    pub fn watch(&self) -> watch::Receiver<(Reading, Instant)> {
        self.known.subscribe()
    }

    async fn keep_asking(&self, url: String) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let Some(reading) = ask(&url).await else { continue };
            let reckoned = self.read();
            self.known.send_if_modified(|known| {
                let moved = differs(&reckoned, &reading);
                *known = (reading, Instant::now());
                moved
            });
        }
    }
}

/// Whether a reading is further from what was reckoned than the way through the network explains.
fn differs(reckoned: &Reading, read: &Reading) -> bool {
    let off = read.now.duration_since(reckoned.now).as_secs_f64().abs();
    let same_rate = (read.rate - reckoned.rate).abs() < f64::EPSILON;
    !same_rate || read.paused != reckoned.paused || off > 0.5 * read.rate.max(1.0)
}

/// Whether a sandbox tells its time there.
pub async fn answers(url: &str) -> bool {
    ask(url).await.is_some()
}

async fn ask(url: &str) -> Option<Reading> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<bytes::Bytes>>();
    let answer = tokio::time::timeout(PATIENCE, async {
        let response = client.get(url.parse().ok()?).await.ok()?;
        let body = Limited::new(response.into_body(), LARGEST).collect().await.ok()?;
        serde_json::from_slice::<Answer>(&body.to_bytes()).ok()
    });
    let Answer { now, rate, paused } = answer.await.ok().flatten()?;
    Some(Reading { now, rate, paused })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_rate_and_a_jump_are_told_and_a_late_answer_is_not() {
        let at = |second: i64, rate: f64| Reading {
            now: Timestamp::from_second(second).unwrap(),
            rate,
            paused: false,
        };
        assert!(!differs(&at(100, 60.0), &at(120, 60.0)));
        assert!(differs(&at(100, 60.0), &at(200, 60.0)));
        assert!(differs(&at(100, 1.0), &at(100, 60.0)));
    }
}
