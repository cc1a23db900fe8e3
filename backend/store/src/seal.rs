//! The key of a journal: a seal on each entry that nobody makes without it.

use std::fmt::{self, Write};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Shortest key that is taken, in bytes.
const SHORTEST: usize = 32;

/// A secret that the journal's folder or database does not hold.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

/// Never with the secret in it.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// At least 32 bytes; an error is a sentence for a person.
    pub fn new(secret: &str) -> Result<Self, String> {
        let secret = secret.trim();
        if secret.len() < SHORTEST {
            return Err(format!(
                "The journal’s key has {} characters, and needs {SHORTEST}: `openssl rand -hex 32` makes one.",
                secret.len()
            ));
        }
        let hash = Hmac::new_from_slice(secret.as_bytes());
        hash.map(Self).map_err(|_| "The journal’s key cannot be used.".to_owned())
    }

    pub(crate) fn seal(&self, digest: &str) -> String {
        let mut hash = self.0.clone();
        hash.update(digest.as_bytes());
        let bytes = hash.finalize().into_bytes();
        bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
