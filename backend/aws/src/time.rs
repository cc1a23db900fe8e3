//! AWS's timestamps as ours.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// None for a moment outside what we can hold, which AWS never sends.
pub(crate) fn moment(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

pub(crate) fn maybe(at: Option<&DateTime>) -> Option<Timestamp> {
    at.and_then(moment)
}
