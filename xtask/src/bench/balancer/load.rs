//! Load by `wrk`, and what it reports.

use std::{
    process::{Command, Stdio},
    thread::available_parallelism,
};

use crate::command::{Done, During, fail};

const CONNECTIONS: u32 = 64;

/// What came of a load.
#[derive(Debug, Clone, Default)]
pub(super) struct Load {
    pub(super) requests: u64,
    /// Answers that are neither 2xx nor 3xx, and connections that broke.
    pub(super) failures: u64,
    /// Requests a second.
    pub(super) rate: f64,
    /// Within how many milliseconds 99 of 100 are answered.
    pub(super) tail: f64,
}

/// Asks for an address without a pause for some seconds.
pub(super) fn put(address: &str, seconds: u32) -> Done<Load> {
    let threads = available_parallelism().map_or(1, |cores| cores.get().min(4));
    let mut wrk = Command::new("wrk");
    wrk.arg(format!("--threads={threads}"))
        .arg(format!("--connections={CONNECTIONS}"))
        .arg(format!("--duration={seconds}s"))
        .args(["--timeout=10s", "--latency", address])
        .stderr(Stdio::inherit());
    let output = wrk.output().during("run wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text).map_or_else(|| fail(format!("wrk tells nothing of use: {text}")), Ok)
}

fn read(text: &str) -> Option<Load> {
    let after = |mark: &str| text.lines().find_map(|line| line.trim().strip_prefix(mark)).map(str::trim);
    let requests = text.lines().find_map(|line| line.trim().split_once(" requests in "))?.0.parse().ok()?;
    let broken = after("Socket errors:").map_or(0, |errors| {
        errors
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|count| count.parse::<u64>().ok())
            .sum()
    });
    let refused = after("Non-2xx or 3xx responses:").map_or(Some(0), |count| count.parse().ok())?;
    Some(Load {
        requests,
        failures: broken + refused,
        rate: after("Requests/sec:")?.parse().ok()?,
        tail: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)] {
        if let Some(number) = text.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok()) {
            return Some(number * factor);
        }
    }
    None
}

/// The median of rate and tail each, and all requests and failures.
pub(super) fn median(rounds: &[Load]) -> Load {
    let middle = |figure: fn(&Load) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Load {
        requests: rounds.iter().map(|round| round.requests).sum(),
        failures: rounds.iter().map(|round| round.failures).sum(),
        rate: middle(|round| round.rate),
        tail: middle(|round| round.tail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_reports_is_read() {
        let text = "Running 8s test @ http://127.0.0.1:1/\n  2 threads and 64 connections\n  Latency Distribution\n     \
                    50%  780.00us\n     99%    1.50ms\n  12005 requests in 8.10s, 20.00MB read\n  Socket errors: \
                    connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\nRequests/sec:   1482.10\n";
        let load = read(text).expect("all of it is there");
        assert_eq!((load.requests, load.failures), (12005, 15));
        assert!((load.rate - 1482.1).abs() < 0.01 && (load.tail - 1.5).abs() < 0.001);
        assert!(read("unable to connect to 127.0.0.1:1 Connection refused").is_none());
    }
}
