//! A client's connection: request after request, each answered by what its rule says.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use bytes::Buf;
use tokio::{net::TcpStream, sync::watch, time::Instant};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use viridian_listen::Guest;

use super::Plane;
use super::{
    Entry,
    forward::{self, MAX_HEAD},
    link::Link,
    own::Own,
    request::{Asked, Prepared},
};
use crate::{
    frame::Frame,
    head::{Head, Read},
    routes::Routes,
};

/// How much of a body is read that nobody wants, so that the answer is not lost with the connection.
const MAX_UNWANTED: usize = 1 << 20;

/// Answers one connection until it ends, or until the listener closes and nothing is under way.
pub(crate) async fn serve(
    plane: &Plane,
    entry: &Entry,
    stream: TcpStream,
    guest: &Guest,
    mut routes: watch::Receiver<Arc<Routes>>,
    close: &CancellationToken,
) {
    let mut client = Link::new(stream, routes.borrow().idle(&entry.listener));
    let mut head = Head::default();
    let (closing, leaving) = (close.cancelled(), guest.gives_way());
    tokio::pin!(closing, leaving);
    loop {
        let keep = match next(&mut client, &mut head, closing.as_mut(), leaving.as_mut()).await {
            Came::Request => {
                let _busy = guest.asks();
                let table = Arc::clone(&routes.borrow_and_update());
                client.idle = table.idle(&entry.listener);
                let may_stay = !close.is_cancelled();
                match answer(plane, entry, &table, &mut client, &head, may_stay).await {
                    Ok(keep) => keep,
                    Err(error) => {
                        tracing::debug!(%error, "a connection to the load balancer broke");
                        return;
                    }
                }
            }
            Came::Nothing => return,
            Came::Fault(status) => {
                if client.write(&Own::page(status).bytes(false, false)).await.is_err() {
                    return;
                }
                false
            }
        };
        if !keep {
            return finish(client).await;
        }
    }
}

enum Came {
    Request,
    /// The client is gone, or has nothing more to ask.
    Nothing,
    /// What came is no request, and is answered with this status.
    Fault(u16),
}

/// Waits for the head of the next request.
async fn next(
    client: &mut Link,
    head: &mut Head,
    mut closing: Pin<&mut WaitForCancellationFuture<'_>>,
    mut leaving: Pin<&mut WaitForCancellationFuture<'_>>,
) -> Came {
    let mut until = Instant::now() + client.idle;
    loop {
        let is_idle = client.buffer.is_empty();
        if !is_idle {
            match head.read_request(&client.buffer) {
                Read::Whole if head.length <= MAX_HEAD => return Came::Request,
                Read::Part if client.buffer.len() <= MAX_HEAD => {}
                Read::Whole | Read::Part | Read::Bad => return Came::Fault(400),
            }
        }
        let filled = tokio::select! {
            biased;
            filled = client.fill_by(until) => filled,
            () = closing.as_mut(), if is_idle => return Came::Nothing,
            () = leaving.as_mut() => return Came::Nothing,
        };
        if is_idle {
            // A head has as long from its first byte on, however it drips.
            until = Instant::now() + client.idle;
        }
        match filled {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut && !is_idle => return Came::Fault(408),
            Ok(0) | Err(_) => return Came::Nothing,
        }
    }
}

/// Ends a connection so that the last answer is not lost with what the client was still sending.
async fn finish(mut client: Link) {
    if tokio::io::AsyncWriteExt::shutdown(&mut client.stream).await.is_err() {
        return;
    }
    let rest = async {
        let mut read = 0;
        while read < MAX_UNWANTED {
            client.buffer.clear();
            match client.fill().await {
                Ok(0) | Err(_) => return,
                Ok(more) => read += more,
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), rest).await;
}

/// Answers the request whose head has come; gives whether the connection can be used again.
async fn answer(
    plane: &Plane,
    entry: &Entry,
    routes: &Routes,
    client: &mut Link,
    head: &Head,
    may_stay: bool,
) -> io::Result<bool> {
    let bytes = &client.buffer[..];
    let is_head = &bytes[head.word.clone()] == b"HEAD";
    let waits = head.is_late && head.has_word(bytes, "expect", "100-continue");
    let prepared = Asked::read(head, bytes)
        .and_then(|asked| asked.prepare(entry, &plane.inner.keeper, routes, may_stay));
    client.buffer.advance(head.length);
    match prepared {
        Ok(Prepared::Proxied(way, mut proxied)) => {
            if waits && !proxied.frame.is_done() {
                client.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            let taken = proxied.frame.take(&client.buffer, |_| {}).map_err(|_| io::ErrorKind::InvalidData)?;
            proxied.bytes.extend_from_slice(&client.buffer[..taken]);
            client.buffer.advance(taken);
            Box::pin(forward::carry(plane, client, way, proxied)).await
        }
        Ok(Prepared::Own { own, mut frame, keep }) => {
            let is_over = skip(client, &mut frame);
            let keep = keep && is_over;
            client.write(&own.bytes(is_head, keep)).await?;
            Ok(keep)
        }
        Ok(Prepared::Callback { callback, mut frame, keep }) => {
            let keep = keep && skip(client, &mut frame);
            let own = plane.inner.keeper.finish(callback).await;
            client.write(&own.bytes(is_head, keep)).await?;
            Ok(keep)
        }
        Err(status) => {
            client.write(&Own::page(status).bytes(is_head, false)).await?;
            Ok(false)
        }
    }
}

/// Passes over a body that nobody wants, if all of it has come already.
fn skip(client: &mut Link, frame: &mut Frame) -> bool {
    let taken = frame.take(&client.buffer, |_| {}).unwrap_or(0);
    client.buffer.advance(taken);
    frame.is_done()
}
