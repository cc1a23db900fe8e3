//! Connections to targets, kept open between requests.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::net::TcpStream;

use super::link::Link;

/// How long a connection may wait for its next request. Targets close theirs later.
const KEPT: Duration = Duration::from_secs(30);
/// Connections that are kept to one target.
const MOST: usize = 256;
/// How long a target may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Idle connections by the address of their target, the last used last.
#[derive(Debug, Default)]
pub(crate) struct Upstreams {
    idle: Mutex<HashMap<SocketAddr, Vec<(Link, Instant)>>>,
}

impl Upstreams {
    /// A connection to a target, which may stand still for as long.
    pub(crate) async fn take(&self, target: SocketAddr, idle: Duration) -> io::Result<Link> {
        if let Some(link) = self.kept(target) {
            return Ok(Link { idle, ..link });
        }
        let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(target)).await;
        let stream = connected.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Link::new(stream, idle))
    }

    fn kept(&self, target: SocketAddr) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let links = idle.get_mut(&target)?;
        while let Some((link, since)) = links.pop() {
            if since.elapsed() < KEPT && is_quiet(&link) {
                return Some(link);
            }
        }
        idle.remove(&target);
        None
    }

    /// Keeps a connection for the next request.
    pub(crate) fn put(&self, target: SocketAddr, link: Link) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let links = idle.entry(target).or_default();
        if links.len() < MOST {
            links.push((link, Instant::now()));
        }
    }

    /// Closes what has waited for too long, such as the connections to targets that are gone.
    pub(crate) fn sweep(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|_, links| {
            links.retain(|(_, since)| since.elapsed() < KEPT);
            !links.is_empty()
        });
    }
}

/// Whether a target has neither closed the connection nor sent what nobody asked for.
fn is_quiet(link: &Link) -> bool {
    let nothing = link.stream.try_read(&mut [0]);
    link.buffer.is_empty() && nothing.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}
