//! What the directives of a configuration mean: servers, locations and what they inherit.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::{
    Response,
    config::{Directive, refuse},
    mime, page, variable,
};

/// Directives that change nothing that the sandbox shows.
const WITHOUT_EFFECT: &[&str] = &[
    "absolute_redirect",
    "access_log",
    "client_body_timeout",
    "client_header_timeout",
    "client_max_body_size",
    "error_log",
    "gzip",
    "gzip_comp_level",
    "gzip_disable",
    "gzip_min_length",
    "gzip_proxied",
    "gzip_static",
    "gzip_types",
    "gzip_vary",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "log_not_found",
    "port_in_redirect",
    "reset_timedout_connection",
    "send_timeout",
    "sendfile",
    "server_name",
    "server_name_in_redirect",
    "tcp_nodelay",
    "tcp_nopush",
    "types_hash_max_size",
];

/// Directives that nginx knows and the sandbox does not carry out: better refused than ignored.
const NOT_HERE: &[&str] = &[
    "alias",
    "auth_basic",
    "autoindex",
    "fastcgi_pass",
    "if",
    "include",
    "internal",
    "limit_req",
    "map",
    "proxy_pass",
    "resolver",
    "rewrite",
    "set",
    "sub_filter",
    "upstream",
];

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
    locations: Vec<Location>,
}

#[derive(Debug)]
struct Location {
    exact: bool,
    path: String,
    settings: Settings,
}

/// What holds for a server or a location.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    root: String,
    pub(super) index: Vec<String>,
    pub(super) headers: Vec<Added>,
    pub(super) error_pages: Vec<ErrorPage>,
    default_type: String,
    types: Option<BTreeMap<String, String>>,
    charset: Option<String>,
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
    status: u16,
    text: Option<String>,
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

/// The servers of a file of `conf.d`.
pub(super) fn servers(directives: &[Directive], file: &str) -> Result<Vec<Server>, String> {
    let mut outer = Settings::default();
    for directive in directives.iter().filter(|directive| directive.name != "server") {
        apply(&mut outer, directive, file, &mut Fresh::default())?;
    }
    let servers = directives.iter().filter(|directive| directive.name == "server");
    servers.map(|directive| server(directive, &outer, file)).collect()
}

fn server(directive: &Directive, outer: &Settings, file: &str) -> Result<Server, String> {
    let inside = directive.block.as_deref().unwrap_or_default();
    let mut ports = Vec::new();
    let mut settings = outer.clone();
    let mut fresh = Fresh::default();
    for directive in inside.iter().filter(|directive| directive.name != "location") {
        if directive.name == "listen" {
            ports.extend(port(directive, file)?);
        } else {
            apply(&mut settings, directive, file, &mut fresh)?;
        }
    }
    if ports.is_empty() {
        ports.push(80);
    }
    let mut locations: Vec<Location> = Vec::new();
    for directive in inside.iter().filter(|directive| directive.name == "location") {
        let location = location(directive, &settings, file)?;
        if locations.iter().any(|other| other.exact == location.exact && other.path == location.path) {
            return Err(refuse(&format!("duplicate location \"{}\"", location.path), file, directive.line));
        }
        locations.push(location);
    }
    Ok(Server { ports, settings, locations })
}

fn location(directive: &Directive, outer: &Settings, file: &str) -> Result<Location, String> {
    let (exact, path) = match directive.words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["=", path] => (true, *path),
        ["^~", path] | [path] if !path.starts_with('~') => (false, *path),
        _ => return Err(refuse("the sandbox only knows exact and prefix locations", file, directive.line)),
    };
    // A server's own answer and files to try do not pass into its locations.
    let mut settings = Settings { tried: Vec::new(), answer: None, ..outer.clone() };
    let mut fresh = Fresh::default();
    for directive in directive.block.as_deref().unwrap_or_default() {
        apply(&mut settings, directive, file, &mut fresh)?;
    }
    Ok(Location { exact, path: path.to_owned(), settings })
}

/// `listen 80`, `listen [::]:80 default_server`, `listen 0.0.0.0:80`.
fn port(directive: &Directive, file: &str) -> Result<Option<u16>, String> {
    let word = directive.words.first().map(String::as_str).unwrap_or_default();
    let number = word.rsplit(':').next().unwrap_or_default();
    match number.parse() {
        Ok(port) => Ok(Some(port)),
        Err(_) => Err(refuse(
            &format!("invalid port in \"{word}\" of the \"listen\" directive"),
            file,
            directive.line,
        )),
    }
}

/// Lists that the first directive of a level begins anew instead of adding to what was inherited.
#[derive(Default)]
struct Fresh {
    headers: bool,
    error_pages: bool,
}

