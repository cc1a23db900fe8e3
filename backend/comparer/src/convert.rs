//! Suites, places and words between `viridian-compare` and the vocabulary that the page shares.

use std::time::Duration;

use viridian_compare::{
    answer, body,
    difference::{
        self, expected,
        rule::{Place, Refused, Rule},
    },
    latency, probe, report, suite as file,
};
use viridian_shared::comparison::{
    finding::{Change, Difference, Part},
    latency::{Estimate, Latency},
    probe::{Kind, Times, Timing},
    run::Proof,
    suite::{Expects, Header, NoisePlace, NoiseRule, Probe, Suite, Unordered},
};

/// A suite as the crate reads it; paths and the like are checked on the way.
pub(super) fn suite(name: &str, suite: &Suite) -> Result<file::Suite, String> {
    Ok(file::Suite {
        name: name.to_owned(),
        probes: suite.probes.iter().map(probe).collect(),
        arrays: suite.arrays.iter().map(array).collect::<Result<_, _>>()?,
        rules: suite.noise.iter().map(rule).collect::<Result<_, _>>()?,
    })
}

pub(super) fn suite_of(suite: &file::Suite) -> Suite {
    Suite {
        probes: suite.probes.iter().map(probe_of).collect(),
        arrays: suite.arrays.iter().map(array_of).collect(),
        noise: suite.rules.iter().map(rule_of).collect(),
    }
}

pub(super) fn probe(probe: &Probe) -> probe::Probe {
    let headers = probe.headers.iter().map(|it| (it.name.clone(), it.value.clone().into())).collect();
    probe::Probe {
        name: probe.name.clone(),
        method: probe.method.clone(),
        path: probe.path.clone(),
        headers,
        body: probe.body.clone(),
    }
}

pub(super) fn probe_of(probe: &probe::Probe) -> Probe {
    let header =
        |(name, text): &(String, probe::Text)| Header { name: name.clone(), value: text.clone().into() };
    Probe {
        name: probe.name.clone(),
        method: probe.method.clone(),
        path: probe.path.clone(),
        headers: probe.headers.iter().map(header).collect(),
        body: probe.body.clone(),
    }
}

fn array(array: &Unordered) -> Result<file::Unordered, String> {
    let path = array.path.parse().map_err(|error| super::sentence(&error))?;
    Ok(file::Unordered { path, key: array.key.clone() })
}

fn array_of(array: &file::Unordered) -> Unordered {
    Unordered { path: array.path.to_string(), key: array.key.clone() }
}

fn rule(rule: &NoiseRule) -> Result<Rule, String> {
    Ok(Rule {
        name: rule.name.clone(),
        probe: rule.probe.clone(),
        place: place(&rule.place)?,
        expects: rule.expects.map(|it| match it {
            Expects::Commit => expected::Expects::Commit,
            Expects::Later => expected::Expects::Later,
        }),
        by: rule.by.clone(),
        reason: rule.reason.clone(),
    })
}

fn rule_of(rule: &Rule) -> NoiseRule {
    NoiseRule {
        name: rule.name.clone(),
        probe: rule.probe.clone(),
        place: place_of(&rule.place),
        expects: rule.expects.map(expects_of),
        by: rule.by.clone(),
        reason: rule.reason.clone(),
    }
}

fn expects_of(expects: expected::Expects) -> Expects {
    match expects {
        expected::Expects::Commit => Expects::Commit,
        expected::Expects::Later => Expects::Later,
    }
}

pub(super) fn proof_of(proof: &report::Proof) -> Proof {
    let probes = u32::try_from(proof.probes).unwrap_or(u32::MAX);
    Proof { rule: proof.rule.clone(), expects: expects_of(proof.expects), probes }
}

fn place(place: &NoisePlace) -> Result<Place, String> {
    Ok(match place.clone() {
        NoisePlace::Header { header, part } => Place::Header { header, part },
        NoisePlace::Cookie { cookie } => Place::Cookie { cookie },
        NoisePlace::Json { path, whole } => {
            Place::Json { path: path.parse().map_err(|error| super::sentence(&error))?, whole }
        }
        NoisePlace::Html { selector, whole, only } => {
            let only = only.map(TryInto::try_into).transpose();
            Place::Html { selector, whole, only: only.map_err(|error: Refused| super::sentence(&error))? }
        }
        NoisePlace::Text { pattern } => Place::Text { pattern },
    })
}

pub(super) fn place_of(place: &Place) -> NoisePlace {
    match place.clone() {
        Place::Header { header, part } => NoisePlace::Header { header, part },
        Place::Cookie { cookie } => NoisePlace::Cookie { cookie },
        Place::Json { path, whole } => NoisePlace::Json { path: path.to_string(), whole },
        Place::Html { selector, whole, only } => {
            NoisePlace::Html { selector, whole, only: only.map(Into::into) }
        }
        Place::Text { pattern } => NoisePlace::Text { pattern },
    }
}

