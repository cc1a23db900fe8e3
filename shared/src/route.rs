//! Every path of the API, for both sides.

use std::fmt::Write;

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
pub const HEALTHZ: &str = "/healthz";
pub const READYZ: &str = "/readyz";
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_slash_stays_one_segment() {
        assert_eq!(snapshot("a/b c"), "/api/services/a%2Fb%20c");
    }
}
