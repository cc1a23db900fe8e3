//! The page and everything that is not the API.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use viridian_shared::problem::ProblemCode;

use super::{encoding::accepts, opening};
use crate::{App, listen::Peer, page::File, reply::Failure};

/// A file of the page, the page itself for its own routes, or 404.
pub(crate) async fn serve(State(app): State<App>, request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return missing(path);
    }
    if is_page(path) {
        let opened = opening::page(&app, path, headers, Peer::of(request.extensions())).await;
        return opened.unwrap_or_else(|| app.page.index().into_response());
    }
    let Some(file) = app.page.file(path, accepts(headers, "br")) else {
        // A person is shown the page's own words for it; a program gets a problem.
        return if wants_page(path, headers) {
            (StatusCode::NOT_FOUND, app.page.index()).into_response()
        } else {
            missing(path)
        };
    };
    if is_known(headers, &file.tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, file.tag)]).into_response();
    }
    file.into_response()
}

/// Routes that the page draws itself.
fn is_page(path: &str) -> bool {
    matches!(path, "/" | "/index.html" | "/s" | "/audit" | "/settings") || path.starts_with("/s/")
}

/// Whether the browser has this already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag)
}

fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !path.starts_with("/api/") && accept.is_some_and(|accept| accept.contains("text/html"))
}

/// As much of a path as is said back.
const SAID_BACK: usize = 200;

fn missing(path: &str) -> Response {
    let short: String = path.chars().take(SAID_BACK).collect();
    let rest = if short.len() < path.len() { "…" } else { "" };
    Failure::new(ProblemCode::NotFound, format!("There is nothing at {short}{rest}.")).into_response()
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let mut response = self.bytes.into_response();
        let headers = response.headers_mut();
        let mut put = |name: header::HeaderName, value: &str| {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        };
        put(header::CONTENT_TYPE, self.kind);
        put(header::ETAG, &self.tag);
        put(header::VARY, "accept-encoding");
        put(header::CACHE_CONTROL, self.caching);
        if self.is_brotli {
            put(header::CONTENT_ENCODING, "br");
        }
        response
    }
}
