//! Whom the console may ask. A list of origins, and the addresses behind them checked when a connection is made.
//!
//! A name is resolved once and the connection goes to the very address that was checked, so that a name which
//! resolves differently the second time gains nothing. If any of a name's addresses is forbidden, all are.

use std::{
    fmt,
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    /// Whether it is `https`.
    pub is_tls: bool,
    /// In lower case; an IPv6 address without brackets.
    pub host: String,
    /// The scheme's own where none is written.
    pub port: u16,
}

/// Why an origin is not asked. What it resolves to is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum RefusedOrigin {
    #[error("not an origin: expected http://host or https://host with an optional port")]
    Malformed,
    #[error("this origin is not one of the service's listeners and not on the operator's list")]
    NotListed,
    #[error("this origin leads to an address that is never asked")]
    Forbidden,
    #[error("this origin could not be reached")]
    Unreachable,
}

/// The list, and whether the sandbox's loopback may be asked.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// The only origins that may be asked.
    pub allowed: Vec<Origin>,
    /// Only for the sandbox, whose listeners are on this machine.
    pub allows_loopback: bool,
}

/// An origin with the address that was checked. Only [`Guard`] makes one.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(super) origin: Origin,
    pub(super) address: SocketAddr,
}

/// Where names are resolved.
pub trait Resolver: Sync {
    /// Everything that the name stands for now.
    fn addresses(&self, host: &str, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Resolver for System {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}

const LOOK_UP: Duration = Duration::from_secs(3);

impl Guard {
    /// The address to connect to, if the origin is listed and none of the addresses of its name is forbidden.
    pub async fn check(&self, origin: &Origin, names: &impl Resolver) -> Result<Checked, RefusedOrigin> {
        if !self.allowed.contains(origin) {
            return Err(RefusedOrigin::NotListed);
        }
        let found = tokio::time::timeout(LOOK_UP, names.addresses(&origin.host, origin.port));
        let addresses = found.await.ok().and_then(Result::ok).unwrap_or_default();
        let address = *addresses.first().ok_or(RefusedOrigin::Unreachable)?;
        if addresses.iter().any(|it| self.forbids(it.ip())) {
            return Err(RefusedOrigin::Forbidden);
        }
        Ok(Checked { origin: origin.clone(), address })
    }

    /// Private addresses are allowed, since a service's listeners often have one; those of the machine itself
    /// and of the cloud's metadata are not.
    pub fn forbids(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.forbids_v4(address),
            IpAddr::V6(address) => match embedded(address) {
                Some(inner) => self.forbids_v4(inner),
                None => self.forbids_v6(address),
            },
        }
    }

    fn forbids_v4(&self, address: Ipv4Addr) -> bool {
        (address.is_loopback() && !self.allows_loopback)
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || address.octets()[0] == 0
    }

    fn forbids_v6(&self, address: Ipv6Addr) -> bool {
        let [first, second, ..] = address.segments();
        (address.is_loopback() && !self.allows_loopback)
            || address.is_unspecified()
            || address.is_multicast()
            || address.is_unicast_link_local()
            // Amazon's metadata, time and name services: fd00:ec2::/32.
            || (first == 0xfd00 && second == 0x0ec2)
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, translated (`64:ff9b::/96`, `64:ff9b:1::/48`) or
/// tunnelled (`2002::/16`, and `2001::/32` where it is written inverted).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if address.is_loopback() || address.is_unspecified() {
        return None;
    }
    let segments = address.segments();
    let join = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(join(high, low))
        }
        [0x64, 0xff9b, 1, _, _, _, high, low] | [0x2002, high, low, ..] => Some(join(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(join(!high, !low)),
        _ => None,
    }
}

impl FromStr for Origin {
    type Err = RefusedOrigin;

    /// Of a URL the path is left out; one with a user is refused.
    fn from_str(text: &str) -> Result<Self, RefusedOrigin> {
        let uri: http::Uri = text.trim().parse().map_err(|_| RefusedOrigin::Malformed)?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(RefusedOrigin::Malformed),
        };
        let authority = uri.authority().ok_or(RefusedOrigin::Malformed)?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(RefusedOrigin::Malformed);
        }
        let host = authority.host().trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Ok(Self { is_tls, host, port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.is_tls { "https" } else { "http" }, self.authority())
    }
}

impl Origin {
    /// As a `Host` header says it.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.is_tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = RefusedOrigin;

    fn try_from(text: String) -> Result<Self, RefusedOrigin> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}
