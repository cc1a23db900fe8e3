//! What holds for a server and its locations, and the answers that follow from it.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::mime;

/// Why a location gives no answer of its own.
pub(crate) enum Error {
    Status(u16),
    /// The request goes on at another address of the same server.
    Elsewhere(String),
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) ports: Vec<u16>,
    pub(crate) settings: Settings,
    pub(crate) locations: Vec<Location>,
}

#[derive(Debug)]
pub(crate) struct Location {
    pub(crate) exact: bool,
    pub(crate) path: String,
    pub(crate) settings: Settings,
}

/// What holds for a server or a location.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) root: String,
    pub(crate) index: Vec<String>,
    pub(crate) headers: Vec<Added>,
    pub(crate) error_pages: Vec<ErrorPage>,
    pub(crate) default_type: String,
    pub(crate) types: Option<BTreeMap<String, String>>,
    pub(crate) charset: Option<String>,
    pub(crate) expires: Option<Expires>,
    pub(crate) etag: bool,
    /// Whether the version is shown.
    pub(crate) tokens: bool,
    /// The words of `try_files`.
    pub(crate) tried: Vec<String>,
    pub(crate) answer: Option<Answer>,
}

#[derive(Debug, Clone)]
pub(crate) struct Added {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) always: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ErrorPage {
    pub(crate) statuses: Vec<u16>,
    pub(crate) instead: Option<u16>,
    pub(crate) uri: String,
}

/// `return`.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Expires {
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
    pub(crate) fn settings_for(&self, path: &str) -> &Settings {
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
    pub(crate) fn place(&self, path: &str) -> String {
        format!("{}{path}", self.root.trim_end_matches('/'))
    }

    /// The content type of a file, with its charset.
    pub(crate) fn kind(&self, place: &str) -> String {
        let name = place.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        let known = match &self.types {
            Some(own) => own.get(&ending).map(String::as_str),
            None => mime::of(&ending),
        };
        self.with_charset(known.unwrap_or(&self.default_type))
    }

    pub(crate) fn with_charset(&self, kind: &str) -> String {
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
