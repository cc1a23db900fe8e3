//! What a colour answered to a probe.

mod names;

use std::{fmt::Write as _, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

pub use names::Names;
pub use viridian_shared::comparison::suite::Header;

/// One answer with everything of it that the comparison works on: its bytes, and its times as they were measured.
///
/// What is kept and shown of it is [`Answer`](viridian_shared::comparison::probe::Answer), which has no body but says
/// what the body was taken for. That one goes to the page, and this one never leaves the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeAnswer {
    /// HTTP's status code.
    pub status: u16,
    /// As in `HTTP/1.1`.
    pub version: String,
    /// In the order in which they came, their names in lower case; repeated ones stand together.
    pub headers: Vec<Header>,
    /// Its bytes, and what is known of those that were not kept.
    pub body: Body,
    /// How long it took.
    pub timing: Elapsed,
    /// When the request was sent.
    pub at: Timestamp,
    /// Protocol and cipher, when it came over TLS.
    pub tls: Option<String>,
    /// The addresses of both colours, which count as one where it names them. Empty where they do not.
    pub names: Names,
}

/// A body as it came over the wire, content codings and all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// The beginning that was kept. Answers that are the same share it.
    pub kept: Bytes,
    /// How long it is in all, in bytes.
    pub length: u64,
    /// The digest of all of it, in hexadecimal.
    pub sha256: String,
    /// Set when it did not end in time or broke off.
    pub broken: Option<String>,
    /// Set when nothing of it was kept, since it might repeat a secret where nobody can look.
    pub is_withheld: bool,
}

/// How long the parts of an exchange took, as exactly as it was measured. People see it as
/// [`Timing`](viridian_shared::comparison::probe::Timing), in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elapsed {
    /// Connecting, with TLS. `None` on a connection that was open.
    pub connect: Option<Duration>,
    /// From the request being sent to the first byte of the answer.
    pub first_byte: Duration,
    /// From the request being sent to the last byte.
    pub total: Duration,
}

impl WholeAnswer {
    /// The values of a header, by its name in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |it| it.name == name).map(|it| it.value.as_str())
    }

    /// The same with headers in which both addresses are one.
    pub(crate) fn with_joined_names(&self) -> Self {
        let mut joined = self.clone();
        for header in &mut joined.headers {
            if let Some(value) = self.names.joined(header.value.as_bytes()) {
                header.value = String::from_utf8_lossy(&value).into_owned();
            }
        }
        joined
    }

    /// Where a redirect points. It is shown and never followed.
    pub fn redirect(&self) -> Option<&str> {
        (300..400).contains(&self.status).then(|| self.header("location").next()).flatten()
    }
}

/// The end of the reason why a body broke off that never ends.
pub(crate) const STILL_COMING: &str = "it was still coming after";

impl Body {
    /// Whether it was cut while it was still coming.
    pub(crate) fn is_endless(&self) -> bool {
        self.broken.as_deref().is_some_and(|it| it.starts_with(STILL_COMING))
    }

    /// A body that was kept whole.
    pub fn whole(kept: Vec<u8>) -> Self {
        let (length, sha256) = (kept.len() as u64, hexadecimal(&Sha256::digest(&kept)));
        Self { kept: kept.into(), length, sha256, broken: None, is_withheld: false }
    }

    /// Whether it ended by itself and all of it was kept.
    pub fn is_whole(&self) -> bool {
        self.broken.is_none() && self.length == self.kept.len() as u64
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
