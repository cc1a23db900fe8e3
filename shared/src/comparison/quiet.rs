//! Since when nothing new was found: a fact for the decision, which never claims more than was looked at.

use serde::{Deserialize, Serialize};

use super::run::RunBrief;
use crate::{
    order,
    time::{SignedDuration, Timestamp},
    words,
};

/// The quiet time at the end of a release's runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quiet {
    /// When the last run began that found something no earlier one had, or the first run of all.
    pub since: Timestamp,
    /// When the newest run began that came to its end and was whole.
    pub until: Timestamp,
    /// Whole runs after `since`. With none, one run has been made and time says nothing yet.
    pub runs: u32,
    /// Whether anything was found at `since`.
    pub found: bool,
}

/// Reckons it from the ended runs of one release, in any order. A run of some probes can end the quiet; only a
/// whole one can prolong it.
pub fn quiet<'r>(runs: impl IntoIterator<Item = &'r RunBrief>) -> Option<Quiet> {
    let mut ended: Vec<_> = runs.into_iter().filter(|run| run.is_ended()).collect();
    order::sort_by_key(&mut ended, |run| (run.began_at, run.id.parse::<u64>().unwrap_or_default()));
    let found = |run: &&RunBrief| run.verdict.is_some_and(|verdict| verdict.first > 0);
    let last = ended.iter().rposition(found);
    let begin = last.or_else(|| ended.iter().position(|run| run.is_whole))?;
    let since = ended.get(begin)?.began_at;
    let (mut until, mut number) = (since, 0);
    for run in ended.iter().skip(begin + 1).filter(|run| run.is_whole) {
        until = run.began_at;
        number += 1;
    }
    Some(Quiet { since, until, runs: number, found: last.is_some() })
}

impl Quiet {
    /// "No new differences for 26 h", as of `now`. When looking has stopped, the sentence says so.
    pub fn words(&self, now: Timestamp) -> String {
        let Ok(runs) = i32::try_from(self.runs) else { return String::new() };
        if runs == 0 {
            let ago = words::ago(self.since, now);
            return if self.found {
                format!("New differences were found {ago}")
            } else {
                format!("No differences in the only run, {ago}")
            };
        }
        let (looked, silent) = (self.until.duration_since(self.since), now.duration_since(self.until));
        let usual_gap = looked / runs;
        if silent <= usual_gap * 2 {
            return format!("No new differences for {}", rough(now.duration_since(self.since)));
        }
        format!("No new differences for {}, but no suite has run for {}", rough(looked), rough(silent))
    }
}

/// One unit, rounded down: "26 h", "40 min"; days from two days on.
fn rough(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::{finding::Verdict, run::RunStatus},
        sample,
    };

    /// Ended runs by minute, each with how many findings it saw first.
    fn runs(of: &[(i64, u32)]) -> Vec<RunBrief> {
        let run = |(minute, first): &(i64, u32)| RunBrief {
            began_at: at(*minute),
            verdict: Some(Verdict { open: 3, first: *first, ..Verdict::default() }),
            ..sample::run_brief("1")
        };
        of.iter().map(run).collect()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn without_a_run_that_came_to_its_end_nothing_is_claimed() {
        assert_eq!(quiet(&[]), None);
        let mut broken = runs(&[(0, 0)]);
        broken[0].status = RunStatus::BrokenOff;
        assert_eq!(quiet(&broken), None);
    }

    #[test]
    fn one_run_says_nothing_of_time() {
        let words = |first| quiet(&runs(&[(0, first)])).unwrap().words(at(5));
        assert_eq!(words(3), "New differences were found 5 min ago");
        assert_eq!(words(0), "No differences in the only run, 5 min ago");
    }

    #[test]
    fn quiet_lasts_from_the_last_new_difference() {
        let of = runs(&[(0, 3), (60, 0), (120, 1), (900, 0), (1_680, 0)]);
        let quiet = quiet(&of).unwrap();
        assert_eq!((quiet.since, quiet.until, quiet.runs), (at(120), at(1_680), 2));
        assert_eq!(quiet.words(at(1_680)), "No new differences for 26 h");
    }

    #[test]
    fn when_nobody_looks_any_more_time_does_not_count_as_quiet() {
        let of = runs(&[(0, 3), (60, 0), (120, 0)]);
        let words = quiet(&of).unwrap().words(at(120 + 300));
        assert_eq!(words, "No new differences for 2 h, but no suite has run for 5 h");
    }

    #[test]
    fn a_run_of_some_probes_ends_the_quiet_and_never_prolongs_it() {
        let mut of = runs(&[(0, 0), (60, 0), (90, 0)]);
        of[2].is_whole = false;
        assert_eq!(quiet(&of).unwrap().until, at(60));
        of[2].verdict = Some(Verdict { open: 1, first: 1, ..Verdict::default() });
        let broken = quiet(&of).unwrap();
        assert_eq!((broken.since, broken.runs), (at(90), 0));
    }
}
