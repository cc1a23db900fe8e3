//! Answers only under names that are ours.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{header, uri::Authority};
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
    let asked = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = asked.or(request.uri().authority().map(Authority::as_str)).and_then(|it| it.parse().ok());
    if authority.is_some_and(|authority: Authority| is_ours(&app.hosts, authority.host())) {
        return next.run(request).await;
    }
    let mut failure = Failure::new(ProblemCode::Forbidden, "The console is not served under this host name.");
    failure.0.hint = Some("Add the name to allowed_hosts in the configuration.".to_owned());
    failure.into_response()
}

fn is_ours(hosts: &[String], host: &str) -> bool {
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    loopback || hosts.iter().any(|it| it.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_for_this_address_is_not_ours() {
        assert!(is_ours(&[], "localhost") && is_ours(&[], "[::1]"));
        assert!(!is_ours(&[], "rebound.example"));
        assert!(is_ours(&["console.example".to_owned()], "Console.example"));
    }
}
