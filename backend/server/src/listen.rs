//! How connections are taken, as [`viridian_listen`] does it, and where they are told who asks.

use std::{net::IpAddr, time::Duration};

use axum::{Router, body::Body};
use http::{Extensions, Request};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
pub use viridian_listen::{Crowd, allow_many};

/// From where a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// The address that a request came from; none where it did not come by a socket.
    pub(crate) fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get::<Self>().map(|it| it.0)
    }
}

/// Serves until `stop`; then lets what is under way end, within `patience`.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    crowd: Crowd,
    stop: CancellationToken,
    patience: Duration,
) {
    let answer = move |mut request: Request<Incoming>, peer: std::net::SocketAddr| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    };
    viridian_listen::listen(listener, viridian_listen::Room::new(crowd), stop, patience, answer).await;
}
