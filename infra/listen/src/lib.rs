//! How connections are taken: not too many, and none that keeps anybody waiting.
//!
//! A client has a while to ask for something at all, a longer one for every later head, has to send a body at some
//! pace, and has to take what it is sent. Where there is no room the connection that has rested longest gives way, so
//! that those who only hold connections open never keep out those who ask. Who is being answered gives way to nobody.

#![warn(missing_docs)]

mod pace;
mod room;
mod serve;
#[cfg(test)]
mod tests;

pub use pace::Pace;
pub use room::{Busy, Guest, Room};
pub use serve::{Handler, connection, listen};

use std::time::Duration;

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

/// Lets the process hold more connections than a shell usually grants, as far as it may.
#[cfg(unix)]
pub fn allow_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// Enough for a thousand listeners and their clients. Programs that builds run may look at every number up to the
    /// limit, so it is not the highest that there is.
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

/// Lets the process hold more connections than a shell usually grants, as far as it may.
#[cfg(not(unix))]
pub fn allow_many() {}
