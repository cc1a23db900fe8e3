//! A whole answer out of what is kept of it: its head and its body.

use bytes::Bytes;
use viridian_compare::answer::{Body, Elapsed, Names, WholeAnswer};
use viridian_domain::{Service, port::PortError};
use viridian_shared::{
    colour::Colour,
    comparison::probe::{Answer, ProbeDetail},
};

/// What a colour answered; none if it gave no answer or it was dropped.
pub async fn answer(
    service: &Service,
    detail: &ProbeDetail,
    run: &str,
    colour: Colour,
) -> Result<Option<WholeAnswer>, PortError> {
    let ours = match colour {
        Colour::Blue => &detail.blue,
        Colour::Green => &detail.green,
    };
    let Some(ours) = ours else { return Ok(None) };
    let captures = service.ports.runs.captures(service.name(), run, &detail.brief.name, colour).await?;
    let body = captures.into_iter().find(|capture| capture.asset.is_none());
    Ok(body.map(|body| answer_of(ours, body.bytes)))
}

/// With its body, as it is kept.
pub(crate) fn answer_of(ours: &Answer, kept: Bytes) -> WholeAnswer {
    WholeAnswer {
        status: ours.status,
        version: ours.version.clone(),
        headers: ours.headers.clone(),
        body: Body {
            kept,
            length: ours.length,
            sha256: ours.sha256.clone(),
            broken: None,
            is_withheld: false,
        },
        timing: Elapsed::default(),
        at: ours.at,
        tls: ours.tls.clone(),
        names: Names::default(),
    }
}

/// As it is compared: the addresses of both colours are one.
pub(crate) fn compared(answer: WholeAnswer, detail: &ProbeDetail) -> WholeAnswer {
    WholeAnswer { names: Names::of(detail.addresses.iter().map(String::as_str)), ..answer }
}

/// An answer of one kind, for tests.
#[cfg(test)]
pub(crate) fn plain(kind: &str, body: Vec<u8>) -> WholeAnswer {
    WholeAnswer {
        status: 200,
        version: "HTTP/1.1".to_owned(),
        headers: vec![viridian_compare::answer::Header {
            name: "content-type".to_owned(),
            value: kind.to_owned(),
        }],
        body: Body::whole(body),
        timing: Elapsed::default(),
        at: jiff::Timestamp::UNIX_EPOCH,
        tls: None,
        names: Names::default(),
    }
}
