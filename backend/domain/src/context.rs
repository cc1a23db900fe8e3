//! Who asks, when, and under which request: the first argument of every operation.

use jiff::Timestamp;
use viridian_shared::people::Person;

/// Built once for each request.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who asks, with their roles.
    pub person: Person,
    /// Finds the request in the log.
    pub request_id: String,
    /// The moment at which the request came in, by the service's clock.
    pub at: Timestamp,
    /// The browser's name for one press of a button: the same key is never carried out twice.
    pub key: Option<String>,
}
