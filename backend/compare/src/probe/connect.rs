//! One kept-alive connection to one colour, with every part of an exchange timed.

mod heard;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Semaphore,
    time::{Instant as Deadline, timeout, timeout_at},
};
use tokio_rustls::{TlsConnector, rustls};
use viridian_shared::comparison::suite::{Header as Sent, Probe};

use super::{Attempt, Failed, Limits, Secrets, guard::Checked};
use crate::answer::{Body, Elapsed, Header, Names, STILL_COMING, WholeAnswer, hexadecimal};
use heard::{Heard, Tapped};

/// How TLS is spoken: whom to trust is for the caller to say.
pub type Tls = Arc<rustls::ClientConfig>;

/// A connection that is opened when it is first needed, and again when the other side has closed it.
pub struct Connection {
    to: Checked,
    tls: Option<Tls>,
    limits: Limits,
    open: Option<Open>,
}

struct Open {
    sender: http1::SendRequest<Full<Bytes>>,
    facts: Option<String>,
    heard: Heard,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Connection {
    /// Connects when the first request is sent, and again when the colour has closed.
    pub fn new(to: Checked, tls: Option<Tls>, limits: Limits) -> Self {
        Self { to, tls, limits, open: None }
    }

    /// Sends a probe and reads the answer to its end, or to a limit.
    pub async fn ask(&mut self, probe: &Probe, secrets: &Secrets) -> Attempt {
        let mut request = self.request(probe, secrets)?;
        let mut connect = self.ready().await?;
        loop {
            let Some(mut open) = self.open.take() else { return Err(Failed::Unreachable) };
            open.heard.forget();
            let (at, sent) = (Timestamp::now(), Instant::now());
            let head = timeout(self.limits.first_byte, open.sender.send_request(request)).await;
            match head.map_err(|_| Failed::TooSlow)? {
                Ok(response) => {
                    let answer = self.answered(response, open, (at, sent, connect)).await;
                    return redacted(answer, secrets).await;
                }
                // A connection that was open may have been closed while the request was on its way. What only
                // reads is asked again, once, on a new one.
                Err(error) if connect.is_none() && !probe.changes_something() && was_closed(&error) => {
                    connect = self.ready().await?;
                    if connect.is_none() {
                        return Err(failed(&error));
                    }
                    request = self.request(probe, secrets)?;
                }
                Err(error) => return Err(failed(&error)),
            }
        }
    }

    /// Reads an answer to its end, or to a limit, and keeps the connection if it can be used again.
    async fn answered(
        &mut self,
        response: Response<Incoming>,
        open: Open,
        (at, sent, connect): (Timestamp, Instant, Option<Duration>),
    ) -> WholeAnswer {
        let first_byte = sent.elapsed();
        let deadline = Deadline::from_std(sent + self.limits.total);
        let odd = open.heard.odd_lines();
        let (mut answer, is_over) = self.read(response, deadline).await;
        answer.timing = Elapsed { connect, first_byte, total: sent.elapsed() };
        answer.at = at;
        answer.tls.clone_from(&open.facts);
        answer.headers.extend(odd);
        if is_over {
            self.open = Some(open);
        }
        answer
    }

    fn request(&self, probe: &Probe, secrets: &Secrets) -> Result<Request<Full<Bytes>>, Failed> {
        let wrong = |what: String| Failed::Request(what);
        if !probe.path.starts_with('/') {
            return Err(wrong(format!("the path `{}` does not begin with `/`", probe.path)));
        }
        let mut request = Request::builder().method(probe.method.as_str()).uri(secrets.filled(&probe.path));
        let mut has_host = false;
        for Sent { name, value } in &probe.headers {
            let is_name = HeaderName::from_bytes(name.as_bytes()).is_ok();
            let value = HeaderValue::from_bytes(secrets.value(value).as_bytes()).ok().filter(|_| is_name);
            // The value is not repeated: it may be the secret one.
            let value = value.ok_or_else(|| wrong(format!("the header `{name}` cannot be sent")))?;
            has_host |= name.eq_ignore_ascii_case("host");
            request = request.header(name, value);
        }
        if !has_host {
            request = request.header(http::header::HOST, self.to.origin.authority());
        }
        let body = Full::from(secrets.filled(probe.body.as_deref().unwrap_or_default()));
        request.body(body).map_err(|_| wrong("method or path is malformed".to_owned()))
    }

    /// Opens the connection unless it is open. The time that it took, if it was opened.
    async fn ready(&mut self) -> Result<Option<Duration>, Failed> {
        if let Some(open) = &mut self.open {
            let is_ready = timeout(self.limits.connect, open.sender.ready()).await;
            if matches!(is_ready, Ok(Ok(()))) {
                return Ok(None);
            }
        }
        let from = Instant::now();
        let opened = timeout(self.limits.connect, self.connect()).await;
        self.open = Some(opened.map_err(|_| Failed::Unreachable)??);
        Ok(Some(from.elapsed()))
    }

    async fn connect(&self) -> Result<Open, Failed> {
        let unreachable = |_| Failed::Unreachable;
        let stream = TcpStream::connect(self.to.address).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let (stream, facts): (Box<dyn Stream>, _) = if self.to.origin.is_tls {
            let tls = self.tls.clone().ok_or(Failed::Request("TLS is not set up".to_owned()))?;
            let name = rustls::pki_types::ServerName::try_from(self.to.origin.host.clone());
            let name = name.map_err(|_| Failed::Request("the host is no name for TLS".to_owned()))?;
            let stream = TlsConnector::from(tls).connect(name, stream).await.map_err(unreachable)?;
            let facts = facts(stream.get_ref().1);
            (Box::new(stream), Some(facts))
        } else {
            (Box::new(stream), None)
        };
        let mut builder = http1::Builder::new();
        builder.max_headers(self.limits.headers).max_buf_size(self.limits.head.max(8192));
        // As curl and browsers do; lines that are left out are heard beside.
        builder
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .ignore_invalid_headers_in_responses(true);
        let heard = Heard::default();
        let stream = TokioIo::new(Tapped::new(stream, heard.clone()));
        let (sender, connection) = builder.handshake(stream).await.map_err(|_| Failed::Unreachable)?;
        // Ends by itself when the sender is dropped or the other side closes.
        tokio::spawn(connection);
        Ok(Open { sender, facts, heard })
    }

    /// The answer, and whether its body is over, so that the connection can be used again.
    async fn read(&self, response: Response<Incoming>, deadline: Deadline) -> (WholeAnswer, bool) {
        let (head, mut incoming) = response.into_parts();
        let kind = head.headers.get(http::header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let patience =
            if is_stream(kind.unwrap_or_default()) { self.limits.stream } else { self.limits.total };
        let deadline = deadline.min(Deadline::now() + patience);
        let (mut body, mut digest, mut kept) = (Body::default(), Sha256::new(), Vec::new());
        loop {
            let chunk = match timeout_at(deadline, incoming.frame()).await {
                Err(_) => {
                    body.broken = Some(format!("{STILL_COMING} {} s", patience.as_secs_f32()));
                    break;
                }
                Ok(None) => break,
                Ok(Some(Err(_))) => {
                    body.broken = Some("the connection broke off".to_owned());
                    break;
                }
                Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            };
            digest.update(&chunk);
            body.length += chunk.len() as u64;
            let room = self.limits.kept.saturating_sub(kept.len());
            kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.length > self.limits.read {
                body.broken = Some(format!("{STILL_COMING} {} bytes", self.limits.read));
                break;
            }
        }
        body.kept = kept.into();
        body.sha256 = hexadecimal(&digest.finalize());
        let is_over = body.broken.is_none();
        let headers = head.headers.iter().map(|(name, value)| Header {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        });
        let answer = WholeAnswer {
            status: head.status.as_u16(),
            version: format!("{:?}", head.version),
            headers: headers.collect(),
            body,
            timing: Elapsed::default(),
            at: Timestamp::UNIX_EPOCH,
            tls: None,
            names: Names::default(),
        };
        (answer, is_over)
    }
}

/// So many bodies are looked through for secrets at once; the others wait.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Without secrets. Looking through a long body is no work for a thread that serves.
async fn redacted(mut answer: WholeAnswer, secrets: &Secrets) -> Attempt {
    if secrets.is_empty() {
        return Ok(answer);
    }
    let secrets = secrets.clone();
    // Nothing ever closes it.
    let _place = PLACES.acquire().await;
    let looking = tokio::task::spawn_blocking(move || {
        secrets.redact(&mut answer);
        answer
    });
    looking.await.map_err(|_| Failed::Garbled)
}

fn facts(connection: &rustls::ClientConnection) -> String {
    let version = connection.protocol_version().map(|it| format!("{it:?}")).unwrap_or_default();
    let cipher = connection.negotiated_cipher_suite().map(|it| format!("{:?}", it.suite()));
    format!("{version} {}", cipher.unwrap_or_default()).trim().to_owned()
}

/// Types of bodies that may never end.
fn is_stream(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["event-stream", "x-mixed-replace", "ndjson", "jsonl", "json-seq", "stream+json", "grpc"]
        .iter()
        .any(|it| essence.contains(it))
}

/// Whether the connection ended before anything of an answer came.
fn was_closed(error: &hyper::Error) -> bool {
    use std::error::Error as _;
    let is_reset = error.source().and_then(|it| it.downcast_ref::<std::io::Error>()).is_some();
    error.is_incomplete_message() || error.is_canceled() || error.is_closed() || is_reset
}

fn failed(error: &hyper::Error) -> Failed {
    if error.is_parse_too_large() { Failed::TooManyHeaders } else { Failed::Garbled }
}
