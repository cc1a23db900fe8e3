//! Small answers for tests.

use crate::answer::{Answer, Body, Header, Timing};

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
    Answer {
        status,
        version: "HTTP/1.1".into(),
        headers: headers.iter().map(header).collect(),
        body: Body::whole(body.to_vec()),
        timing: Timing::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: crate::answer::Names::default(),
    }
}

pub(crate) fn json(body: &str) -> Answer {
    answer(200, &[("content-type", "application/json")], body.as_bytes())
}
