//! The files that a run leaves behind.

use std::path::{Path, PathBuf};

use viridian_compare::report::Report;

use super::{Failure, unusable};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    Json,
    Junit,
}

/// Each file with its format, before anybody is asked: a mistake in a name should not cost a run.
pub(super) fn formats(paths: &[PathBuf]) -> Result<Vec<(&Path, Format)>, Failure> {
    paths.iter().map(|path| Ok((path.as_path(), format(path)?))).collect()
}

fn format(path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => Ok(Format::Html),
        "json" => Ok(Format::Json),
        "xml" | "junit" => Ok(Format::Junit),
        _ => Err(unusable(format!(
            "--out {}: expected a name that ends in .html, .json or .xml",
            path.display()
        ))),
    }
}

pub(super) fn write(outs: &[(&Path, Format)], report: &Report) -> Result<(), Failure> {
    for (path, format) in outs {
        let failed = |error: &dyn std::fmt::Display| {
            unusable(format!("the report {} cannot be written: {error}", path.display()))
        };
        let text = match format {
            Format::Html => report.to_html(),
            Format::Json => report.to_json().map_err(|error| failed(&error))?,
            Format::Junit => report.to_junit(),
        };
        std::fs::write(path, text).map_err(|error| failed(&error))?;
    }
    Ok(())
}
