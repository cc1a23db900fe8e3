//! nginx's own pages, and the headers that every answer has.

use bytes::Bytes;
use jiff::Timestamp;

use super::{Response, settings::Settings};

/// The version that the sandbox's nginx says it is.
pub(super) const VERSION: &str = "1.29.3";

/// A moment as HTTP writes it.
pub(super) fn date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// An answer with the headers that nginx sets first.
pub(super) fn answer(settings: &Settings, status: u16, kind: &str, body: Bytes) -> Response {
    let headers = [
        ("Server", server(settings)),
        ("Content-Type", kind.to_owned()),
        ("Content-Length", body.len().to_string()),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Response { status, headers, body }
}

/// The page for a status.
pub(super) fn plain(settings: &Settings, status: u16) -> Response {
    let title = format!("{status} {}", words(status));
    let text = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>{}</center>\r\n</body>\r\n</html>\r\n",
        server(settings)
    );
    answer(settings, status, &settings.with_charset("text/html"), Bytes::from(text))
}

pub(super) fn server(settings: &Settings) -> String {
    if settings.tokens { format!("nginx/{VERSION}") } else { "nginx".to_owned() }
}

/// nginx's own words, which differ from the standard's in places.
fn words(status: u16) -> &'static str {
    match status {
        302 => "Found",
        405 => "Not Allowed",
        416 => "Requested Range Not Satisfiable",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error"),
    }
}
