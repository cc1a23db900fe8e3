//! The data plane: the sockets of listeners, and what they know of the routes.
//!
//! It speaks HTTP/1 by itself: a request is read in place, matched, written to a target and its answer written
//! back, all in the one task of the client's connection. A general server and client with a channel between them
//! cost about twice as much for each request (`cargo xtask bench balancer`).

mod client;
mod cookie;
mod forward;
mod link;
mod login;
mod outgoing;
mod own;
mod request;
mod trace;
mod tunnel;
mod upstream;

use std::{
    collections::HashMap,
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{net::TcpListener, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use viridian_listen::{Crowd, Room};

use crate::routes::Routes;

/// Of all listeners together. How long each may wait is the load balancer's own, as AWS has it.
const CROWD: Crowd = Crowd::of(1_024, 1_024);

/// Every open listener, and the connections to the targets. Clones are handles on the same ones.
#[derive(Debug, Clone)]
pub struct Plane {
    inner: Arc<Inner>,
}

/// Finds where a target really answers.
pub trait Targets: fmt::Debug + Send + Sync {
    /// The address of a target, if it is known already.
    fn known(&self, id: &str) -> Option<SocketAddr>;

    /// The address of a target, after waiting a moment for one that is being opened.
    fn find<'a>(&'a self, id: &'a str) -> Pin<Box<dyn Future<Output = Option<SocketAddr>> + Send + 'a>>;
}

#[derive(Debug)]
struct Inner {
    targets: Arc<dyn Targets>,
    tasks: TaskTracker,
    stop: CancellationToken,
    routes: watch::Sender<Arc<Routes>>,
    offered: Mutex<HashMap<u16, std::net::TcpListener>>,
    /// The listeners that get what was offered, where they are named.
    favoured: Mutex<Vec<String>>,
    open: Mutex<HashMap<String, Open>>,
    changed: watch::Sender<u64>,
    room: Room,
    upstreams: upstream::Upstreams,
    keeper: login::Keeper,
}

#[derive(Debug)]
struct Open {
    port: u16,
    address: SocketAddr,
    close: CancellationToken,
}

/// Where a connection came in.
#[derive(Debug)]
struct Entry {
    listener: Arc<str>,
    /// The listener's port as AWS has it.
    port: u16,
    peer: SocketAddr,
}

impl Plane {
    /// A plane whose connections run among `tasks` until `stop` is cancelled.
    pub fn new(targets: Arc<dyn Targets>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            inner: Arc::new(Inner {
                targets,
                tasks,
                stop,
                routes: watch::Sender::default(),
                offered: Mutex::default(),
                favoured: Mutex::default(),
                open: Mutex::default(),
                changed: watch::Sender::default(),
                room: Room::new(CROWD),
                upstreams: upstream::Upstreams::default(),
                keeper: login::Keeper::new(),
            }),
        }
    }

    async fn find(&self, target: &str) -> Option<SocketAddr> {
        match self.inner.targets.known(target) {
            Some(known) => Some(known),
            None => self.inner.targets.find(target).await,
        }
    }

    /// Hands over the socket on which the first listener of a port is to answer. A listener for which
    /// nothing was offered answers on a port that the system chooses.
    pub fn offer(&self, port: u16, socket: std::net::TcpListener) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        lock(&self.inner.offered).insert(port, socket);
        Ok(())
    }

    /// Names the listeners for which the offered sockets are kept, among many with the same ports.
    pub fn favour(&self, listeners: Vec<String>) {
        *lock(&self.inner.favoured) = listeners;
    }

    /// Where a listener answers, by its ARN.
    pub fn address(&self, listener: &str) -> Option<SocketAddr> {
        lock(&self.inner.open).get(listener).map(|open| open.address)
    }

    /// Where a listener answers, once it does: it waits a moment for a socket that is being opened.
    pub async fn opened(&self, listener: &str) -> Option<SocketAddr> {
        let mut changed = self.inner.changed.subscribe();
        let wait = async {
            loop {
                if let Some(address) = self.address(listener) {
                    return Some(address);
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), wait).await.ok().flatten()
    }

    /// The public key of that id, with which what a listener says of people who have signed in can be verified: PEM, as
    /// AWS publishes it.
    pub fn public_key(&self, id: &str) -> Option<String> {
        self.inner.keeper.public_key(id)
    }

    /// Every open listener: its ARN, the port it has in AWS, and where it answers.
    pub fn listeners(&self) -> Vec<(String, u16, SocketAddr)> {
        let open = lock(&self.inner.open);
        open.iter().map(|(arn, open)| (arn.clone(), open.port, open.address)).collect()
    }

    /// Takes a new routing table, for every request from now on.
    pub fn publish(&self, routes: Routes) {
        self.inner.routes.send_replace(Arc::new(routes));
        self.inner.upstreams.sweep();
    }

    /// Opens a listener, by its ARN and the port that it has in AWS, unless it is open.
    pub async fn open(&self, listener: &str, port: u16) {
        if lock(&self.inner.open).contains_key(listener) {
            return;
        }
        let offered = self.take_offer(listener, port);
        let was_offered = offered.is_some();
        let bound = match offered {
            Some(socket) => TcpListener::from_std(socket),
            None => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
        };
        let (socket, address) =
            match bound.and_then(|socket| socket.local_addr().map(|address| (socket, address))) {
                Ok(bound) => bound,
                Err(error) => {
                    tracing::error!(%error, listener, "a listener of the load balancer cannot be opened");
                    return;
                }
            };
        let close = self.inner.stop.child_token();
        lock(&self.inner.open).insert(listener.to_owned(), Open { port, address, close: close.clone() });
        self.inner.changed.send_modify(|number| *number += 1);
        let (plane, listener) = (self.clone(), listener.to_owned());
        self.inner.tasks.clone().spawn(async move {
            accept(&plane, &listener, port, &socket, &close).await;
            if let (true, Ok(socket)) = (was_offered, socket.into_std()) {
                lock(&plane.inner.offered).insert(port, socket);
            }
        });
    }

    fn take_offer(&self, listener: &str, port: u16) -> Option<std::net::TcpListener> {
        let favoured = lock(&self.inner.favoured);
        let is_for = favoured.is_empty() || favoured.iter().any(|arn| arn == listener);
        if is_for { lock(&self.inner.offered).remove(&port) } else { None }
    }

    /// Closes a listener; requests that are under way are answered.
    pub fn close(&self, listener: &str) {
        if let Some(open) = lock(&self.inner.open).remove(listener) {
            open.close.cancel();
        }
    }
}

async fn accept(plane: &Plane, listener: &str, port: u16, socket: &TcpListener, close: &CancellationToken) {
    let listener: Arc<str> = Arc::from(listener);
    while let Some(accepted) = close.run_until_cancelled(socket.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, %listener, "a listener cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Closed at once where there is no room: its client may come again.
        let Some(guest) = plane.inner.room.enter(peer.ip()) else { continue };
        let entry = Entry { listener: Arc::clone(&listener), port, peer };
        let (plane, close) = (plane.clone(), close.clone());
        plane.inner.tasks.clone().spawn(async move {
            let routes = plane.inner.routes.subscribe();
            client::serve(&plane, &entry, stream, &guest, routes, &close).await;
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
