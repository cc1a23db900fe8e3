//! The page with what its stream would begin with, so that it stands whole as soon as its code has arrived.
//!
//! It is an answer for one person and is not kept. Whoever is not known here, or asks too often, gets the page alone
//! and learns the rest from the stream.

use std::{
    io::{self, Write},
    net::IpAddr,
};

use axum::response::{IntoResponse, Response};
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, Method, header};
use viridian_shared::route::plain;

use super::{encoding::accepts, stream::beginning};
use crate::{
    App,
    extract::signed::{admit, find},
};

/// How a script is named that is data: the browser neither runs it nor shows it.
const BEFORE: &[u8] = b"<script type=\"text/event-stream\" id=\"beginning\">";
const AFTER: &[u8] = b"</script>";

/// The page as this person sees it first, where that is known.
pub(super) async fn page(
    app: &App,
    path: &str,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Option<Response> {
    let signed = find(app, headers, from).await.ok().flatten()?;
    admit(app, &signed.person.name, &Method::GET).ok()?;
    let told = beginning(app, &signed, service(path).as_deref()).await.ok()?;
    let html = [&app.page.index().bytes, BEFORE, &harmless(&told), AFTER].concat();
    let is_packed = accepts(headers, "gzip");
    let body = if is_packed { packed(&html).ok()? } else { html };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
    put(header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(header::CACHE_CONTROL, "no-store");
    put(header::VARY, "accept-encoding, cookie");
    if is_packed {
        put(header::CONTENT_ENCODING, "gzip");
    }
    Some(response)
}

/// The service that an address of the page names.
fn service(path: &str) -> Option<String> {
    let name = path.strip_prefix("/s/")?.split('/').next()?;
    Some(plain(name))
}

/// In JSON a `<` stands in texts only; written as its code it can neither end the script nor begin a comment in it.
fn harmless(told: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(told.len());
    for byte in told {
        match byte {
            b'<' => written.extend_from_slice(b"\\u003c"),
            other => written.push(*other),
        }
    }
    written
}

fn packed(html: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(html.len() / 3), Compression::default());
    encoder.write_all(html)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_the_world_ends_the_script() {
        let told = br#"data: {"title":"</script><script>alert(1)</script><!-- <script"}"#;
        let written = String::from_utf8(harmless(told)).unwrap();
        assert!(!written.contains('<'), "{written}");
        let json = written.strip_prefix("data: ").unwrap();
        let read: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(read["title"], "</script><script>alert(1)</script><!-- <script");
    }

    #[test]
    fn an_address_names_its_service() {
        assert_eq!(service("/"), None);
        assert_eq!(service("/s/shop"), Some("shop".to_owned()));
        assert_eq!(service("/s/the%20shop/compare"), Some("the shop".to_owned()));
    }
}
