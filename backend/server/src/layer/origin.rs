//! What changes something must come from our own page, or from no page at all.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};
use viridian_shared::problem::ProblemCode;

use crate::reply::Failure;

pub(super) async fn check(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(request.headers()) {
        return next.run(request).await;
    }
    Failure::new(ProblemCode::Forbidden, "This was sent by the page of another site.").into_response()
}

/// Browsers say where a request comes from, by `Sec-Fetch-Site` or at least by `Origin`; programs say nothing.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => text("origin").is_none_or(|origin| {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST.as_str())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &str)]) -> bool {
        is_own(&pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
    }

    #[test]
    fn another_sites_page_is_recognised_by_either_header() {
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("sec-fetch-site", "same-site")]));
        assert!(!own(&[("origin", "http://evil.example"), ("host", "localhost:3000")]));
        assert!(!own(&[("origin", "null"), ("host", "localhost:3000")]));
    }

    #[test]
    fn our_page_and_a_program_may_act() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(own(&[]));
    }
}
