//! What an earlier run found and what was ruled in it.

use std::path::Path;

use viridian_compare::report::earlier::{self, Earlier};

use super::{Failure, unusable};

/// Reads an earlier report.
pub(super) fn read(path: &Path) -> Result<Earlier, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| unusable(format!("the earlier report {shown} cannot be read: {error}")))?;
    earlier::read(&text).map_err(|error| unusable(format!("{shown} is no report as JSON: {error}")))
}
