//! Small answers and rules for tests.

use viridian_shared::comparison::finding::{Finding, Judgement, Ruling};

use crate::{
    answer::{Body, Elapsed, Header, WholeAnswer},
    difference::rule::{NoisePlace, NoiseRule},
};

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> WholeAnswer {
    let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
    WholeAnswer {
        status,
        version: "HTTP/1.1".into(),
        headers: headers.iter().map(header).collect(),
        body: Body::whole(body.to_vec()),
        timing: Elapsed::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: crate::answer::Names::default(),
    }
}

pub(crate) fn json(body: &str) -> WholeAnswer {
    answer(200, &[("content-type", "application/json")], body.as_bytes())
}

/// A noise rule as somebody accepted it, for every probe.
pub(crate) fn rule(name: &str, place: NoisePlace) -> NoiseRule {
    let (name, by, reason) = (name.to_owned(), "ada".to_owned(), "varies".to_owned());
    NoiseRule { name, probe: None, place, expects: None, by, reason }
}

/// What ada says of a finding as it is now, at the beginning of time.
pub(crate) fn ruling(finding: &Finding, judgement: Judgement, release: &str) -> Ruling {
    Ruling {
        finding: finding.id.clone(),
        judgement,
        by: "ada".to_owned(),
        reason: "as planned".to_owned(),
        at: jiff::Timestamp::UNIX_EPOCH,
        release: release.to_owned(),
        run: finding.first_seen.clone(),
        probes: finding.probes.clone(),
    }
}
