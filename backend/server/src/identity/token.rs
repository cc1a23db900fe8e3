//! The load balancer's token: a JSON web token whose parts keep their padding, which the usual readers refuse.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;
use serde_json::Value;

use super::Doubt;

/// Takes parts with their padding and without.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Larger than any token that fits the balancer's own limit on headers.
const LONGEST: usize = 64 * 1024;

/// The bytes of a part.
pub(super) fn decoded(part: &str) -> Result<Vec<u8>, Doubt> {
    LENIENT.decode(part).map_err(|_| Doubt::Malformed("a part is not base64"))
}

/// A token that has been read, not yet believed.
pub(super) struct Token<'a> {
    /// What was signed: the first two parts as they were sent, padding and all.
    signed: &'a str,
    signature: Vec<u8>,
    pub(super) header: Header,
    pub(super) claims: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) kid: String,
    pub(super) signer: String,
    pub(super) iss: Option<String>,
    pub(super) client: Option<String>,
    /// Seconds since 1970.
    pub(super) exp: i64,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, Doubt> {
        if text.len() > LONGEST {
            return Err(Doubt::Malformed("it is too long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Doubt::Malformed("it has no parts"))?;
        let (header, claims) = signed.split_once('.').ok_or(Doubt::Malformed("it has too few parts"))?;
        let not_json = |_| Doubt::Malformed("a part is not what it should be");
        Ok(Self {
            signed,
            signature: decoded(signature)?,
            header: serde_json::from_slice(&decoded(header)?).map_err(not_json)?,
            claims: serde_json::from_slice(&decoded(claims)?).map_err(not_json)?,
        })
    }

    /// Whether the key's owner signed it. The key is an uncompressed point or a subject's public key info.
    pub(super) fn verify(&self, key: &[u8]) -> Result<(), Doubt> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        key.verify(self.signed.as_bytes(), &self.signature).map_err(|_| Doubt::Forged)
    }
}
