//! When the sentinel runs next, and what it waits for instead: a pure function of what is known.

use jiff::{SignedDuration, Timestamp};
use viridian_shared::{
    comparison::{Sentinel, suite::SuiteBrief},
    rule::ends,
    snapshot::Snapshot,
};

use crate::port::suites::SentinelSetting;

/// How often it looks when nobody has said otherwise and the repository brings a suite.
pub(super) const PERIOD_MINUTES: u32 = 30;
/// As many samples as it takes to learn what varies by the second.
pub(super) const SAMPLES: u32 = 3;

/// What people set, or that the first suite of the repository is watched.
pub(super) fn setting(set: Option<SentinelSetting>, suites: &[SuiteBrief]) -> SentinelSetting {
    set.unwrap_or_else(|| {
        use viridian_shared::comparison::suite::SuiteOrigin::Repository;
        let first = suites.iter().find(|suite| matches!(suite.origin, Repository { .. }));
        SentinelSetting {
            is_on: first.is_some(),
            suite: first.map(|suite| suite.name.clone()).unwrap_or_default(),
            period_minutes: PERIOD_MINUTES,
        }
    })
}

/// What the sentinel does at `now`. `last` is when its suite was run last in this release, by whomever. It is
/// due when it is on, waits for nothing, and its time has come.
pub(super) fn sentinel(
    snapshot: &Snapshot,
    setting: &SentinelSetting,
    last: Option<Timestamp>,
    now: Timestamp,
) -> Sentinel {
    let mut sentinel = Sentinel {
        is_on: setting.is_on,
        suite: Some(setting.suite.clone()).filter(|suite| !suite.is_empty()),
        period_minutes: setting.period_minutes,
        next_at: None,
        waits_for: None,
    };
    if sentinel.is_on {
        match obstacle(snapshot, setting) {
            Some(obstacle) => sentinel.waits_for = Some(obstacle),
            None => sentinel.next_at = Some(next(last, setting.period_minutes, now)),
        }
    }
    sentinel
}

pub(super) fn is_due(sentinel: &Sentinel, now: Timestamp) -> bool {
    sentinel.is_on && sentinel.next_at.is_some_and(|next| next <= now)
}

fn next(last: Option<Timestamp>, minutes: u32, now: Timestamp) -> Timestamp {
    let period = SignedDuration::from_mins(i64::from(minutes));
    last.and_then(|last| last.checked_add(period).ok()).unwrap_or(now)
}

fn obstacle(snapshot: &Snapshot, setting: &SentinelSetting) -> Option<String> {
    let suite = snapshot.comparison().and_then(|comparison| comparison.suite(&setting.suite));
    let Some(suite) = suite else { return Some(format!("There is no suite {}.", setting.suite)) };
    if let Some(problem) = &suite.problem {
        return Some(problem.clone());
    }
    if snapshot.pipeline().and_then(|pipeline| pipeline.open_gate()).is_none() {
        return Some("No window is open.".to_owned());
    }
    ends(snapshot).err().map(|refusal| refusal.reason)
}

#[cfg(test)]
mod tests {
    use viridian_shared::{pipeline::StepStatus, sample};

    use super::*;

    fn set(is_on: bool) -> SentinelSetting {
        SentinelSetting { is_on, suite: "smoke".to_owned(), period_minutes: 30 }
    }

    fn minutes(number: i64) -> Timestamp {
        sample::now() + SignedDuration::from_mins(number)
    }

    #[test]
    fn what_is_off_or_waits_is_never_due() {
        let off = sentinel(&sample::testing(), &set(false), None, minutes(0));
        assert!(!is_due(&off, minutes(1_000)) && off.waits_for.is_none());

        let mut closed = sample::testing();
        sample::step(&mut closed, "ApproveSwap").status = StepStatus::Rejected;
        let waiting = sentinel(&closed, &set(true), None, minutes(0));
        assert_eq!(waiting.waits_for.as_deref(), Some("No window is open."));
        assert!(!is_due(&waiting, minutes(1_000)));

        let swapped = sentinel(&sample::swapped(), &set(true), None, minutes(0));
        assert_eq!(
            swapped.waits_for.as_deref(),
            Some("Production serves green now, and no port leads to blue any more.")
        );
        let gone = SentinelSetting { suite: "gone".to_owned(), ..set(true) };
        let gone = sentinel(&sample::testing(), &gone, None, minutes(0));
        assert_eq!(gone.waits_for.as_deref(), Some("There is no suite gone."));
    }

    #[test]
    fn it_runs_at_once_when_a_window_opens_and_then_by_its_period() {
        let first = sentinel(&sample::testing(), &set(true), None, minutes(0));
        assert!(is_due(&first, minutes(0)));
        let later = sentinel(&sample::testing(), &set(true), Some(minutes(0)), minutes(10));
        assert_eq!(later.next_at, Some(minutes(30)));
        assert!(!is_due(&later, minutes(29)) && is_due(&later, minutes(30)));
    }

    #[test]
    fn a_suite_of_the_repository_is_watched_unless_somebody_said_otherwise() {
        let suites = sample::comparison().suites;
        assert_eq!(setting(None, &suites), set(true));
        assert!(!setting(None, suites.get(1..).unwrap_or_default()).is_on);
        assert_eq!(setting(Some(set(false)), &suites), set(false));
    }
}
