//! What viewers share: every change is serialised once, and the same bytes go to all of them.

pub(crate) mod feed;
pub(crate) mod packed;
pub(crate) mod rows;
pub(crate) mod viewer;
pub(crate) mod watchers;

use bytes::Bytes;
use viridian_shared::event::Event;

/// The data part of a server-sent event; the id line is each viewer's own.
pub(crate) fn frame(event: &Event) -> Bytes {
    // Our own types serialise; if one ever did not, a viewer would miss this change and not the connection.
    let json = serde_json::to_string(event).unwrap_or_default();
    Bytes::from(format!("data: {json}\n\n"))
}
