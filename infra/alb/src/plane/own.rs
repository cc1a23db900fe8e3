//! What the load balancer answers by itself.

use std::fmt::Write as _;

use jiff::{Timestamp, fmt::strtime};

/// An answer of the load balancer's own, with what is not the same in all of them.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) body: String,
    pub(crate) location: Option<String>,
    pub(crate) cookies: Vec<String>,
}

impl Own {
    /// A page in the load balancer's own words.
    pub(crate) fn page(status: u16) -> Self {
        let title = format!("{status} {}", reason(status));
        let body = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        );
        Self { status, kind: "text/html".to_owned(), body, location: None, cookies: Vec::new() }
    }

    /// The answer as bytes. An answer to HEAD has no body, but says how long it would be.
    pub(crate) fn bytes(&self, is_head: bool, keep: bool) -> Vec<u8> {
        let now = strtime::format("%a, %d %b %Y %H:%M:%S GMT", Timestamp::now()).unwrap_or_default();
        let mut text = format!(
            "HTTP/1.1 {} {}\r\nServer: awselb/2.0\r\nDate: {now}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
            self.status,
            reason(self.status),
            clean(&self.kind),
            self.body.len(),
        );
        if let Some(location) = &self.location {
            let _ = write!(text, "Location: {}\r\n", clean(location));
        }
        for cookie in &self.cookies {
            let _ = write!(text, "Set-Cookie: {}\r\n", clean(cookie));
        }
        text.push_str(if keep { "Connection: keep-alive\r\n\r\n" } else { "Connection: close\r\n\r\n" });
        if !is_head {
            text.push_str(&self.body);
        }
        text.into_bytes()
    }
}

/// A value without what would end its line.
fn clean(value: &str) -> String {
    value.chars().filter(|letter| !letter.is_control()).collect()
}

pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        414 => "Request-URI Too Large",
        401 => "Authorization Required",
        561 => "Unauthorized",
        _ => http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_be_broken_out_of() {
        let own = Own { location: Some("http://x/\r\nSet-Cookie: a=b".to_owned()), ..Own::page(302) };
        let text = String::from_utf8(own.bytes(false, true)).unwrap();
        assert!(text.contains("Location: http://x/Set-Cookie: a=b\r\n"), "{text}");
    }

    #[test]
    fn an_answer_to_head_has_a_length_and_no_body() {
        let text = String::from_utf8(Own::page(503).bytes(true, false)).unwrap();
        assert!(
            text.starts_with("HTTP/1.1 503 Service Temporarily Unavailable\r\nServer: awselb/2.0\r\n"),
            "{text}"
        );
        assert!(text.ends_with("Connection: close\r\n\r\n") && !text.contains("Content-Length: 0"), "{text}");
    }
}
