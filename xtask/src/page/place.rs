//! Where a piece of the page's code is, and how its file is called.

use sha2::{Digest, Sha256};

/// A file, or bytes of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: String,
    /// From which byte to before which; none for the whole file.
    pub(super) within: Option<(usize, usize)>,
}

/// A name with a digest of what is in the file, so that it may be kept for ever.
pub(super) fn named(name: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes).iter().take(8).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    format!("{name}-{digest:016x}")
}
