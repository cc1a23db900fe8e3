//! How many sockets the process may have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Enough for a thousand listeners and their clients. Programs that builds run may look at every number up to the
/// limit, so it is not the highest that there is.
const WANTED: u64 = 16_384;

/// Lets the process have more sockets than a shell usually grants, as far as it may: each load balancer of each
/// service has its own.
pub(crate) fn allow_many() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the process may not have more sockets than the shell granted");
        }
    }
}
