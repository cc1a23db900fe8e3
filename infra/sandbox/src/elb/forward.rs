//! One request through the load balancer: the rule, the group, the target, and the answer.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header, request::Parts};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};

use super::{
    action::Action,
    condition::Seen,
    routes::{Forward, Pool, Way},
};
use crate::{
    Sandbox,
    wire::{Body, whole},
};

/// How long a target may take to begin its answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// The cookie that keeps a client with a group.
const COOKIE: &str = "AWSALBTG";

/// Where a request came in.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) listener: String,
    /// The listener's port as AWS has it.
    pub(super) port: u16,
    pub(super) peer: SocketAddr,
}

/// Why a target gave no answer.
enum Lost {
    /// The connection did not come about, or broke before the answer began.
    Broken,
    Late,
}

pub(super) async fn serve(sandbox: &Sandbox, entry: &Entry, request: Request<Incoming>) -> Response<Body> {
    let routes = sandbox.plane().routes();
    let (head, body) = request.into_parts();
    let host =
        head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let seen = Seen {
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        host: host.split(':').next().unwrap_or_default(),
        method: head.method.as_str(),
        headers: &head.headers,
        source: entry.peer.ip(),
    };
    match routes.find(&entry.listener, &seen).map(|route| &route.way) {
        Some(Way::Forward(way)) => Box::pin(forward(sandbox, entry, way, head, body)).await,
        Some(Way::Own(action)) => own(action, entry, &head.uri, &host),
        None => page(503, "Service Temporarily Unavailable"),
    }
}

async fn forward(
    sandbox: &Sandbox,
    entry: &Entry,
    way: &Forward,
    mut head: Parts,
    body: Incoming,
) -> Response<Body> {
    let kept = cookie(&head.headers);
    let Some(pool) = way.choose(kept.as_deref()).map(Arc::clone) else {
        return page(503, "Service Temporarily Unavailable");
    };
    pool.count.request();
    prepare(&mut head, entry);
    let answer = match send(sandbox, &pool, head, body).await {
        Ok(mut answer) => {
            drop_hops(answer.headers_mut());
            if let Some(seconds) = way.sticky {
                keep(answer.headers_mut(), &pool, seconds);
            }
            answer.map(|body| body.map_err(std::io::Error::other).boxed_unsync())
        }
        Err(None) => page(503, "Service Temporarily Unavailable"),
        Err(Some(Lost::Broken)) => page(502, "Bad Gateway"),
        Err(Some(Lost::Late)) => page(504, "Gateway Time-out"),
    };
    pool.count.answer(answer.status().as_u16());
    answer
}

/// Sends a request to the target whose turn it is; once more, to the next, if the connection broke before
/// an answer and the request can safely be repeated. `Err(None)` means that there is no target.
async fn send(
    sandbox: &Sandbox,
    pool: &Pool,
    head: Parts,
    body: Incoming,
) -> Result<Response<Incoming>, Option<Lost>> {
    let safe = body.is_end_stream()
        && matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE);
    let mut again = safe.then(|| Request::from_parts(head.clone(), whole(bytes::Bytes::new())));
    let first = Request::from_parts(head, body.map_err(std::io::Error::other).boxed_unsync());
    match attempt(sandbox, pool, first).await {
        Err(Some(Lost::Broken)) => match again.take() {
            Some(request) => attempt(sandbox, pool, request).await,
            None => Err(Some(Lost::Broken)),
        },
        answer => answer,
    }
}

async fn attempt(
    sandbox: &Sandbox,
    pool: &Pool,
    mut request: Request<Body>,
) -> Result<Response<Incoming>, Option<Lost>> {
    let (id, _) = pool.next().ok_or(None)?;
    let address = sandbox.hosts().find(id).await.ok_or(Some(Lost::Broken))?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("http://{address}{path}").parse::<Uri>().map_err(|_| Some(Lost::Broken))?;
    *request.uri_mut() = uri;
    match tokio::time::timeout(PATIENCE, sandbox.plane().client.request(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::debug!(%error, target_id = id, "a target broke the connection");
            Err(Some(Lost::Broken))
        }
        Err(_) => Err(Some(Lost::Late)),
    }
}

