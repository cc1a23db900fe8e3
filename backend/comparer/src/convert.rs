//! Suites and rules as they are kept, and as `viridian-compare` has them ready.

use std::time::Duration;

use viridian_compare::{
    answer,
    difference::rule::{Place, Refused, Rule},
    probe, suite as file,
};
use viridian_shared::comparison::{
    probe::Timing,
    suite::{Header, NoisePlace, NoiseRule, Probe, Suite, Unordered},
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
        expects: rule.expects,
        by: rule.by.clone(),
        reason: rule.reason.clone(),
    })
}

fn rule_of(rule: &Rule) -> NoiseRule {
    NoiseRule {
        name: rule.name.clone(),
        probe: rule.probe.clone(),
        place: place_of(&rule.place),
        expects: rule.expects,
        by: rule.by.clone(),
        reason: rule.reason.clone(),
    }
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

pub(super) fn timing_of(timing: &answer::Timing) -> Timing {
    let milliseconds = |it: Duration| it.as_secs_f64() * 1_000.0;
    Timing {
        connect: timing.connect.map(milliseconds),
        first_byte: milliseconds(timing.first_byte),
        total: milliseconds(timing.total),
    }
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
