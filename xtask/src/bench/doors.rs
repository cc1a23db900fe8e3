//! `cargo xtask bench doors`: the memory of a console to which a thousand come and go, twenty times.

use crate::{command::Done, host};

const STREAMS: &str = "1000";

/// In the build of the tests: what is held for a stream does not depend on how the code was optimised.
pub(super) fn run() -> Done {
    host::tests()?;
    let wish = [("VIRIDIAN_DOORS_STREAMS", STREAMS)];
    host::run_test("doors", &["memory", "--nocapture"], &wish, "let a thousand streams come and go")
}
