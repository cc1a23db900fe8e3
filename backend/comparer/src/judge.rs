//! Which ruling counts for a finding, by the crate's own rules, and what a run comes to.

use viridian_compare::finding as theirs;
use viridian_shared::comparison::finding::{Finding, Judgement, Lapsed, Ruling, Verdict};

use super::convert::{self, number};

/// Puts the ruling that counts on each finding, or the last one that does not count any more.
pub(super) fn judge(findings: &mut [Finding], rulings: &[Ruling], release: &str) -> Verdict {
    for finding in findings.iter_mut() {
        let about = || rulings.iter().filter(|it| it.finding == finding.id);
        let plain = plain(finding);
        let counting = about().filter(|it| ruling(it).covers(&plain, release)).max_by_key(|it| it.at);
        let last = about().max_by_key(|it| it.at);
        let lapsed = last.filter(|_| counting.is_none());
        finding.lapsed = lapsed.map(|it| Lapsed { reason: why(it, release), ruling: it.clone() });
        finding.ruling = counting.cloned();
    }
    verdict(findings)
}

fn verdict(findings: &[Finding]) -> Verdict {
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

/// As much of a finding as rulings look at.
fn plain(finding: &Finding) -> theirs::Finding {
    theirs::Finding {
        id: theirs::FindingId(finding.id.clone()),
        part: convert::difference(&finding.example).part,
        spot: finding.spot.clone(),
        change: convert::change(finding.change),
        probes: finding.probes.clone(),
        count: finding.count as usize,
        example: convert::difference(&finding.example),
        first_seen: finding.first_seen.clone(),
    }
}

fn ruling(ruling: &Ruling) -> theirs::Ruling {
    theirs::Ruling {
        finding: theirs::FindingId(ruling.finding.clone()),
        judgement: match ruling.judgement {
            Judgement::Intended => theirs::Judgement::Intended,
            Judgement::Bug => theirs::Judgement::Bug,
            Judgement::Noise => theirs::Judgement::Noise,
        },
        by: ruling.by.clone(),
        reason: ruling.reason.clone(),
        at: ruling.at,
        release: ruling.release.clone(),
        probes: ruling.probes.clone(),
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
