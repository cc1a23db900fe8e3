//! What a named person says of a finding.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Finding, FindingId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// The release is meant to change this. Ends with the release.
    Intended,
    /// Not to be approved as it is. Stays until it is gone.
    Bug,
    /// Says nothing of the release.
    Noise,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    pub finding: FindingId,
    pub judgement: Judgement,
    pub by: String,
    pub reason: String,
    pub at: Timestamp,
    /// The release during which it was ruled.
    pub release: String,
    /// The probes that showed the finding then. In a probe that showed it later it is open.
    pub probes: Vec<String>,
}

impl Ruling {
    /// Rules on a finding as it is now. `None` without a person and a reason.
    pub fn new(
        finding: &Finding,
        judgement: Judgement,
        (by, reason): (&str, &str),
        at: Timestamp,
        release: &str,
    ) -> Option<Self> {
        let (by, reason) = (by.trim(), reason.trim());
        (!by.is_empty() && !reason.is_empty()).then(|| Self {
            finding: finding.id.clone(),
            judgement,
            by: by.to_owned(),
            reason: reason.to_owned(),
            at,
            release: release.to_owned(),
            probes: finding.probes.clone(),
        })
    }

    /// Whether it still speaks for a finding in a release.
    pub fn covers(&self, finding: &Finding, release: &str) -> bool {
        self.finding == finding.id
            && (self.judgement != Judgement::Intended || self.release == release)
            && finding.probes.iter().all(|probe| self.probes.contains(probe))
    }
}
