//! How the console is reached, and what it lets in: cookies by https, metrics apart or by a token, limits.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::{HeaderMap, header};
use tokio::sync::Mutex;
use viridian_domain::{digest, fold::Fold, port::PortError};
use viridian_store::Store;

use crate::{
    Config,
    limit::{Places, Rate, Throttle},
};

/// What a configuration says of the ways in.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// Host names under which the console may be asked, besides those of this machine.
    pub hosts: Vec<String>,
    /// Whether browsers come by https.
    pub https: bool,
    /// Whether `X-Forwarded-Proto` is believed.
    pub trusts_forwarded_proto: bool,
    /// Whether metrics and readiness are told on a listener of their own, and nowhere else.
    pub metrics_apart: bool,
    /// Digest of the token that they want.
    pub metrics_token: Option<String>,
}

/// Failed sign-ins of the last while, by the name that was tried; empty for names that nobody has, which may be
/// anything, a key in the wrong field among them.
pub(crate) type SignIns = Arc<Fold<String>>;

/// What somebody may learn of the console’s own state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything, names of services too.
    Whole,
    /// Numbers without names.
    Nameless,
    /// A token is missing or wrong.
    Denied,
    /// It is told elsewhere.
    Elsewhere,
}

impl Doors {
    /// As the configuration says.
    pub fn of(config: &Config) -> Self {
        Self {
            hosts: config.allowed_hosts.clone(),
            https: config.https,
            trusts_forwarded_proto: config.trust_forwarded_proto,
            metrics_apart: config.metrics_listen.is_some(),
            metrics_token: config.metrics_token.as_ref().map(digest::hex),
        }
    }

    /// Whether the browser that sent this came by https. Proxies append: the last word is that of the nearest one.
    pub(crate) fn is_https(&self, headers: &HeaderMap) -> bool {
        let forwarded = || {
            let sent = headers.get_all("x-forwarded-proto").iter().next_back()?.to_str().ok()?;
            sent.rsplit(',').next().map(|last| last.trim().eq_ignore_ascii_case("https"))
        };
        self.https || (self.trusts_forwarded_proto && forwarded() == Some(true))
    }

    /// What a request may learn that came in beside the page, or on the listener that is apart.
    pub(crate) fn sight(&self, headers: &HeaderMap, is_apart: bool) -> Sight {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(digest::hex);
        match &self.metrics_token {
            _ if self.metrics_apart && !is_apart => Sight::Elsewhere,
            // Digests are compared: how long that takes says nothing of the token.
            Some(token) if given.as_ref() != Some(token) => Sight::Denied,
            None if !is_apart => Sight::Nameless,
            _ => Sight::Whole,
        }
    }
}

/// What one person, and all of them, may ask for.
pub(crate) struct Limits {
    pub(crate) commands: Throttle<String>,
    /// Everything that is only read.
    pub(crate) views: Throttle<String>,
    pub(crate) sign_ins: Throttle<String>,
    /// Sign-ins that failed, by the address they came from and the name they gave: names that somebody has, and all
    /// others. Whoever invents names keeps nobody out.
    pub(crate) failures: Throttle<String>,
    pub(crate) strangers: Throttle<String>,
    pub(crate) streams: Places,
    /// Views that are being made or sent. What each holds is bounded, so all of them are.
    pub(crate) looks: Places,
    /// Large bodies that are read and worked on.
    pub(crate) large: Places,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |burst, per_second| Rate { burst, per_second };
        Self {
            commands: Throttle::new(rate(60.0, 5.0), rate(300.0, 25.0)),
            views: Throttle::new(rate(600.0, 60.0), rate(2_400.0, 240.0)),
            sign_ins: Throttle::new(rate(60.0, 5.0), rate(300.0, 25.0)),
            failures: Throttle::new(rate(5.0, 0.1), rate(100.0, 2.0)),
            strangers: Throttle::new(rate(5.0, 0.1), rate(100.0, 2.0)),
            streams: Places::new(1_024, 2_048),
            looks: Places::new(12, 24),
            large: Places::new(1, 3),
        }
    }
}

/// Whether the store can be written, asked once a second however many ask.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<Instant>>);

impl Readiness {
    pub(crate) async fn check(&self, store: &Store) -> Result<(), PortError> {
        let mut checked = self.0.lock().await;
        if checked.is_none_or(|at| at.elapsed() > Duration::from_secs(1)) {
            store.ready().await?;
            *checked = Some(Instant::now());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_forwarded_protocol_counts_only_where_it_is_trusted_and_by_its_last_word() {
        let https = sent(&[("x-forwarded-proto", "https")]);
        let doors = Doors::default();
        assert!(!doors.is_https(&https));
        let trusting = Doors { trusts_forwarded_proto: true, ..doors };
        assert!(trusting.is_https(&https) && !trusting.is_https(&sent(&[])));
        assert!(!trusting.is_https(&sent(&[("x-forwarded-proto", "https, http")])));
        assert!(!trusting.is_https(&sent(&[("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")])));
    }

    #[test]
    fn metrics_are_told_apart_or_by_token_where_that_is_configured() {
        let none = sent(&[]);
        let right = sent(&[("authorization", "Bearer a-token-of-many-letters")]);
        let wrong = sent(&[("authorization", "Bearer b-token-of-many-letters")]);
        assert_eq!(Doors::default().sight(&none, false), Sight::Nameless);
        let token = Some(digest::hex("a-token-of-many-letters"));
        let by_token = Doors { metrics_token: token.clone(), ..Doors::default() };
        let seen = [&none, &wrong, &right].map(|headers| by_token.sight(headers, false));
        assert_eq!(seen, [Sight::Denied, Sight::Denied, Sight::Whole]);
        let apart = Doors { metrics_apart: true, ..Doors::default() };
        assert_eq!([apart.sight(&right, false), apart.sight(&none, true)], [Sight::Elsewhere, Sight::Whole]);
        let both = Doors { metrics_apart: true, metrics_token: token, ..Doors::default() };
        assert_eq!([both.sight(&none, true), both.sight(&right, true)], [Sight::Denied, Sight::Whole]);
    }
}
