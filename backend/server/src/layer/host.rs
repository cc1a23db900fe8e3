//! Answers only under names that are ours.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Uri, header, uri::Authority};
use viridian_shared::{
    problem::ProblemCode,
    route::{HEALTHZ, READYZ},
};

use crate::{App, reply::Failure};

pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    // Whoever checks a target's health asks by its address.
    if matches!(request.uri().path(), HEALTHZ | READYZ) {
        return next.run(request).await;
    }
    if names_us(&app.doors.hosts, request.headers(), request.uri()) {
        return next.run(request).await;
    }
    let mut failure = Failure::new(ProblemCode::Forbidden, "The console is not served under this host name.");
    failure.0.hint = Some("Add the name to allowed_hosts in the configuration.".to_owned());
    failure.into_response()
}

/// Whatever names a host has to name us: one header, and the target where it is written whole.
fn names_us(hosts: &[String], headers: &HeaderMap, uri: &Uri) -> bool {
    let mut sent = headers.get_all(header::HOST).iter();
    let header = sent.next();
    if sent.next().is_some() {
        return false;
    }
    let header = header.map(|value| value.to_str().ok().and_then(|it| it.parse::<Authority>().ok()));
    let mut named = header.into_iter().chain(uri.authority().cloned().map(Some)).peekable();
    named.peek().is_some()
        && named.all(|named| named.is_some_and(|authority| is_ours(hosts, authority.host())))
}

fn is_ours(hosts: &[String], host: &str) -> bool {
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    loopback || hosts.iter().any(|it| it.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_named_twice_or_in_two_ways_has_to_be_ours_each_time() {
        let named = |hosts: &[&str], uri: &str| {
            let headers = hosts.iter().map(|host| (header::HOST, host.parse().unwrap())).collect();
            names_us(&[], &headers, &uri.parse().unwrap())
        };
        assert!(named(&["localhost:3000"], "/") && named(&["localhost"], "http://127.0.0.1:3000/"));
        assert!(!named(&[], "/"), "HTTP/1.0 without a name");
        assert!(!named(&["localhost", "localhost"], "/") && !named(&["localhost", "evil.example"], "/"));
        assert!(
            !named(&["localhost"], "http://evil.example/") && !named(&["evil.example"], "http://localhost/")
        );
        assert!(
            !named(&["localhost@evil.example"], "/") && !named(&["localhost."], "/") && !named(&[""], "/")
        );
    }

    #[test]
    fn a_foreign_name_for_this_address_is_not_ours() {
        assert!(is_ours(&[], "localhost") && is_ours(&[], "[::1]"));
        assert!(!is_ours(&[], "rebound.example"));
        assert!(is_ours(&["console.example".to_owned()], "Console.example"));
    }
}
