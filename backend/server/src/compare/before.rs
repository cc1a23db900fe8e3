//! What an earlier run found and what was ruled in it.

use std::path::Path;

use viridian_compare::{
    finding::{Finding, Ruling},
    report::Report,
};

use super::{Failure, unusable};

#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) findings: Vec<Finding>,
    pub(super) rulings: Vec<Ruling>,
}

impl Before {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| unusable(format!("the earlier report {shown} cannot be read: {error}")))?;
        let report: Report = serde_json::from_str(&text)
            .map_err(|error| unusable(format!("{shown} is no report as JSON: {error}")))?;
        Ok(Self { findings: report.findings, rulings: report.rulings })
    }
}
