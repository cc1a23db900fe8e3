//! Digests: short names for things that must not be told, or must not change unseen.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256 as lower-case hex.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Names an approval request without being able to answer it.
pub fn request(token: &str) -> String {
    let mut name = hex(format!("viridian approval request {token}"));
    name.truncate(24);
    name
}

/// Binds what is kept beside an intent, to recognise a repeated press, to the intent's entry.
pub fn press(fingerprint: &str, key: Option<&str>) -> String {
    hex(format!("viridian press {fingerprint}\n{}", key.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_without_its_token() {
        let token = "11111111-2222-3333-4444-555555555555";
        assert_eq!(request(token), request(token));
        assert!(!request(token).contains("1111"));
        assert_eq!(request(token).len(), 24);
    }
}