pub(super) fn part_of(part: difference::Part) -> Part {
    match part {
        difference::Part::Status => Part::Status,
        difference::Part::Version => Part::Version,
        difference::Part::Header => Part::Header,
        difference::Part::Json => Part::Json,
        difference::Part::Html => Part::Html,
        difference::Part::Text => Part::Text,
        difference::Part::Bytes => Part::Bytes,
        difference::Part::Trouble => Part::Trouble,
    }
}

fn part(part: Part) -> difference::Part {
    match part {
        Part::Status => difference::Part::Status,
        Part::Version => difference::Part::Version,
        Part::Header => difference::Part::Header,
        Part::Json => difference::Part::Json,
        Part::Html => difference::Part::Html,
        Part::Text => difference::Part::Text,
        Part::Bytes => difference::Part::Bytes,
        Part::Trouble => difference::Part::Trouble,
    }
}

pub(super) fn change_of(change: difference::Change) -> Change {
    match change {
        difference::Change::Added => Change::Added,
        difference::Change::Removed => Change::Removed,
        difference::Change::Changed => Change::Changed,
        difference::Change::Respelled => Change::Respelled,
        difference::Change::Moved => Change::Moved,
    }
}

pub(super) fn change(change: Change) -> difference::Change {
    match change {
        Change::Added => difference::Change::Added,
        Change::Removed => difference::Change::Removed,
        Change::Changed => difference::Change::Changed,
        Change::Respelled => difference::Change::Respelled,
        Change::Moved => difference::Change::Moved,
    }
}

/// As the crate lists it. The spot is not kept, and no view asks for it.
pub(super) fn difference(it: &Difference) -> difference::Difference {
    difference::Difference {
        part: part(it.part),
        place: it.place.clone(),
        spot: it.place.clone(),
        change: change(it.change),
        left: it.blue.clone(),
        right: it.green.clone(),
        hidden_by: it.hidden_by.clone(),
    }
}

pub(super) fn difference_of(
    it: &difference::Difference,
    finding: Option<String>,
    (seen, of): (usize, usize),
) -> Difference {
    Difference {
        part: part_of(it.part),
        place: it.place.clone(),
        change: change_of(it.change),
        blue: it.left.clone(),
        green: it.right.clone(),
        finding,
        hidden_by: it.hidden_by.clone(),
        seen: number(seen),
        of: number(of),
    }
}

pub(super) fn kind_of(kind: body::Kind) -> Kind {
    match kind {
        body::Kind::Empty => Kind::Empty,
        body::Kind::Json => Kind::Json,
        body::Kind::Html => Kind::Html,
        body::Kind::Xml => Kind::Xml,
        body::Kind::Text => Kind::Text,
        body::Kind::Image => Kind::Image,
        body::Kind::Binary => Kind::Binary,
    }
}

/// What times say, each probe counting alike.
pub(super) fn latency_over(probes: &[Vec<Times>]) -> Latency {
    let time = |milliseconds: f64| Duration::try_from_secs_f64(milliseconds / 1_000.0).unwrap_or_default();
    let pair = |it: &Times| latency::Pair { blue: time(it.blue), green: time(it.green) };
    let probes: Vec<Vec<_>> = probes.iter().map(|times| times.iter().map(pair).collect()).collect();
    latency_of(&latency::over_suite(&probes))
}

pub(super) fn latency_of(latency: &latency::Latency) -> Latency {
    let (estimate, pairs) = match *latency {
        latency::Latency::NotEnoughData { pairs, .. } => (None, pairs),
        latency::Latency::Estimate { shift, low, high, pairs } => {
            (Some(Estimate { shift, low, high }), pairs)
        }
    };
    Latency { words: latency.words(), estimate, pairs: number(pairs) }
}

pub(super) fn timing_of(timing: &answer::Timing) -> Timing {
    let milliseconds = |it: Duration| it.as_secs_f64() * 1_000.0;
    Timing {
        connect: timing.connect.map(milliseconds),
        first_byte: milliseconds(timing.first_byte),
        total: milliseconds(timing.total),
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;

    #[test]
    fn a_suite_comes_back_as_it_went() {
        let mut ours = sample::suite_detail().suite;
        let places = [
            NoisePlace::Cookie { cookie: "session".to_owned() },
            NoisePlace::Json { path: "$.items[*].id".to_owned(), whole: true },
            NoisePlace::Html { selector: "main > time".to_owned(), whole: false, only: None },
            NoisePlace::Html { selector: "a".to_owned(), whole: true, only: Some("@href".to_owned()) },
            NoisePlace::Header { header: "location".to_owned(), part: Some("state".to_owned()) },
            NoisePlace::Text { pattern: "[0-9]{4}".to_owned() },
        ];
        for (number, place) in places.into_iter().enumerate() {
            let mut rule = ours.noise[0].clone();
            (rule.name, rule.place) = (format!("rule {number}"), place);
            ours.noise.push(rule);
        }
        assert_eq!(suite_of(&suite("smoke", &ours).unwrap()), ours);
    }

    #[test]
    fn a_path_that_is_none_is_a_sentence() {
        let array = Unordered { path: "no path".to_owned(), key: None };
        let wrong = Suite { arrays: vec![array], ..Suite::default() };
        assert!(suite("smoke", &wrong).unwrap_err().ends_with('.'));
    }
}
