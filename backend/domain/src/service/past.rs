//! What is known of who committed to the present release and who started it.

use std::sync::Mutex;

use tokio::time::Instant;
use viridian_shared::ballot::Excluded;

/// Who does not vote, or why that is not known; nobody where the policy does not ask.
pub(crate) type Past = Result<Vec<Excluded>, String>;

/// What a service knows of the present release's past.
#[derive(Default)]
pub(crate) struct KnownPast(pub(crate) Mutex<Option<Known>>);

/// It, and of which release it is.
pub(crate) struct Known {
    pub(crate) of: Which,
    pub(crate) past: Past,
    pub(crate) asked: Instant,
}

/// What it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Which {
    pub(crate) release: String,
    pub(crate) green: Option<String>,
    /// The commit of production; none where nothing is in production, and empty where that is not known.
    pub(crate) blue: Option<String>,
    /// Version of the policy.
    pub(crate) policy: String,
}
