//! What a run says in one line: how many findings are open, ruled, and new.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Finding, Judgement, Ruling};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// Nobody has ruled on them.
    pub open: usize,
    pub intended: usize,
    pub bugs: usize,
    pub noise: usize,
    /// Not seen in the run before.
    pub new: usize,
}

impl Verdict {
    /// Whether a person may approve on it: nothing open, no bug.
    pub fn is_clear(self) -> bool {
        self.open == 0 && self.bugs == 0
    }

    pub fn ruled(self) -> usize {
        self.intended + self.bugs + self.noise
    }

    /// What a build ends with: 0 when clear, 1 when something is open, 2 when there is a bug.
    pub fn exit_code(self) -> u8 {
        match (self.bugs, self.open) {
            (0, 0) => 0,
            (0, _) => 1,
            _ => 2,
        }
    }

    pub fn words(self) -> String {
        format!("{} open, {} ruled, {} new since the last run", self.open, self.ruled(), self.new)
    }
}

/// Judges the findings of a run. The latest ruling that covers a finding counts.
pub fn judge(findings: &[Finding], rulings: &[Ruling], release: &str, previous: &[Finding]) -> Verdict {
    let known: HashSet<_> = previous.iter().map(|it| &it.id).collect();
    let mut verdict = Verdict::default();
    for finding in findings {
        let ruling = rulings.iter().filter(|it| it.covers(finding, release)).max_by_key(|it| it.at);
        match ruling.map(|it| it.judgement) {
            None => verdict.open += 1,
            Some(Judgement::Intended) => verdict.intended += 1,
            Some(Judgement::Bug) => verdict.bugs += 1,
            Some(Judgement::Noise) => verdict.noise += 1,
        }
        verdict.new += usize::from(!known.contains(&finding.id));
    }
    verdict
}