/// Headers as the load balancer passes them on.
fn prepare(head: &mut Parts, entry: &Entry) {
    drop_hops(&mut head.headers);
    head.version = http::Version::HTTP_11;
    let peer = entry.peer.ip().to_string();
    let through = match head.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()) {
        Some(before) => format!("{before}, {peer}"),
        None => peer,
    };
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            head.headers.insert(HeaderName::from_static(name), value);
        }
    };
    put("x-forwarded-for", &through);
    put("x-forwarded-proto", "http");
    put("x-forwarded-port", &entry.port.to_string());
    let trace = uuid::Uuid::new_v4().simple().to_string();
    let (time, rest) = trace.split_at(8);
    if !head.headers.contains_key("x-amzn-trace-id")
        && let Ok(value) = HeaderValue::from_str(&format!("Root=1-{time}-{rest}"))
    {
        head.headers.insert(HeaderName::from_static("x-amzn-trace-id"), value);
    }
}

/// Takes away what concerns one connection only.
fn drop_hops(headers: &mut HeaderMap) {
    for name in
        ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]
    {
        headers.remove(name);
    }
}

/// The group that the client's cookie names.
fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('=').map(str::to_owned))
}

fn keep(headers: &mut HeaderMap, pool: &Pool, seconds: u32) {
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE}={}; Max-Age={seconds}; Path=/", pool.mark)) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// What the load balancer answers by itself because a rule says so.
fn own(action: &Action, entry: &Entry, uri: &Uri, host: &str) -> Response<Body> {
    match action {
        Action::Fixed { status, kind, body } => {
            let text = body.clone().unwrap_or_default();
            let kind = kind.clone().unwrap_or_else(|| "text/plain".to_owned());
            answer(*status, &kind, text)
        }
        Action::Redirect { status, protocol, host: to, port, path, query } => {
            let own_port =
                host.rsplit_once(':').map_or_else(|| entry.port.to_string(), |(_, port)| port.to_owned());
            let fill = |text: &str| {
                text.replace("#{protocol}", "http")
                    .replace("#{host}", host.split(':').next().unwrap_or_default())
                    .replace("#{port}", &own_port)
                    .replace("#{path}", uri.path().trim_start_matches('/'))
                    .replace("#{query}", uri.query().unwrap_or_default())
            };
            let scheme = fill(protocol).to_lowercase();
            let query = fill(query);
            let mark = if query.is_empty() { "" } else { "?" };
            let place = format!("{scheme}://{}:{}{}{mark}{query}", fill(to), fill(port), fill(path));
            let mut answer = match status {
                301 => page(301, "Moved Permanently"),
                _ => page(302, "Found"),
            };
            if let Ok(place) = HeaderValue::from_str(&place) {
                answer.headers_mut().insert(header::LOCATION, place);
            }
            answer
        }
        Action::Forward { .. } => page(503, "Service Temporarily Unavailable"),
    }
}

/// A page in the load balancer's own words.
fn page(status: u16, words: &str) -> Response<Body> {
    let text = format!(
        "<html>\r\n<head><title>{status} {words}</title></head>\r\n<body>\r\n<center><h1>{status} {words}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    answer(status, "text/html", text)
}

fn answer(status: u16, kind: &str, text: String) -> Response<Body> {
    let mut answer = Response::new(whole(text));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    answer.headers_mut().insert(header::SERVER, HeaderValue::from_static("awselb/2.0"));
    let kind = if kind == "text/plain" { "text/plain; charset=utf-8" } else { kind };
    if let Ok(kind) = HeaderValue::from_str(kind) {
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    answer
}
