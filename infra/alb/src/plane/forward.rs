//! One request through the load balancer to a target, and the target's answer back.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::net::TcpStream;
use viridian_listen::Pace;

use super::{
    Plane, cookie,
    link::{self, Link},
    outgoing::{self, Ending},
    own::Own,
    tunnel,
};
use crate::{
    frame::Frame,
    head::{Head, Read},
    routes::{Forward, Pool},
};

/// Bytes that a head may have.
pub(crate) const MAX_HEAD: usize = 64 * 1024;
/// Attempts at a request that can safely be repeated.
const ATTEMPTS: usize = 3;

/// A request on its way.
#[derive(Debug)]
pub(crate) struct ProxyRequest {
    /// The head for the target, and as much of the body as has come.
    pub(crate) bytes: Vec<u8>,
    /// What is left of the body.
    pub(crate) frame: Frame,
    pub(crate) is_head: bool,
    /// Whether doing it twice does no harm.
    pub(crate) is_safe: bool,
    pub(crate) client: ClientCaps,
    /// The group and the target that the client kept.
    pub(crate) kept: [Option<String>; 2],
}

/// What the client can do and wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientCaps {
    /// Whether it speaks HTTP/1.1 and not 1.0.
    pub(crate) is_late: bool,
    /// Whether it wants to speak another protocol from then on.
    pub(crate) wants_upgrade: bool,
    pub(crate) keeps_alive: bool,
}

/// Why a target gave no answer.
enum UpstreamError {
    /// There is no target.
    Nobody,
    /// The connection did not come about, or broke before the answer began.
    Broken,
    Late,
    /// The client is gone.
    Client,
}

impl UpstreamError {
    fn of(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut { Self::Late } else { Self::Broken }
    }
}

/// An answer whose head has come.
struct Answer {
    target: SocketAddr,
    link: Link,
    head: Head,
    /// The cookie that names the target.
    mark: String,
}

/// Carries a request out; gives whether the client's connection can be used again.
pub(crate) async fn carry(
    plane: &Plane,
    client: &mut Link,
    way: &Forward,
    mut proxied: ProxyRequest,
) -> io::Result<bool> {
    let Some(pool) = way.choose(proxied.kept[0].as_deref()).map(Arc::clone) else {
        return refuse(client, &proxied, 503).await;
    };
    pool.count.request();
    match send(plane, client, &pool, &mut proxied).await {
        Ok(answer) => {
            pool.count.answer(answer.head.status);
            let mut cookies = Vec::new();
            if let Some(seconds) = way.sticky {
                cookies.extend(cookie::keep(cookie::GROUP, &pool.mark, seconds));
            }
            if let Some(seconds) = pool.sticky {
                cookies.extend(cookie::keep(cookie::TARGET, &answer.mark, seconds));
            }
            pass_back(plane, client, &proxied, answer, &cookies).await
        }
        Err(lost) => {
            let status = match lost {
                UpstreamError::Nobody => 503,
                UpstreamError::Broken => 502,
                UpstreamError::Late => 504,
                UpstreamError::Client => return Err(io::ErrorKind::ConnectionAborted.into()),
            };
            pool.count.answer(status);
            refuse(client, &proxied, status).await
        }
    }
}

async fn refuse(client: &Link, proxied: &ProxyRequest, status: u16) -> io::Result<bool> {
    let keep = proxied.client.keeps_alive && proxied.frame.is_done();
    client.write(&Own::page(status).bytes(proxied.is_head, keep)).await?;
    Ok(keep)
}

/// Sends the request to the target whose turn it is; to the next, if the connection broke before an answer and
/// the request can safely be repeated.
async fn send(
    plane: &Plane,
    client: &mut Link,
    pool: &Pool,
    proxied: &mut ProxyRequest,
) -> Result<Answer, UpstreamError> {
    let can_repeat = proxied.is_safe && proxied.frame.is_done();
    let mut left = if can_repeat { ATTEMPTS } else { 1 };
    loop {
        left -= 1;
        match attempt(plane, client, pool, proxied).await {
            Err(UpstreamError::Broken) if left > 0 => {}
            done => return done,
        }
    }
}

async fn attempt(
    plane: &Plane,
    client: &mut Link,
    pool: &Pool,
    proxied: &mut ProxyRequest,
) -> Result<Answer, UpstreamError> {
    let spot = pool.next(proxied.kept[1].as_deref()).ok_or(UpstreamError::Nobody)?;
    let target = plane.find(&spot.id).await.ok_or(UpstreamError::Broken)?;
    let taken = plane.inner.upstreams.take(target, client.idle).await;
    let mut link = taken.map_err(|error| UpstreamError::of(&error))?;
    link.write(&proxied.bytes).await.map_err(|error| UpstreamError::of(&error))?;
    let mut head = Head::default();
    if proxied.frame.is_done() {
        await_head(client, proxied.client.is_late, &mut link, &mut head).await?;
    } else {
        upload(client, proxied, &mut link, &mut head).await?;
    }
    Ok(Answer { target, link, head, mark: spot.mark.clone() })
}

/// Sends the rest of the body while it waits for the answer: a target may answer before it has read everything.
async fn upload(
    client: &mut Link,
    proxied: &mut ProxyRequest,
    link: &mut Link,
    head: &mut Head,
) -> Result<(), UpstreamError> {
    let (mut early, idle) = (Vec::new(), link.idle);
    {
        let pump = pump(client, &mut proxied.frame, &link.stream);
        tokio::pin!(pump);
        loop {
            tokio::select! {
                biased;
                sent = &mut pump => break sent?,
                found = next_answer(&link.stream, &mut link.buffer, idle, head) => found?,
            }
            if !is_interim(head) {
                return Ok(());
            }
            early.extend_from_slice(&link.buffer[..head.length]);
            link.buffer.advance(head.length);
        }
    }
    if !early.is_empty() && proxied.client.is_late {
        client.write(&early).await.map_err(|_| UpstreamError::Client)?;
    }
    await_head(client, proxied.client.is_late, link, head).await
}

