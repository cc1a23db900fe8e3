//! Which ruling counts for a finding, and what a run comes to.

use viridian_shared::comparison::finding::{Finding, Judgement, Lapsed, Ruling, Verdict};

use crate::number;

/// Whether a ruling still speaks for a finding in a release.
pub fn covers(ruling: &Ruling, finding: &Finding, release: &str) -> bool {
    ruling.finding == finding.id
        && (ruling.judgement != Judgement::Intended || ruling.release == release)
        && finding.probes.iter().all(|probe| ruling.probes.contains(probe))
}

/// Puts the ruling that counts on each finding, or the last one that does not count any more. The latest ruling
/// that covers a finding counts. What is new or was seen first in this run is for whoever knows the runs before.
pub fn judge(findings: &mut [Finding], rulings: &[Ruling], release: &str) -> Verdict {
    for finding in findings.iter_mut() {
        let about = || rulings.iter().filter(|it| it.finding == finding.id);
        let counting = about().filter(|it| covers(it, finding, release)).max_by_key(|it| it.at).cloned();
        let last = about().max_by_key(|it| it.at).filter(|_| counting.is_none());
        finding.lapsed = last.map(|it| Lapsed { reason: why(it, release), ruling: it.clone() });
        finding.ruling = counting;
    }
    let count = |judgement: Option<Judgement>| {
        let is = |it: &&Finding| it.ruling.as_ref().map(|ruling| ruling.judgement) == judgement;
        number(findings.iter().filter(is).count())
    };
    Verdict {
        open: count(None),
        intended: count(Some(Judgement::Intended)),
        bugs: count(Some(Judgement::Bug)),
        noise: count(Some(Judgement::Noise)),
        ..Verdict::default()
    }
}

fn why(ruling: &Ruling, release: &str) -> String {
    if ruling.judgement == Judgement::Intended && ruling.release != release {
        "It was intended in an earlier release.".to_owned()
    } else {
        "More probes show it than when it was ruled.".to_owned()
    }
}

/// What a build ends with: 0 when clear, 1 when something is open, 2 when there is a bug.
pub fn exit_code(verdict: &Verdict) -> u8 {
    match (verdict.bugs, verdict.open) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use viridian_shared::sample;

    use super::*;

    fn ruled(judgement: Judgement, release: &str, hour: i64) -> Ruling {
        let found = sample::run_whole().findings.pop().unwrap();
        let ruling = found.ruling.unwrap();
        Ruling {
            judgement,
            release: release.to_owned(),
            at: sample::now() + SignedDuration::from_hours(hour),
            ..ruling
        }
    }

    fn colour() -> Vec<Finding> {
        sample::run_whole().findings.into_iter().filter(|it| it.ruling.is_some()).collect()
    }

    #[test]
    fn what_was_intended_is_open_again_in_the_next_release_and_says_why() {
        let rulings = [ruled(Judgement::Intended, sample::RELEASE, 0)];
        let mut findings = colour();
        assert_eq!(judge(&mut findings, &rulings, sample::RELEASE).intended, 1);
        assert_eq!(judge(&mut findings, &rulings, "another").open, 1);
        assert_eq!(findings[0].ruling, None);
        assert!(findings[0].lapsed.as_ref().unwrap().reason.contains("earlier release"));
    }

    #[test]
    fn a_ruling_speaks_for_the_probes_that_showed_it_and_no_others() {
        let rulings = [ruled(Judgement::Noise, "another", 0)];
        let mut findings = colour();
        assert_eq!(judge(&mut findings, &rulings, sample::RELEASE).noise, 1);
        findings[0].probes.push("cart".to_owned());
        assert_eq!(judge(&mut findings, &rulings, sample::RELEASE).open, 1);
        assert!(findings[0].lapsed.as_ref().unwrap().reason.contains("More probes"));
    }

    #[test]
    fn the_latest_word_counts() {
        let (first, then) =
            (ruled(Judgement::Noise, sample::RELEASE, 0), ruled(Judgement::Bug, sample::RELEASE, 1));
        let mut findings = colour();
        assert_eq!(judge(&mut findings, &[then, first], sample::RELEASE).bugs, 1);
    }
}
