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

use crate::answer::Answer;
pub use connect::{Connection, Tls};
pub use run::{Assessment, Plan, Probed, run};
pub use secret::{SHORTEST as SHORTEST_SECRET, Secrets, Text, Unusable, named_in};

/// One request to send to both colours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    pub name: String,
    #[serde(default = "get")]
    pub method: String,
    /// With the query. `{env:NAME}` in it stands for a secret, as it does in the body.
    pub path: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, Text)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

impl Probe {
    pub fn get(path: &str) -> Self {
        let (name, path) = (path.to_owned(), path.to_owned());
        Self { name, method: get(), path, headers: Vec::new(), body: None }
    }

    /// What of it cannot be sent: method, path or a header.
    pub fn unsendable(&self) -> Option<&'static str> {
        let is_path = self.path.parse::<http::uri::PathAndQuery>().is_ok() && !self.path.contains(' ');
        let is_value = |text: &Text| match text {
            Text::Plain(value) => http::HeaderValue::from_bytes(value.as_bytes()).is_ok(),
            Text::Secret(_) => true,
        };
        if http::Method::from_bytes(self.method.as_bytes()).is_err() {
            Some("method")
        } else if !is_path {
            Some("path (spaces and the like are written as %20)")
        } else if self.headers.iter().any(|(name, _)| http::HeaderName::from_bytes(name.as_bytes()).is_err())
        {
            Some("name of a header")
        } else {
            self.headers.iter().any(|(_, value)| !is_value(value)).then_some("value of a header")
        }
    }

    /// Whether asking may change something: such a probe needs a role and a confirmation.
    pub fn changes_something(&self) -> bool {
        !["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str())
    }
}

/// What an exchange may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
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
pub type Attempt = Result<Answer, Failed>;