/// Copies the rest of a request's body from the client to the target.
async fn pump(client: &mut Link, frame: &mut Frame, target: &TcpStream) -> Result<(), UpstreamError> {
    let mut pace = Pace::new(client.idle);
    while !frame.is_done() {
        if client.buffer.is_empty() {
            match client.fill_by(pace.until()).await {
                Ok(came @ 1..) => pace.came(came),
                _ => return Err(UpstreamError::Client),
            }
        }
        let taken = frame.take(&client.buffer, |_| {}).map_err(|_| UpstreamError::Client)?;
        link::write(target, &client.buffer[..taken], client.idle)
            .await
            .map_err(|error| UpstreamError::of(&error))?;
        client.buffer.advance(taken);
    }
    Ok(())
}

/// Waits until all of an answer's head has come.
async fn next_answer(
    stream: &TcpStream,
    buffer: &mut BytesMut,
    idle: Duration,
    head: &mut Head,
) -> Result<(), UpstreamError> {
    loop {
        match head.read_answer(buffer) {
            Read::Whole if head.length <= MAX_HEAD => return Ok(()),
            Read::Part if buffer.len() <= MAX_HEAD => {}
            Read::Whole | Read::Part | Read::Bad => return Err(UpstreamError::Broken),
        }
        match link::fill(stream, buffer, idle).await {
            Ok(0) => return Err(UpstreamError::Broken),
            Ok(_) => {}
            Err(error) => return Err(UpstreamError::of(&error)),
        }
    }
}

fn is_interim(head: &Head) -> bool {
    head.status < 200 && head.status != 101
}

/// Waits for the final head of an answer; those before it are passed on.
async fn await_head(
    client: &Link,
    is_late: bool,
    link: &mut Link,
    head: &mut Head,
) -> Result<(), UpstreamError> {
    loop {
        next_answer(&link.stream, &mut link.buffer, link.idle, head).await?;
        if !is_interim(head) {
            return Ok(());
        }
        if is_late {
            client.write(&link.buffer[..head.length]).await.map_err(|_| UpstreamError::Client)?;
        }
        link.buffer.advance(head.length);
    }
}

/// How the body of an answer is written for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    AsItIs,
    /// The target ends it by closing; the client gets chunks.
    IntoChunks,
    /// The target sends chunks, which the client does not know.
    OutOfChunks,
}

/// Passes an answer on to the client; gives whether the client's connection can be used again.
async fn pass_back(
    plane: &Plane,
    client: &mut Link,
    proxied: &ProxyRequest,
    answer: Answer,
    cookies: &[String],
) -> io::Result<bool> {
    let Answer { target, mut link, head, .. } = answer;
    let Ok(mut frame) = head.answer_frame(&link.buffer, proxied.is_head) else {
        return refuse(client, proxied, 502).await;
    };
    if head.status == 101 {
        return if proxied.client.wants_upgrade {
            tunnel::pass(client, link, &head).await
        } else {
            refuse(client, proxied, 502).await
        };
    }
    let coding = match (&frame, proxied.client.is_late) {
        (Frame::Close, true) => Coding::IntoChunks,
        (Frame::Chunked(_), false) => Coding::OutOfChunks,
        _ => Coding::AsItIs,
    };
    let is_chunked =
        coding == Coding::IntoChunks || (matches!(frame, Frame::Chunked(_)) && proxied.client.is_late);
    // A body of unknown length can only end with the connection where the client knows no chunks.
    let lasts = proxied.client.is_late || matches!(frame, Frame::Length(_));
    let keep = proxied.client.keeps_alive && proxied.frame.is_done() && lasts;
    let target_keeps = head.keeps_alive(&link.buffer) && !matches!(frame, Frame::Close);
    let ending = if keep { Ending::KeepAlive } else { Ending::Close };
    let mut out = Vec::with_capacity(link.buffer.len() + 256);
    outgoing::answer(&mut out, &link.buffer, &head, cookies, is_chunked, ending);
    link.buffer.advance(head.length);
    loop {
        let taken = code(&mut out, &mut frame, &link.buffer, coding)?;
        link.buffer.advance(taken);
        let is_over = frame.is_done();
        client.write(&out).await?;
        out.clear();
        if is_over {
            break;
        }
        if link.fill().await? == 0 {
            if !matches!(frame, Frame::Close) {
                // The client sees that the answer was cut short.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if coding == Coding::IntoChunks {
                client.write(b"0\r\n\r\n").await?;
            }
            break;
        }
    }
    if target_keeps && link.buffer.is_empty() && proxied.frame.is_done() {
        plane.inner.upstreams.put(target, link);
    }
    Ok(keep)
}

/// Writes as much of a body as has come; gives how many bytes that were.
fn code(out: &mut Vec<u8>, frame: &mut Frame, bytes: &[u8], coding: Coding) -> io::Result<usize> {
    let broken = |_| io::Error::from(io::ErrorKind::InvalidData);
    if coding == Coding::AsItIs {
        let taken = frame.take(bytes, |_| {}).map_err(broken)?;
        out.extend_from_slice(&bytes[..taken]);
        return Ok(taken);
    }
    let taken = frame.take(bytes, |data| {
        if coding == Coding::OutOfChunks {
            out.extend_from_slice(data);
        } else if !data.is_empty() {
            out.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
            out.extend_from_slice(data);
            out.extend_from_slice(b"\r\n");
        }
    });
    taken.map_err(broken)
}
