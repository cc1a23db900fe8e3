//! In which encodings a client can read an answer.

use http::{HeaderMap, header};

/// Whether the client can read an answer that is packed so.
pub(super) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let named =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_wanted = |it: &str| {
        let (name, weight) = it.split_once(';').unwrap_or((it, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(1.0);
        name.trim() == encoding && weight > 0.0_f32
    };
    named.split(',').any(is_wanted)
}
