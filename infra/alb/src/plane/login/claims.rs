//! What targets are told of somebody who has signed in, and the key that it is signed with.

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE};
use serde_json::{Value, json};

use super::Session;
use crate::action::Oidc;

/// Seconds for which a word of the load balancer holds.
const HOLDS: i64 = 120;

/// A key that ends with the process.
pub(super) struct Signer {
    pair: Option<EcdsaKeyPair>,
    id: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Signer {
    pub(super) fn new() -> Self {
        let bits = fastrand::u128(..);
        let id = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            bits >> 96,
            (bits >> 80) & 0xffff,
            (bits >> 68) & 0xfff,
            (bits >> 56) & 0xfff,
            bits & 0xffff_ffff_ffff
        );
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok(), id }
    }

    pub(super) fn public_key(&self, id: &str) -> Option<String> {
        let key = self.pair.as_ref().filter(|_| id == self.id)?.public_key().as_der().ok()?;
        let text = BASE64_STANDARD.encode(key.as_ref());
        let lines: String = text
            .as_bytes()
            .chunks(64)
            .flat_map(|line| [line, b"\n"])
            .flatten()
            .map(|it| char::from(*it))
            .collect();
        Some(format!("-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n"))
    }

    /// The fields for the target.
    pub(super) fn fields(
        &self,
        oidc: &Oidc,
        listener: &str,
        session: &Session,
        now: i64,
    ) -> Vec<(&'static str, String)> {
        let subject = session.claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        vec![
            ("x-amzn-oidc-accesstoken", clean(&session.access)),
            ("x-amzn-oidc-identity", clean(subject)),
            ("x-amzn-oidc-data", self.token(oidc, listener, session, now)),
        ]
    }

    /// A JSON web token whose parts keep their padding, as AWS's do.
    fn token(&self, oidc: &Oidc, listener: &str, session: &Session, now: i64) -> String {
        let exp = now + HOLDS;
        let header = json!({
            "typ": "JWT", "kid": self.id, "alg": "ES256", "iss": oidc.issuer, "client": oidc.client_id,
            "signer": balancer(listener), "exp": exp,
        });
        let mut claims = session.claims.clone();
        claims.insert("exp".to_owned(), json!(exp));
        claims.insert("iss".to_owned(), json!(oidc.issuer));
        let part = |value: &Value| BASE64_URL_SAFE.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&Value::Object(claims)));
        let signature =
            self.pair.as_ref().and_then(|pair| pair.sign(&SystemRandom::new(), signed.as_bytes()).ok());
        let signature = signature.map(|it| BASE64_URL_SAFE.encode(it.as_ref())).unwrap_or_default();
        format!("{signed}.{signature}")
    }
}

/// The ARN of a listener's load balancer.
fn balancer(listener: &str) -> String {
    let whole = listener.rsplit_once('/').map_or(listener, |(balancer, _)| balancer);
    whole.replacen(":listener/", ":loadbalancer/", 1)
}

/// A value without what would end its line.
fn clean(value: &str) -> String {
    value.chars().filter(|letter| letter.is_ascii() && !letter.is_control()).collect()
}
