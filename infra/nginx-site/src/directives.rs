//! Reads the directives of a configuration into servers, locations and their settings.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::{
    config::Directive,
    settings::{Added, Answer, ErrorPage, Expires, Location, Server, Settings},
    variable,
};

/// Directives that nginx knows and the sandbox does not carry out: better refused than ignored.
const NOT_HERE: &[&str] = &[
    "alias",
    "auth_basic",
    "autoindex",
    "allow",
    "auth_request",
    "deny",
    "fastcgi_pass",
    "if",
    "grpc_pass",
    "internal",
    "js_content",
    "limit_conn",
    "limit_rate",
    "limit_req",
    "geo",
    "map",
    "mirror",
    "ssl_certificate",
    "split_clients",
    "proxy_pass",
    "resolver",
    "rewrite",
    "set",
    "sub_filter",
    "upstream",
    "uwsgi_pass",
];

/// Directives that change nothing that the sandbox shows.
const WITHOUT_EFFECT: &[&str] = &[
    "absolute_redirect",
    "access_log",
    "client_body_timeout",
    "client_header_timeout",
    "client_body_buffer_size",
    "client_header_buffer_size",
    "client_max_body_size",
    "directio",
    "error_log",
    "gzip",
    "gzip_comp_level",
    "gzip_disable",
    "gzip_buffers",
    "gzip_http_version",
    "gzip_min_length",
    "gzip_proxied",
    "gzip_static",
    "gzip_types",
    "gzip_vary",
    "keepalive_requests",
    "keepalive_timeout",
    "aio",
    "large_client_header_buffers",
    "log_format",
    "log_not_found",
    "log_subrequest",
    "open_file_cache",
    "open_file_cache_valid",
    "output_buffers",
    "port_in_redirect",
    "reset_timedout_connection",
    "send_timeout",
    "sendfile",
    "server_name",
    "server_name_in_redirect",
    "server_names_hash_bucket_size",
    "server_names_hash_max_size",
    "tcp_nodelay",
    "tcp_nopush",
    "types_hash_bucket_size",
    "types_hash_max_size",
    "variables_hash_max_size",
];

/// What may stand outside of `http`, and changes nothing that the sandbox shows.
const OF_THE_PROGRAM: &[&str] = &[
    "daemon",
    "error_log",
    "events",
    "pcre_jit",
    "pid",
    "thread_pool",
    "timer_resolution",
    "user",
    "worker_cpu_affinity",
    "worker_priority",
    "worker_processes",
    "worker_rlimit_nofile",
    "worker_shutdown_timeout",
];

/// The servers of a whole configuration, `nginx.conf`.
pub(crate) fn whole(directives: &[Directive]) -> Result<Vec<Server>, String> {
    let mut found = Vec::new();
    for directive in directives {
        match directive.name.as_str() {
            "http" => found.extend(servers(directive.block.as_deref().unwrap_or_default())?),
            name if OF_THE_PROGRAM.contains(&name) => {}
            name @ ("load_module" | "stream" | "mail" | "env") => {
                return Err(directive.not_here(&format!("directive \"{name}\"")));
            }
            "server" | "location" | "root" | "listen" => {
                return Err(
                    directive.refuse(&format!("\"{}\" directive is not allowed here", directive.name))
                );
            }
            name => return Err(directive.refuse(&format!("unknown directive \"{name}\""))),
        }
    }
    Ok(found)
}

/// The servers of a file, or the sentence with which nginx would refuse to start.
pub(crate) fn servers(directives: &[Directive]) -> Result<Vec<Server>, String> {
    let mut outer = Settings::default();
    for directive in directives.iter().filter(|directive| directive.name != "server") {
        apply(&mut outer, directive, &mut Fresh::default())?;
    }
    let servers = directives.iter().filter(|directive| directive.name == "server");
    servers.map(|directive| server(directive, &outer)).collect()
}

fn server(directive: &Directive, outer: &Settings) -> Result<Server, String> {
    let inside = directive.block.as_deref().unwrap_or_default();
    let mut ports = Vec::new();
    let mut settings = outer.clone();
    let mut fresh = Fresh::default();
    for directive in inside.iter().filter(|directive| directive.name != "location") {
        if directive.name == "listen" {
            ports.extend(port(directive)?);
        } else {
            apply(&mut settings, directive, &mut fresh)?;
        }
    }
    if ports.is_empty() {
        ports.push(80);
    }
    let mut locations: Vec<Location> = Vec::new();
    for directive in inside.iter().filter(|directive| directive.name == "location") {
        let location = location(directive, &settings)?;
        if locations.iter().any(|other| other.exact == location.exact && other.path == location.path) {
            return Err(directive.refuse(&format!("duplicate location \"{}\"", location.path)));
        }
        locations.push(location);
    }
    Ok(Server { ports, settings, locations })
}

fn location(directive: &Directive, outer: &Settings) -> Result<Location, String> {
    let (exact, path) = match directive.words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["=", path] => (true, *path),
        ["^~", path] | [path] if !path.starts_with('~') => (false, *path),
        _ => return Err(directive.not_here("a location by a regular expression")),
    };
    // A server's own answer and files to try do not pass into its locations.
    let mut settings = Settings { tried: Vec::new(), answer: None, ..outer.clone() };
    let mut fresh = Fresh::default();
    for directive in directive.block.as_deref().unwrap_or_default() {
        apply(&mut settings, directive, &mut fresh)?;
    }
    Ok(Location { exact, path: path.to_owned(), settings })
}

/// `listen 80`, `listen [::]:80 default_server`, `listen 0.0.0.0:80`.
fn port(directive: &Directive) -> Result<Option<u16>, String> {
    let word = directive.words.first().map(String::as_str).unwrap_or_default();
    let number = word.rsplit(':').next().unwrap_or_default();
    match number.parse() {
        Ok(port) => Ok(Some(port)),
        Err(_) => Err(directive.refuse(&format!("invalid port in \"{word}\" of the \"listen\" directive"))),
    }
}

/// Lists that the first directive of a level begins anew instead of adding to what was inherited.
#[derive(Default)]
struct Fresh {
    headers: bool,
    error_pages: bool,
}

fn apply(settings: &mut Settings, directive: &Directive, fresh: &mut Fresh) -> Result<(), String> {
    let wrong =
        || directive.refuse(&format!("invalid number of arguments in \"{}\" directive", directive.name));
    let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
    for word in &words {
        variable::check(word).map_err(|name| directive.refuse(&format!("unknown \"{name}\" variable")))?;
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
        ("etag", _) => settings.etag = switch(directive)?,
        ("server_tokens", _) => settings.tokens = switch(directive)?,
        ("try_files", [_, _, ..]) => settings.tried.clone_from(&directive.words),
        ("return", [code, rest @ ..]) if rest.len() <= 1 => {
            let given = answer(code, rest.first().copied());
            let wrong = || directive.refuse(&format!("invalid return code \"{code}\""));
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
            return Err(directive.not_here(&format!("directive \"{name}\"")));
        }
        (name, _) => return Err(directive.refuse(&format!("unknown directive \"{name}\""))),
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
fn switch(directive: &Directive) -> Result<bool, String> {
    match directive.words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["on"] => Ok(true),
        ["off"] => Ok(false),
        _ => {
            let what =
                format!("invalid value in \"{}\" directive, it must be \"on\" or \"off\"", directive.name);
            Err(directive.refuse(&what))
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
