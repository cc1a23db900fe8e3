//! Every path of the API, for both sides.

use std::fmt::Write;

use crate::{
    colour::Colour,
    comparison::{suite::NoisePlace, view::View},
};

/// Who is signed in (GET), sign in (POST), sign out (DELETE).
pub const SESSION: &str = "/api/session";
/// Every service in brief.
pub const SERVICES: &str = "/api/services";
/// The event stream; `?service=NAME` adds that service's snapshot.
pub const STREAM: &str = "/api/stream";
/// The journal of all services; `?before=`, `?limit=`.
pub const JOURNAL: &str = "/api/journal";
/// The API described by itself.
pub const OPENAPI: &str = "/api/openapi.json";
/// Whether the process lives.
pub const HEALTHZ: &str = "/healthz";
/// Whether it can serve.
pub const READYZ: &str = "/readyz";
/// Counters for Prometheus.
pub const METRICS: &str = "/metrics";

/// A service's snapshot.
pub fn snapshot(service: &str) -> String {
    format!("{SERVICES}/{}", segment(service))
}

/// The journal of one service.
pub fn service_journal(service: &str) -> String {
    format!("{SERVICES}/{}/journal", segment(service))
}

/// Where a command is posted.
pub fn command<C: crate::command::Command>(service: &str) -> String {
    format!("{SERVICES}/{}/{}", segment(service), C::NAME)
}

/// A state machine's definition.
pub fn definition(service: &str, machine: &str) -> String {
    format!("{SERVICES}/{}/machines/{}", segment(service), segment(machine))
}

/// One execution with its events; `?after=` goes on.
pub fn execution(service: &str, machine: &str, execution: &str) -> String {
    format!("{SERVICES}/{}/machines/{}/executions/{}", segment(service), segment(machine), segment(execution))
}

/// The definition that an execution runs by.
pub fn used_definition(service: &str, machine: &str, execution: &str) -> String {
    format!("{}/definition", self::execution(service, machine, execution))
}

/// The comparison of a service: what hangs on it follows below.
fn comparison(service: &str) -> String {
    format!("{SERVICES}/{}/comparison", segment(service))
}

/// A suite whole.
pub fn suite(service: &str, suite: &str) -> String {
    format!("{}/suites/{}", comparison(service), segment(suite))
}

/// What a noise rule would hide of a suite's last run; for one probe where it is told.
pub fn reach(service: &str, suite: &str, place: &NoisePlace, probe: Option<&str>) -> String {
    let (kind, at, whole) = place.parts();
    let probe = probe.map(|probe| format!("&probe={}", segment(probe))).unwrap_or_default();
    let only = place.only().map(|only| format!("&only={}", segment(only))).unwrap_or_default();
    format!("{}/reach?kind={kind}&at={}&whole={whole}{only}{probe}", self::suite(service, suite), segment(at))
}

/// Runs, newest first; `before` goes on.
pub fn runs(service: &str, before: Option<&str>) -> String {
    let before = before.map(|before| format!("?before={}", segment(before))).unwrap_or_default();
    format!("{}/runs{before}", comparison(service))
}

/// A run whole.
pub fn run(service: &str, run: &str) -> String {
    format!("{}/runs/{}", comparison(service), segment(run))
}

/// One probe of a run.
pub fn probe(service: &str, run: &str, probe: &str) -> String {
    format!("{}/probes/{}", self::run(service, run), segment(probe))
}

/// A window of rows; the first one carries the outline.
pub fn rows(service: &str, run: &str, probe: &str, view: View, from: u32, count: u32) -> String {
    let probe = self::probe(service, run, probe);
    format!("{probe}/rows?view={}&from={from}&count={count}", view.slug())
}

/// The page that a colour served, cut off from everything: for a sandboxed frame and nothing else.
pub fn captured_page(service: &str, run: &str, probe: &str, colour: Colour) -> String {
    format!("{}/page/{}", self::probe(service, run, probe), colour.slug())
}

/// The body that a colour sent: a picture as such, anything else to be saved.
pub fn captured_body(service: &str, run: &str, probe: &str, colour: Colour) -> String {
    format!("{}/body/{}", self::probe(service, run, probe), colour.slug())
}

/// A picture to lay over either colour's, marked where the two differ.
pub fn picture_mask(service: &str, run: &str, probe: &str) -> String {
    format!("{}/mask", self::probe(service, run, probe))
}

/// Probes by time; of the suite and the release of the newest run unless told.
pub fn heat_map(service: &str, suite: Option<&str>) -> String {
    let suite = suite.map(|suite| format!("?suite={}", segment(suite))).unwrap_or_default();
    format!("{}/heat-map{suite}", comparison(service))
}

/// The event stream with a service's snapshot.
pub fn stream(service: Option<&str>) -> String {
    service.map_or_else(|| STREAM.to_owned(), |service| format!("{STREAM}?service={}", segment(service)))
}

/// Percent-encodes what may not stand in one segment of a path.
pub fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Reads what [`segment`] wrote; what is no code stays as it is.
pub fn plain(encoded: &str) -> String {
    String::from_utf8(decoded(encoded)).unwrap_or_else(|_| encoded.to_owned())
}

/// The bytes of a percent-encoded text, which need not be text themselves.
pub fn decoded(encoded: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, tail @ ..] = rest {
        let coded = (*first == b'%').then(|| tail.get(..2).and_then(hex)).flatten();
        bytes.push(coded.unwrap_or(*first));
        rest = if coded.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    bytes
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|it| !it.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_reads_as_before_and_what_was_not_stays() {
        for text in ["a/b c", "100% größer?", "", "%", "%zz", "%+1", "a%2"] {
            assert_eq!(plain(&segment(text)), text);
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("%2fa%FF"), "%2fa%FF", "not UTF-8");
    }

    #[test]
    fn a_name_with_a_slash_stays_one_segment() {
        assert_eq!(snapshot("a/b c"), "/api/services/a%2Fb%20c");
        let rows = rows("shop", "17", "GET /api/x?a=1", View::Tree, 0, 100);
        let expected = "/api/services/shop/comparison/runs/17/probes/GET%20%2Fapi%2Fx%3Fa%3D1/rows";
        assert_eq!(rows, format!("{expected}?view=tree&from=0&count=100"));
    }
}
