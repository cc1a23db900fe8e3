//! How connections are taken: not too many, and none that keeps the console waiting.
//!
//! A client has a while to ask for something at all, a longer one for every later head, and has to take what it is
//! sent. Where there is no room the one that has waited longest without asking gives way, so
//! that those who only hold connections open never keep out those who ask.

mod room;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use self::room::{Guest, Room};

/// Larger than a load balancer's token and cookies together.
const LARGEST_HEAD: usize = 128 * 1024;
const MOST_HEADERS: usize = 100;

/// How many connections are held, and for how long those that do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// In all.
    pub all: usize,
    /// From one address, unless it is this machine’s own.
    pub each: usize,
    /// How long a new connection may say nothing, or only half of a head.
    pub first_head: Duration,
    /// How long a connection that has asked before may wait with its next request, or take to send its head.
    pub idle: Duration,
    /// How long a client may take nothing of what it is sent.
    pub write: Duration,
}

impl Crowd {
    /// With the usual patience. A load balancer keeps its connections for a minute, and would send into one that
    /// is closed before.
    pub const fn of(all: usize, each: usize) -> Self {
        Self {
            all,
            each,
            first_head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
        }
    }
}

/// From where a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Serves until `stop`; then lets what is under way end, within `patience`.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    crowd: Crowd,
    stop: CancellationToken,
    patience: Duration,
) {
    let (room, tasks) = (Room::new(crowd), TaskTracker::new());
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                // A connection for which there is no room is closed at once: its client may come again.
                let Some(guest) = room.enter(peer.ip()) else { continue };
                tasks.spawn(connection(stream, peer, guest, router.clone(), crowd, stop.clone()));
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

/// Lets the process hold more connections than a shell usually grants, as far as it may.
#[cfg(unix)]
pub fn allow_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 16_384;
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the process may not have more sockets than the shell granted");
        }
    }
}

#[cfg(not(unix))]
pub fn allow_many() {}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    guest: Guest,
    router: Router,
    crowd: Crowd,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(crowd.write));
    let service = service_fn(|mut request: http::Request<Incoming>| {
        guest.asks();
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(crowd.idle)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEAD);
    let serving = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => {}
        () = guest.gives_way(crowd.first_head) => {}
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}