fn apply(
    settings: &mut Settings,
    directive: &Directive,
    file: &str,
    fresh: &mut Fresh,
) -> Result<(), String> {
    let wrong = || {
        refuse(
            &format!("invalid number of arguments in \"{}\" directive", directive.name),
            file,
            directive.line,
        )
    };
    let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
    for word in &words {
        variable::check(word)
            .map_err(|name| refuse(&format!("unknown \"{name}\" variable"), file, directive.line))?;
    }
    match (directive.name.as_str(), words.as_slice()) {
        ("root", [root]) => (*root).clone_into(&mut settings.root),
        ("index", [_, ..]) => settings.index.clone_from(&directive.words),
        ("add_header", [name, value]) => add(settings, fresh, name, value, false),
        ("add_header", [name, value, "always"]) => add(settings, fresh, name, value, true),
        ("error_page", [statuses @ .., uri]) if !statuses.is_empty() => {
            if !std::mem::replace(&mut fresh.error_pages, true) {
                settings.error_pages.clear();
            }
            settings.error_pages.push(error_page(statuses, uri));
        }
        ("default_type", [kind]) => (*kind).clone_into(&mut settings.default_type),
        ("types", []) => settings.types = Some(own_types(directive)),
        ("charset", ["off"]) => settings.charset = None,
        ("charset", [charset]) => settings.charset = Some((*charset).to_owned()),
        ("expires", ["off"]) => settings.expires = None,
        ("expires", words) => settings.expires = Some(expires(words).ok_or_else(wrong)?),
        ("etag", _) => settings.etag = switch(directive, file)?,
        ("server_tokens", _) => settings.tokens = switch(directive, file)?,
        ("try_files", [_, _, ..]) => settings.tried.clone_from(&directive.words),
        ("return", [code, rest @ ..]) if rest.len() <= 1 => {
            let given = answer(code, rest.first().copied());
            let wrong = || refuse(&format!("invalid return code \"{code}\""), file, directive.line);
            settings.answer = Some(given.ok_or_else(wrong)?);
        }
        (
            "root" | "index" | "add_header" | "error_page" | "default_type" | "charset" | "try_files"
            | "return",
            _,
        ) => {
            return Err(wrong());
        }
        (name, _) if WITHOUT_EFFECT.contains(&name) => {}
        (name, _) if NOT_HERE.contains(&name) => {
            return Err(refuse(
                &format!("the sandbox does not carry out directive \"{name}\""),
                file,
                directive.line,
            ));
        }
        (name, _) => return Err(refuse(&format!("unknown directive \"{name}\""), file, directive.line)),
    }
    Ok(())
}

fn add(settings: &mut Settings, fresh: &mut Fresh, name: &str, value: &str, always: bool) {
    if !std::mem::replace(&mut fresh.headers, true) {
        settings.headers.clear();
    }
    settings.headers.push(Added { name: name.to_owned(), value: value.to_owned(), always });
}

/// `on` or `off`.
fn switch(directive: &Directive, file: &str) -> Result<bool, String> {
    match directive.words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["on"] => Ok(true),
        ["off"] => Ok(false),
        _ => {
            let what =
                format!("invalid value in \"{}\" directive, it must be \"on\" or \"off\"", directive.name);
            Err(refuse(&what, file, directive.line))
        }
    }
}

fn error_page(statuses: &[&str], uri: &str) -> ErrorPage {
    let instead = statuses.iter().find_map(|word| word.strip_prefix('=')).and_then(|code| code.parse().ok());
    let statuses = statuses.iter().filter_map(|word| word.parse().ok()).collect();
    ErrorPage { statuses, instead, uri: uri.to_owned() }
}

/// `return CODE`, `return CODE TEXT` or `return URL`.
fn answer(code: &str, text: Option<&str>) -> Option<Answer> {
    match (code.parse(), text) {
        (Ok(status), text) => Some(Answer { status, text: text.map(str::to_owned) }),
        (Err(_), None) if code.starts_with("http") || code.starts_with('$') => {
            Some(Answer { status: 302, text: Some(code.to_owned()) })
        }
        _ => None,
    }
}

fn own_types(directive: &Directive) -> BTreeMap<String, String> {
    let lines = directive.block.iter().flatten();
    lines.flat_map(|line| line.words.iter().map(|ending| (ending.clone(), line.name.clone()))).collect()
}

fn expires(words: &[&str]) -> Option<Expires> {
    let [word] = words else { return None };
    Some(match *word {
        "epoch" => Expires::Epoch,
        "max" => Expires::Max,
        span => {
            let (sign, span) = span.strip_prefix('-').map_or((1, span), |rest| (-1, rest));
            let digits = span.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
            let unit = match &span[digits.len()..] {
                "" | "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                "w" => 604_800,
                _ => return None,
            };
            Expires::After(SignedDuration::from_secs(sign * unit * digits.parse::<i64>().ok()?))
        }
    })
}
