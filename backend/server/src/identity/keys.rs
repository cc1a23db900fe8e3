//! The load balancer's public keys: each fetched once, by its id.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::sync::Mutex;

use super::Doubt;
use crate::config::IdentityConfig;

const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 16 * 1024;
/// The balancer changes its key now and then; more of them at a time are not its own.
const KEPT: usize = 16;
/// A key that could not be fetched is not asked for again before this.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Debug, Clone)]
enum Known {
    Key(Vec<u8>),
    Failed(String, Instant),
}

impl Keys {
    /// The key of this id. Requests that need the same key wait for one fetch.
    pub(super) async fn get(&self, config: &IdentityConfig, kid: &str) -> Result<Vec<u8>, Doubt> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if kid.is_empty() || kid.len() > 64 || !kid.chars().all(is_plain) {
            return Err(Doubt::Malformed("its key has no proper id"));
        }
        let mut known = self.known.lock().await;
        match known.get(kid) {
            Some(Known::Key(key)) => return Ok(key.clone()),
            Some(Known::Failed(why, at)) if at.elapsed() < PAUSE => return Err(Doubt::Key(why.clone())),
            _ => {}
        }
        let fetched = fetch(&config.key_url(kid)).await;
        if known.len() >= KEPT {
            known.clear();
        }
        let kept = match &fetched {
            Ok(key) => Known::Key(key.clone()),
            Err(why) => Known::Failed(why.clone(), Instant::now()),
        };
        known.insert(kid.to_owned(), kept);
        fetched.map_err(Doubt::Key)
    }
}

async fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider)
        .map_err(|error| format!("there are no certificates of authorities ({error})"))?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector);
    let asked = async {
        let uri = url.parse().map_err(|error| format!("{error}"))?;
        let response = client.get(uri).await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), LARGEST).collect().await;
        Ok(body.map_err(|error| error.to_string())?.to_bytes())
    };
    let body = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| "no answer in time".to_owned())??;
    pem(&body).ok_or_else(|| "it is no public key".to_owned())
}

/// The bytes between the lines that frame a public key.
fn pem(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let (_, after) = text.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (inside, _) = after.split_once("-----END PUBLIC KEY-----")?;
    let plain: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    BASE64_STANDARD.decode(plain).ok()
}
