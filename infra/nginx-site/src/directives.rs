//! Reads the directives of a configuration into servers, locations and their settings.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::{
    config::{Directive, refuse},
    settings::{Added, Answer, ErrorPage, Expires, Location, Server, Settings},
    variable,
};

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

/// The servers of a file, or the sentence with which nginx would refuse to start.
pub(crate) fn servers(directives: &[Directive], file: &str) -> Result<Vec<Server>, String> {
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
