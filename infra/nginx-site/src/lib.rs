//! A web server as nginx answers: an image's files and configuration as a pure function of the request.
//!
//! Both the socket of a task and its health check ask [`Site::respond`], so they cannot disagree. An image
//! never changes, so its files are read once.

#![warn(missing_docs)]

mod config;
mod directives;
mod file;
mod mime;
mod page;
mod settings;
mod start;
mod variable;

use std::{collections::BTreeMap, path::Path};

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;

use file::File;
use settings::{Error, Server, Settings};

/// How often one request may be led from one address to another inside the server.
const TURNS: u8 = 10;

/// What a container of an image answers.
#[derive(Debug)]
pub struct Site {
    servers: Vec<Server>,
    files: BTreeMap<String, File>,
}

/// What a request asks for.
#[derive(Debug)]
pub struct Request<'a> {
    /// HTTP's method, in capitals.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub target: &'a str,
    /// As they were sent.
    pub headers: &'a HeaderMap,
    /// The port that it came in by; a server block that listens there answers.
    pub port: u16,
    /// For `Date`, and for whether a cached copy is still fresh.
    pub now: Timestamp,
}

/// What the server answers. The body of a HEAD request's answer is left out, not its length.
#[derive(Debug)]
pub struct Response {
    /// HTTP's status code.
    pub status: u16,
    /// Name and value, in the order in which nginx sends them.
    pub headers: Vec<(String, String)>,
    /// As it is sent.
    pub body: Bytes,
}

impl Response {
    /// The first header of a name, whatever its capitals.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A request on its way through the locations.
struct Turn<'a> {
    request: &'a Request<'a>,
    server: &'a Server,
    /// Decoded and without dots; it changes with internal redirects.
    path: String,
    turns: u8,
}

/// Whether a site was not loaded because of what nginx has and this server does not.
pub fn is_missing_here(error: &str) -> bool {
    error.contains(config::NOT_HERE)
}

impl Site {
    /// Reads an image's root file system. What nginx would refuse to start with is the error. `variables` are those
    /// of the container, which templates name.
    pub fn load(folder: &Path, variables: &[(String, String)]) -> Result<Self, String> {
        let files = file::read(folder).map_err(|_| "the image cannot be read".to_owned())?;
        let servers = start::servers(&files, variables)?;
        Ok(Self { servers, files })
    }

    /// Whether anything answers on a port.
    pub fn listens(&self, port: u16) -> bool {
        self.servers.iter().any(|server| server.ports.contains(&port))
    }

    /// The answer of the server block that listens on the request's port, or else of the first one.
    pub fn respond(&self, request: &Request<'_>) -> Response {
        let server = self.servers.iter().find(|server| server.ports.contains(&request.port));
        let Some(server) = server.or_else(|| self.servers.first()) else {
            return page::plain(&Settings::default(), 500);
        };
        let path = request.target.split(['?', '#']).next().unwrap_or_default();
        let mut answer = match variable::clean(path) {
            Some(path) => self.turn(&Turn { request, server, path, turns: 0 }),
            None => page::plain(&server.settings, 400),
        };
        if request.method == "HEAD" {
            answer.body = Bytes::new();
        }
        answer
    }

    fn turn(&self, turn: &Turn<'_>) -> Response {
        let settings = turn.server.settings_for(&turn.path);
        let answer = match self.attempt(turn, settings) {
            Ok(answer) => answer,
            Err(Error::Status(status)) => self.error(turn, settings, status),
            Err(Error::Elsewhere(path)) => return self.elsewhere(turn, path),
        };
        finish(turn, settings, answer)
    }

    fn elsewhere(&self, turn: &Turn<'_>, path: String) -> Response {
        if turn.turns >= TURNS {
            return page::plain(&turn.server.settings, 500);
        }
        self.turn(&Turn { request: turn.request, server: turn.server, path, turns: turn.turns + 1 })
    }

