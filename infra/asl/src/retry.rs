//! How long a failed state waits before it is tried again.

use jiff::SignedDuration;

use crate::definition::Retrier;

/// The longest wait between two attempts: a year.
const MAX_DELAY: f64 = 31_536_000.0;

/// The wait before the next attempt, after `used` attempts by this retrier; `None` when they are used up.
/// `chance` in `0.0..1.0` spreads the wait where the retrier asks for jitter.
pub(crate) fn delay(retrier: &Retrier, used: u32, chance: f64) -> Option<SignedDuration> {
    if used >= retrier.attempts {
        return None;
    }
    let exponent = i32::try_from(used).unwrap_or(i32::MAX);
    let mut seconds = retrier.interval * retrier.backoff.powi(exponent);
    seconds = seconds.min(retrier.max_delay.unwrap_or(MAX_DELAY)).min(MAX_DELAY);
    if retrier.jitter {
        seconds *= chance;
    }
    Some(SignedDuration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retrier() -> Retrier {
        Retrier {
            errors: Vec::new(),
            interval: 2.0,
            attempts: 3,
            backoff: 3.0,
            max_delay: None,
            jitter: false,
        }
    }

    #[test]
    fn attempts_run_out() {
        assert_eq!(delay(&retrier(), 3, 0.5), None);
        assert_eq!(delay(&Retrier { attempts: 0, ..retrier() }, 0, 0.5), None);
    }

    #[test]
    fn the_wait_grows_up_to_its_limit() {
        let waits: Vec<_> =
            (0..3).filter_map(|used| delay(&retrier(), used, 0.5)).map(|d| d.as_secs()).collect();
        assert_eq!(waits, [2, 6, 18]);
        let limited = Retrier { max_delay: Some(5.0), ..retrier() };
        assert_eq!(delay(&limited, 2, 0.5).map(|d| d.as_secs()), Some(5));
        let endless = Retrier { attempts: u32::MAX, ..retrier() };
        assert_eq!(delay(&endless, 4_000_000, 0.5).map(|d| d.as_secs()), Some(31_536_000));
    }

    #[test]
    fn jitter_takes_any_part_of_the_wait() {
        let jitter = Retrier { jitter: true, ..retrier() };
        assert_eq!(delay(&jitter, 0, 0.25).map(|d| d.as_millis()), Some(500));
    }
}
