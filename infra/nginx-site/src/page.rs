//! nginx's own pages, and the headers that every answer has.

use bytes::Bytes;
use jiff::Timestamp;

use crate::{
    Response,
    settings::{Answer, Error, Expires, Settings},
};

/// The version that the sandbox's nginx says it is.
pub(crate) const VERSION: &str = "1.29.3";

/// A moment as HTTP writes it.
pub(crate) fn date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// An answer with the headers that nginx sets first.
pub(crate) fn answer(settings: &Settings, status: u16, kind: &str, body: Bytes) -> Response {
    let headers = [
        ("Server", server(settings)),
        ("Content-Type", kind.to_owned()),
        ("Content-Length", body.len().to_string()),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Response { status, headers, body }
}

/// The page for a status.
pub(crate) fn plain(settings: &Settings, status: u16) -> Response {
    let title = format!("{status} {}", words(status));
    let text = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>{}</center>\r\n</body>\r\n</html>\r\n",
        server(settings)
    );
    answer(settings, status, &settings.with_charset("text/html"), Bytes::from(text))
}

pub(crate) fn server(settings: &Settings) -> String {
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

impl Answer {
    pub(crate) fn give(&self, settings: &Settings, fill: &dyn Fn(&str) -> String) -> Result<Response, Error> {
        let text = self.text.as_deref().map(fill);
        if matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            let mut answer = plain(settings, self.status);
            answer.headers.push(("Location".to_owned(), text.unwrap_or_default()));
            return Ok(answer);
        }
        match text {
            None if self.status >= 300 => Err(Error::Status(self.status)),
            text => {
                let kind = settings.with_charset(&settings.default_type);
                Ok(answer(settings, self.status, &kind, Bytes::from(text.unwrap_or_default())))
            }
        }
    }
}

impl Expires {
    pub(crate) fn headers(self, now: Timestamp) -> [(String, String); 2] {
        let (date, control) = match self {
            Self::After(span) => {
                let seconds = span.as_secs();
                let control = if seconds < 0 { "no-cache".to_owned() } else { format!("max-age={seconds}") };
                (date(now.checked_add(span).unwrap_or(now)), control)
            }
            Self::Epoch => ("Thu, 01 Jan 1970 00:00:01 GMT".to_owned(), "no-cache".to_owned()),
            Self::Max => ("Thu, 31 Dec 2037 23:55:55 GMT".to_owned(), "max-age=315360000".to_owned()),
        };
        [("Expires".to_owned(), date), ("Cache-Control".to_owned(), control)]
    }
}
