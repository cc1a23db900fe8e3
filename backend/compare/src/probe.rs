//! Asking both colours the same, at the same moment, and writing down what they answer.
//!
//! Only origins on the [`guard`]'s list are asked, at the very address that was checked. Redirects are shown and
//! never followed. Every wait, size and count has a limit, and an error says what a person can do without
//! telling what the network behind the console looks like.

mod connect;
pub mod guard;
mod run;
mod secret;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};
pub use viridian_shared::comparison::suite::Probe;

use crate::answer::WholeAnswer;
pub use connect::{Connection, Tls};
pub use run::{Assessment, Plan, Probed, run};
pub use secret::{SHORTEST as SHORTEST_SECRET, Secrets, Unusable, named_in, reference};

/// A probe that only reads, for a path.
pub fn get(path: &str) -> Probe {
    let (name, path) = (path.to_owned(), path.to_owned());
    Probe { name, method: "GET".to_owned(), path, headers: Vec::new(), body: None }
}

/// What of a probe cannot be sent: method, path or a header.
pub fn unsendable(probe: &Probe) -> Option<&'static str> {
    let is_path = probe.path.parse::<http::uri::PathAndQuery>().is_ok() && !probe.path.contains(' ');
    let is_name = |name: &str| http::HeaderName::from_bytes(name.as_bytes()).is_ok();
    let is_value =
        |value: &str| reference(value).is_some() || http::HeaderValue::from_bytes(value.as_bytes()).is_ok();
    if http::Method::from_bytes(probe.method.as_bytes()).is_err() {
        Some("method")
    } else if !is_path {
        Some("path (spaces and the like are written as %20)")
    } else if !probe.headers.iter().all(|it| is_name(&it.name)) {
        Some("name of a header")
    } else {
        (!probe.headers.iter().all(|it| is_value(&it.value))).then_some("value of a header")
    }
}

/// What an exchange may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection is open, TLS included.
    pub connect: Duration,
    /// Until the head of the answer is there.
    pub first_byte: Duration,
    /// Until its last byte is there. A body that drips is cut then.
    pub total: Duration,
    /// How long a stream is read that may never end, such as one of events.
    pub stream: Duration,
    /// How much of a body is kept; the rest is counted and hashed.
    pub kept: usize,
    /// How much is read at all. An endless body is cut there.
    pub read: u64,
    /// How many headers an answer may have.
    pub headers: usize,
    /// Of the head as a whole, in bytes.
    pub head: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(30),
            stream: Duration::from_secs(3),
            kept: 10 << 20,
            read: 256 << 20,
            headers: 256,
            head: 64 << 10,
        }
    }
}

/// Why a colour gave no answer. The words are the same for all that would tell one network from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Failed {
    #[error("it could not be reached")]
    Unreachable,
    #[error("it did not answer in time")]
    TooSlow,
    #[error("its answer has more headers than are accepted")]
    TooManyHeaders,
    #[error("its answer is not HTTP, or broke off")]
    Garbled,
    #[error("the request cannot be sent: {0}")]
    Request(String),
}

/// What became of one request.
pub type Attempt = Result<WholeAnswer, Failed>;
