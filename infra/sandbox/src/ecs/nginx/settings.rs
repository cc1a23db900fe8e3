//! What holds for a server and its locations, and the answers that follow from it.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::{Response, mime, page};

/// Why a location gives no answer of its own.
pub(super) enum Error {
    Status(u16),
    /// The request goes on at another address of the same server.
    Elsewhere(String),
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) ports: Vec<u16>,
    pub(super) settings: Settings,
    pub(super) locations: Vec<Location>,
}

#[derive(Debug)]
pub(super) struct Location {
    pub(super) exact: bool,
    pub(super) path: String,
    pub(super) settings: Settings,
}

/// What holds for a server or a location.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) root: String,
    pub(super) index: Vec<String>,
    pub(super) headers: Vec<Added>,
    pub(super) error_pages: Vec<ErrorPage>,
    pub(super) default_type: String,
    pub(super) types: Option<BTreeMap<String, String>>,
    pub(super) charset: Option<String>,
    pub(super) expires: Option<Expires>,
    pub(super) etag: bool,
    /// Whether the version is shown.
    pub(super) tokens: bool,
    /// The words of `try_files`.
    pub(super) tried: Vec<String>,
    pub(super) answer: Option<Answer>,
}

#[derive(Debug, Clone)]
pub(super) struct Added {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) always: bool,
}

#[derive(Debug, Clone)]
pub(super) struct ErrorPage {
    pub(super) statuses: Vec<u16>,
    pub(super) instead: Option<u16>,
    pub(super) uri: String,
}

/// `return`.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Expires {
    After(SignedDuration),
    Epoch,
    Max,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            root: "/usr/share/nginx/html".to_owned(),
            index: vec!["index.html".to_owned()],
            headers: Vec::new(),
            error_pages: Vec::new(),
            // What nginx.conf of the official image sets.
            default_type: "application/octet-stream".to_owned(),
            types: None,
            charset: None,
            expires: None,
            etag: true,
            tokens: true,
            tried: Vec::new(),
            answer: None,
        }
    }
}

impl Default for Server {
    /// The server of the official image's own `default.conf`.
    fn default() -> Self {
        let pages =
            ErrorPage { statuses: vec![500, 502, 503, 504], instead: None, uri: "/50x.html".to_owned() };
        let index = vec!["index.html".to_owned(), "index.htm".to_owned()];
        let settings = Settings { error_pages: vec![pages], index, ..Settings::default() };
        Self { ports: vec![80], settings, locations: Vec::new() }
    }
}

impl Server {
    /// The settings of the location that a path falls into: an exact one, or the longest prefix.
    pub(super) fn settings_for(&self, path: &str) -> &Settings {
        let exact = self.locations.iter().find(|location| location.exact && location.path == path);
        let prefix = || {
            let fitting =
                self.locations.iter().filter(|location| !location.exact && path.starts_with(&location.path));
            fitting.max_by_key(|location| location.path.len())
        };
        exact.or_else(prefix).map_or(&self.settings, |location| &location.settings)
    }
}

impl Settings {
    /// Where in the image a path lies.
    pub(super) fn place(&self, path: &str) -> String {
        format!("{}{path}", self.root.trim_end_matches('/'))
    }

    /// The content type of a file, with its charset.
    pub(super) fn kind(&self, place: &str) -> String {
        let name = place.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        let known = match &self.types {
            Some(own) => own.get(&ending).map(String::as_str),
            None => mime::of(&ending),
        };
        self.with_charset(known.unwrap_or(&self.default_type))
    }

    pub(super) fn with_charset(&self, kind: &str) -> String {
        let takes = matches!(
            kind,
            "text/html"
                | "text/xml"
                | "text/plain"
                | "text/css"
                | "application/javascript"
                | "application/rss+xml"
        );
        match &self.charset {
            Some(charset) if takes => format!("{kind}; charset={charset}"),
            _ => kind.to_owned(),
        }
    }
}

impl Answer {
    pub(super) fn give(&self, settings: &Settings, fill: &dyn Fn(&str) -> String) -> Result<Response, Error> {
        let text = self.text.as_deref().map(fill);
        if matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            let mut answer = page::plain(settings, self.status);
            answer.headers.push(("Location".to_owned(), text.unwrap_or_default()));
            return Ok(answer);
        }
        match text {
            None if self.status >= 300 => Err(Error::Status(self.status)),
            text => {
                let kind = settings.with_charset(&settings.default_type);
                Ok(page::answer(settings, self.status, &kind, Bytes::from(text.unwrap_or_default())))
            }
        }
    }
}

impl Expires {
    pub(super) fn headers(self, now: Timestamp) -> [(String, String); 2] {
        let (date, control) = match self {
            Self::After(span) => {
                let seconds = span.as_secs();
                let control = if seconds < 0 { "no-cache".to_owned() } else { format!("max-age={seconds}") };
                (page::date(now.checked_add(span).unwrap_or(now)), control)
            }
            Self::Epoch => ("Thu, 01 Jan 1970 00:00:01 GMT".to_owned(), "no-cache".to_owned()),
            Self::Max => ("Thu, 31 Dec 2037 23:55:55 GMT".to_owned(), "max-age=315360000".to_owned()),
        };
        [("Expires".to_owned(), date), ("Cache-Control".to_owned(), control)]
    }
}