    fn attempt(&self, turn: &Turn<'_>, settings: &Settings) -> Result<Response, Error> {
        if let Some(answer) = settings.answer.as_ref().or(turn.server.settings.answer.as_ref()) {
            return answer.give(settings, &|text| variable::fill(text, turn.request, &turn.path));
        }
        if !matches!(turn.request.method, "GET" | "HEAD") {
            return Err(Error::Status(405));
        }
        if let Some((last, tried)) = settings.tried.split_last() {
            for candidate in tried {
                let path = variable::fill(candidate, turn.request, &turn.path);
                if self.exists(settings, &path) {
                    return self.serve(turn, settings, &path);
                }
            }
            return match last.strip_prefix('=').and_then(|code| code.parse().ok()) {
                Some(status) => Err(Error::Status(status)),
                None => Err(Error::Elsewhere(variable::fill(last, turn.request, &turn.path))),
            };
        }
        self.serve(turn, settings, &turn.path)
    }

    fn exists(&self, settings: &Settings, path: &str) -> bool {
        let place = settings.place(path);
        match place.strip_suffix('/') {
            Some(folder) => self.is_folder(folder),
            None => self.files.contains_key(&place),
        }
    }

    fn is_folder(&self, folder: &str) -> bool {
        let inside = format!("{}/", folder.trim_end_matches('/'));
        self.files.range(inside.clone()..).next().is_some_and(|(path, _)| path.starts_with(&inside))
    }

    fn serve(&self, turn: &Turn<'_>, settings: &Settings, path: &str) -> Result<Response, Error> {
        let place = settings.place(path);
        if let Some(file) = self.files.get(&place) {
            return Ok(file::respond(file, &place, settings, turn.request));
        }
        if let Some(folder) = place.strip_suffix('/') {
            let index = settings.index.iter().find(|name| self.files.contains_key(&format!("{place}{name}")));
            return match index {
                Some(name) => Err(Error::Elsewhere(format!("{path}{name}"))),
                None if self.is_folder(folder) => Err(Error::Status(403)),
                None => Err(Error::Status(404)),
            };
        }
        if self.is_folder(&place) {
            let host = turn.request.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
            let place = format!("http://{}{path}/", host.unwrap_or("localhost"));
            let mut answer = page::plain(settings, 301);
            answer.headers.push(("Location".to_owned(), place));
            return Ok(answer);
        }
        Err(Error::Status(404))
    }

    /// The answer for an error: the page that is configured for it, or nginx's own.
    fn error(&self, turn: &Turn<'_>, settings: &Settings, status: u16) -> Response {
        let own = settings.error_pages.iter().find(|own| own.statuses.contains(&status));
        let Some(own) = own.filter(|_| turn.turns < TURNS) else { return page::plain(settings, status) };
        if own.uri.starts_with("http") {
            let mut answer = page::plain(settings, 302);
            answer.headers.push(("Location".to_owned(), own.uri.clone()));
            return answer;
        }
        let request = Request { method: "GET", ..*turn.request };
        let page =
            Turn { request: &request, server: turn.server, path: own.uri.clone(), turns: turn.turns + 1 };
        let inner = turn.server.settings_for(&page.path);
        match self.attempt(&page, inner) {
            Ok(mut answer) => {
                answer.status = own.instead.unwrap_or(status);
                answer
            }
            Err(_) => page::plain(settings, status),
        }
    }
}

/// Adds the headers that the configuration adds.
fn finish(turn: &Turn<'_>, settings: &Settings, mut answer: Response) -> Response {
    let good = matches!(answer.status, 200 | 201 | 204 | 206 | 301..=304 | 307 | 308);
    for added in settings.headers.iter().filter(|added| good || added.always) {
        let value = variable::fill(&added.value, turn.request, &turn.path);
        if !value.is_empty() {
            answer.headers.push((added.name.clone(), value));
        }
    }
    if let Some(expires) = settings.expires.filter(|_| good) {
        answer.headers.extend(expires.headers(turn.request.now));
    }
    answer
}

#[cfg(test)]
mod tests;
