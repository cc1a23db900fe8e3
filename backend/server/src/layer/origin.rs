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

/// Browsers say where a request comes from, by `Sec-Fetch-Site` or at least by `Origin`; programs say nothing. Whatever
/// is said more than once has to be right each time, and what cannot be read is not ours.
fn is_own(headers: &HeaderMap) -> bool {
    let all = |name: &str| {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect();
        values
    };
    let sites = all("sec-fetch-site");
    if !sites.is_empty() {
        return sites.iter().all(|site| matches!(*site, "same-origin" | "none"));
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let is_ours = |origin: &&str| {
        let named = origin.split_once("://").map(|(_, named)| named);
        named.is_some() && named == host
    };
    all("origin").iter().all(is_ours)
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
        assert!(!own(&[("origin", ""), ("host", "localhost:3000")]));
        let ours = ("origin", "http://localhost:3000");
        assert!(!own(&[ours, ("origin", "http://evil.example"), ("host", "localhost:3000")]));
        assert!(!own(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
        let unread = [(header::ORIGIN, http::HeaderValue::from_bytes(b"\xFF").unwrap())];
        assert!(!is_own(&unread.into_iter().collect()));
    }

    #[test]
    fn our_page_and_a_program_may_act() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(own(&[]));
    }
}
