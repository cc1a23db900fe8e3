//! The access token that the load balancer hands on beside its own: signed by the identity provider, whose published
//! keys verify it. Some providers write groups nowhere else.

use std::time::{Duration, Instant};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, watch};

use super::{Doubt, LEEWAY, keys::fetch, token::decoded};
use crate::config::{IdentityConfig, is_trusted};

/// Where the balancer puts it.
pub(super) const HEADER: &str = "x-amzn-oidc-accesstoken";
/// Larger than any token that fits the balancer's own limit on headers.
const LONGEST: usize = 64 * 1024;
/// Providers publish a few keys at a time.
const LARGEST: usize = 128 * 1024;
/// Keys are asked for again for an id that is not among them, but not more often.
const PAUSE: Duration = Duration::from_mins(1);

/// And so soon after they were not reached.
const SOON: Duration = Duration::from_secs(5);

/// The keys of one provider.
#[derive(Default)]
pub(super) struct Provider {
    known: Mutex<Published>,
    silent: watch::Sender<bool>,
}

#[derive(Default)]
struct Published {
    keys: Vec<Jwk>,
    asked: Option<Instant>,
    /// Why they were not reached the last time.
    silence: Option<String>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// A public key as providers publish it ("JSON Web Key", RFC 7517).
#[derive(Debug, Clone, Deserialize)]
struct Jwk {
    #[serde(default)]
    kid: String,
    kty: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    #[serde(default)]
    y: String,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Discovery {
    jwks_uri: String,
}

impl Provider {
    /// The claims of an access token that the provider gave for this person and this client.
    pub(super) async fn claims(
        &self,
        config: &IdentityConfig,
        text: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<Value, Doubt> {
        if text.len() > LONGEST {
            return Err(Doubt::Malformed("the access token is too long"));
        }
        let malformed = Doubt::Malformed("the access token is not a signed one");
        let Some((signed, signature)) = text.rsplit_once('.') else { return Err(malformed) };
        let Some((header, claims)) = signed.split_once('.') else { return Err(malformed) };
        let not_json = |_| Doubt::Malformed("a part of the access token is not what it should be");
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(not_json)?;
        let claims: Value = serde_json::from_slice(&decoded(claims)?).map_err(not_json)?;
        let issuer = config.issuer.as_deref().unwrap_or_default();
        check(config, issuer, &claims, subject, now)?;
        let key = self.key(issuer, &header.kid).await?;
        key.verify(&header.alg, signed.as_bytes(), &decoded(signature)?)?;
        Ok(claims)
    }

    async fn key(&self, issuer: &str, kid: &str) -> Result<Jwk, Doubt> {
        let mut known = self.known.lock().await;
        let find = |known: &Published| known.keys.iter().find(|key| key.kid == kid).cloned();
        if let Some(key) = find(&known) {
            return Ok(key);
        }
        let pause = if known.silence.is_some() { SOON } else { PAUSE };
        if known.asked.is_none_or(|asked| asked.elapsed() >= pause) {
            known.asked = Some(Instant::now());
            known.silence = match published(issuer).await {
                Ok(keys) => {
                    known.keys = keys;
                    None
                }
                Err(why) => Some(why),
            };
            self.silent.send_if_modified(|silent| {
                let was_silent = std::mem::replace(silent, known.silence.is_some());
                was_silent != *silent
            });
        }
        find(&known).ok_or_else(|| match &known.silence {
            Some(why) => Doubt::Provider(why.clone()),
            None => Doubt::Foreign("key of the access token"),
        })
    }

    pub(super) fn silence(&self) -> watch::Receiver<bool> {
        self.silent.subscribe()
    }
}

/// What the token says of itself, before anything is fetched for it.
fn check(
    config: &IdentityConfig,
    issuer: &str,
    claims: &Value,
    subject: &str,
    now: Timestamp,
) -> Result<(), Doubt> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    if issuer.is_empty() || text("iss") != Some(issuer) {
        return Err(Doubt::Foreign("access token’s issuer"));
    }
    // Whoever the balancer speaks of: another person's token gives nobody roles.
    if text("sub") != Some(subject) {
        return Err(Doubt::Foreign("access token’s subject"));
    }
    if text("token_use").is_some_and(|it| it != "access") {
        return Err(Doubt::Malformed("the access token is one for something else"));
    }
    let audience = claims.get("aud").into_iter().flat_map(|aud| match aud {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    });
    let mut clients = ["client_id", "azp", "cid"].into_iter().filter_map(text).chain(audience);
    if config.client_id.as_deref().is_some_and(|client| !clients.any(|it| it == client)) {
        return Err(Doubt::Foreign("access token’s client"));
    }
    let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    if expires.saturating_add(LEEWAY) < now.as_second() {
        return Err(Doubt::Expired);
    }
    Ok(())
}

/// The keys that a provider publishes; those of unknown kinds are left out.
async fn published(issuer: &str) -> Result<Vec<Jwk>, String> {
    let about = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let Discovery { jwks_uri } = read(&about).await?;
    let Keys { keys } = read(&jwks_uri).await?;
    Ok(keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
}

async fn read<T: serde::de::DeserializeOwned>(url: &str) -> Result<T, String> {
    if !is_trusted(url) {
        return Err("it is not reached by https".to_owned());
    }
    let body = fetch(url, LARGEST).await.map_err(|failed| failed.why)?;
    serde_json::from_slice(&body).map_err(|_| format!("{url} is not what it should be"))
}

impl Jwk {
    fn verify(&self, alg: &str, signed: &[u8], signature: &[u8]) -> Result<(), Doubt> {
        let verified = match (alg, self.kty.as_str(), self.crv.as_str()) {
            ("RS256", "RSA", _) => {
                let key = RsaPublicKeyComponents { n: decoded(&self.n)?, e: decoded(&self.e)? };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            ("ES256", "EC", "P-256") => {
                let point = [vec![4], decoded(&self.x)?, decoded(&self.y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            _ => {
                return Err(Doubt::Malformed(
                    "the access token’s algorithm is not its key’s, RS256 or ES256",
                ));
            }
        };
        verified.map_err(|_| Doubt::Forged)
    }
}
