//! A client's own id for a request is kept where it is short and plain, and is otherwise replaced by one of ours.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

pub(super) async fn tame(mut request: Request, next: Next) -> Response {
    if !is_tame(request.headers()) {
        request.headers_mut().remove(HEADER);
    }
    next.run(request).await
}

fn is_tame(headers: &HeaderMap) -> bool {
    let mut sent = headers.get_all(HEADER).iter();
    let (Some(id), None) = (sent.next(), sent.next()) else { return false };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_long_or_odd_or_sent_twice_is_not_taken() {
        let is = |ids: &[&str]| is_tame(&ids.iter().map(|id| (HEADER, id.parse().unwrap())).collect());
        assert!(is(&["0190-a_b.c:1"]));
        assert!(!is(&["a", "b"]) && !is(&[""]) && !is(&["a b"]) && !is(&["<script>"]) && !is(&["a\"b"]));
        assert!(!is(&[&"x".repeat(65)]) && is(&[&"x".repeat(64)]));
    }
}
