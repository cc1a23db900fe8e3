//! HTTP/1 on what is let in.

use std::{
    error::Error,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response};
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Busy, Guest, Room};

/// Larger than a load balancer's token and cookies together.
const LARGEST_HEAD: usize = 128 * 1024;
const MOST_HEADERS: usize = 100;

/// What answers requests.
pub trait Handler: Fn(Request<Incoming>, SocketAddr) -> Self::Future + Send + Sync + 'static {
    /// Of one answer.
    type Future: Future<Output = Result<Response<Self::Body>, Self::Error>> + Send;
    /// Of the answers; it is sent as it comes.
    type Body: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin + Send + 'static;
    /// Ends the connection. What a client is to read is an answer, not an error.
    type Error: Into<Box<dyn Error + Send + Sync>>;
}

impl<A, F, B, E> Handler for A
where
    A: Fn(Request<Incoming>, SocketAddr) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, E>> + Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Future = F;
    type Body = B;
    type Error = E;
}

/// Serves until `stop`; then lets what is under way end, within `patience`.
pub async fn listen(
    listener: TcpListener,
    room: Room,
    stop: CancellationToken,
    patience: Duration,
    answer: impl Handler + Clone,
) {
    let tasks = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                // A connection for which there is no room is closed at once: its client may come again.
                let Some(guest) = room.enter(peer.ip()) else { continue };
                let (answer, stop) = (answer.clone(), stop.clone());
                tasks.spawn(async move {
                    connection(http1::Builder::new(), stream, peer, guest, &stop, answer).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    tasks.close();
    let _ = tokio::time::timeout(patience, tasks.wait()).await;
}

/// Answers one connection until it ends or has to go, or until `stop` and what is under way then.
pub async fn connection(
    mut builder: http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    guest: Guest,
    stop: &CancellationToken,
    answer: impl Handler,
) {
    let crowd = guest.crowd();
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(crowd.write));
    let service = service_fn(|request: Request<Incoming>| {
        let busy = guest.asks();
        let answer = answer(request, peer);
        async move { answer.await.map(|answer| answer.map(|body| Kept { body, _busy: busy })) }
    });
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(crowd.idle)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD);
    let serving = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(serving);
    let has_to_go = async {
        tokio::select! {
            () = guest.gives_way() => {}
            () = silent(&guest) => {}
            () = stop.cancelled() => {}
        }
    };
    tokio::select! {
        _ = serving.as_mut() => return,
        () = has_to_go => {}
    }
    if !guest.has_asked() {
        return;
    }
    serving.as_mut().graceful_shutdown();
    if guest.is_busy() {
        let _ = serving.await;
    } else {
        // The end of an answer may still be under way.
        let _ = tokio::time::timeout(crowd.write, serving).await;
    }
}

/// Ends where a new connection asked for nothing in time.
async fn silent(guest: &Guest) {
    tokio::time::sleep(guest.crowd().first_head).await;
    if guest.has_asked() {
        std::future::pending::<()>().await;
    }
}

/// The body of an answer, which keeps its connection busy until all of it is sent.
struct Kept<B> {
    body: B,
    _busy: Busy,
}

impl<B: Body + Unpin> Body for Kept<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
