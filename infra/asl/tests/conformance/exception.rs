//! Cases that come out differently, each with its reason. A case that agrees must not stand here.

use crate::case::Case;

const EXCEPTIONS: [(&str, &str); 0] = [];

/// Why a case may differ, if it may.
pub(crate) fn reason(case: &Case) -> Option<&'static str> {
    if case.distributed {
        return Some(
            "distributed maps are out of the sandbox's scope and refused when the machine is created",
        );
    }
    EXCEPTIONS.iter().find(|(id, _)| *id == case.id).map(|(_, reason)| *reason)
}
