//! The load balancer's public keys: each fetched once, by its id.
//!
//! Anybody can name a key that does not exist. So nobody waits for the fetch of a key that somebody else named;
//! unknown ids are few at a time ([`Asked`]) and remembered for a while; and a key that has verified a signature gives
//! way to none that has not.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::sync::watch;

use super::{Doubt, asked::Asked};
use crate::config::IdentityConfig;

const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 16 * 1024;
/// The balancer changes its key now and then; more of them at a time are not its own.
const KEPT: usize = 8;
/// Ids without a key that are remembered, for so long.
const KEPT_UNKNOWN: usize = 64;
const UNKNOWN: Duration = Duration::from_secs(10);
/// A key whose place could not be reached is not asked for again before this.
const PAUSE: Duration = Duration::from_secs(5);

type Fetched = Result<Vec<u8>, Failed>;

/// Why there is no key.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) why: String,
    at: Instant,
    /// For how long it is believed.
    lasts: Duration,
}

#[derive(Default)]
pub(super) struct Keys {
    known: Arc<Mutex<Known>>,
    asked: Asked,
}

#[derive(Debug, Default)]
struct Known {
    /// Keys that have verified a signature, and keys that have not yet; the newest last.
    proven: VecDeque<(String, Vec<u8>)>,
    fresh: VecDeque<(String, Vec<u8>)>,
    failed: VecDeque<(String, Failed)>,
    under_way: HashMap<String, watch::Receiver<Option<Fetched>>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    /// The key of this id. Requests that need the same key wait for one fetch, and no other request waits for it.
    pub(super) async fn get(
        &self,
        config: &IdentityConfig,
        kid: &str,
        from: Option<IpAddr>,
    ) -> Result<Vec<u8>, Doubt> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if kid.is_empty() || kid.len() > 64 || !kid.chars().all(is_plain) {
            return Err(Doubt::Malformed("its key has no proper id"));
        }
        let mut fetched = match self.known_or_asked(config, kid, from)? {
            Ok(key) => return Ok(key),
            Err(under_way) => under_way,
        };
        let gone = |_| Doubt::Unreached("the fetch broke off".to_owned());
        let fetched = fetched.wait_for(Option::is_some).await.map_err(gone)?.clone();
        fetched.unwrap_or_else(|| Err(Failed::now("nothing came", PAUSE))).map_err(Failed::doubt)
    }

    /// What is known of an id, or where its key will be told.
    fn known_or_asked(
        &self,
        config: &IdentityConfig,
        kid: &str,
        from: Option<IpAddr>,
    ) -> Result<Result<Vec<u8>, watch::Receiver<Option<Fetched>>>, Doubt> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, key)) = known.proven.iter().chain(&known.fresh).find(|(id, _)| id == kid) {
            return Ok(Ok(key.clone()));
        }
        known.failed.retain(|(_, failed)| failed.at.elapsed() < failed.lasts);
        if let Some((_, failed)) = known.failed.iter().find(|(id, _)| id == kid) {
            return Err(failed.clone().doubt());
        }
        if let Some(under_way) = known.under_way.get(kid) {
            return Ok(Err(under_way.clone()));
        }
        if !self.asked.may(from, kid, Instant::now()) {
            return Err(Doubt::Key("too many ids were asked for that nobody knows".to_owned()));
        }
        let (tell, told) = watch::channel(None);
        known.under_way.insert(kid.to_owned(), told.clone());
        let (table, kid, url) = (Arc::clone(&self.known), kid.to_owned(), config.key_url(kid));
        // By itself: whoever asked may go away, and the next one who needs it finds it.
        tokio::spawn(async move {
            let fetched = fetch(&url, LARGEST)
                .await
                .and_then(|body| pem(&body).ok_or_else(|| Failed::now("it is no public key", UNKNOWN)));
            table.lock().unwrap_or_else(PoisonError::into_inner).keep(kid, &fetched);
            // Nobody may be waiting any more.
            let _ = tell.send(Some(fetched));
        });
        Ok(Err(told))
    }

    /// A signature that came from there was verified by this key: it stays.
    pub(super) fn proven(&self, kid: &str, from: Option<IpAddr>) {
        self.asked.believed(from);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.fresh.iter().position(|(id, _)| id == kid)
            && let Some(key) = known.fresh.remove(place)
        {
            known.proven.push_back(key);
            keep_newest(&mut known.proven, KEPT);
        }
    }
}

impl Known {
    fn keep(&mut self, kid: String, fetched: &Fetched) {
        self.under_way.remove(&kid);
        match fetched {
            Ok(key) => {
                self.fresh.push_back((kid, key.clone()));
                keep_newest(&mut self.fresh, KEPT);
            }
            Err(failed) => {
                self.failed.push_back((kid, failed.clone()));
                keep_newest(&mut self.failed, KEPT_UNKNOWN);
            }
        }
    }
}

fn keep_newest<T>(list: &mut VecDeque<T>, most: usize) {
    while list.len() > most {
        list.pop_front();
    }
}

impl Failed {
    fn now(why: impl Into<String>, lasts: Duration) -> Self {
        Self { why: why.into(), at: Instant::now(), lasts }
    }

    /// Nobody has such a key; or it is not known whether anybody has.
    fn doubt(self) -> Doubt {
        if self.lasts >= UNKNOWN { Doubt::Key(self.why) } else { Doubt::Unreached(self.why) }
    }
}

/// What stands at an address, if it is no longer than that.
pub(super) async fn fetch(url: &str, largest: usize) -> Result<Bytes, Failed> {
    // Certificates are read from files.
    let connector = tokio::task::spawn_blocking(|| {
        HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
    });
    let later = |why: String| Failed::now(why, PAUSE);
    let connector = connector
        .await
        .map_err(|error| later(error.to_string()))?
        .map_err(|error| later(format!("there are no certificates of authorities ({error})")))?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector);
    let asked = async {
        let uri = url.parse().map_err(|error| later(format!("{error}")))?;
        let response = client.get(uri).await.map_err(|error| later(error.to_string()))?;
        if !response.status().is_success() {
            let lasts = if response.status().is_client_error() { UNKNOWN } else { PAUSE };
            return Err(Failed::now(format!("status {}", response.status().as_u16()), lasts));
        }
        let body = Limited::new(response.into_body(), largest).collect().await;
        Ok(body.map_err(|error| later(error.to_string()))?.to_bytes())
    };
    tokio::time::timeout(PATIENCE, asked).await.map_err(|_| later("no answer in time".to_owned()))?
}

/// The bytes between the lines that frame a public key.
fn pem(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let (_, after) = text.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (inside, _) = after.split_once("-----END PUBLIC KEY-----")?;
    let plain: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    BASE64_STANDARD.decode(plain).ok()
}
