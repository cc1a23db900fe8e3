//! Seals what browsers carry, so that nobody else can read or make it.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    rand,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// A key that ends with the process.
pub(super) struct Vault(Option<RandomizedNonceKey>);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        let filled = rand::fill(&mut key);
        Self(filled.and_then(|()| RandomizedNonceKey::new(&AES_256_GCM, &key)).ok())
    }

    /// The value as text that fits a cookie; empty where nothing can be sealed, which nothing opens.
    pub(super) fn seal(&self, value: &impl Serialize) -> String {
        let seal = || {
            let mut bytes = serde_json::to_vec(value).ok()?;
            let nonce = self.0.as_ref()?.seal_in_place_append_tag(Aad::empty(), &mut bytes).ok()?;
            Some(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &bytes].concat()))
        };
        seal().unwrap_or_default()
    }

    pub(super) fn open<T: DeserializeOwned>(&self, sealed: &str) -> Option<T> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, inside) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut inside = inside.to_vec();
        let opened = self.0.as_ref()?.open_in_place(nonce, Aad::empty(), &mut inside).ok()?;
        serde_json::from_slice(opened).ok()
    }
}
