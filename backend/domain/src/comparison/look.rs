//! Runs as a person looks at them: with the rulings that count by now.

use viridian_shared::comparison::{
    finding::{Finding, Judgement, Ruling, Verdict},
    run::{Run, RunBrief, RunPage},
};

use crate::{
    Service,
    port::{
        PortError,
        runs::{KeptRun, RunRequest},
    },
};

/// Runs on a page at most.
const PAGE_LIMIT: usize = 50;

impl Service {
    /// A run whole, those findings first that are open.
    pub async fn run(&self, run: &str) -> Result<Option<Run>, PortError> {
        let Some(kept) = self.ports.runs.run(self.name(), run).await? else { return Ok(None) };
        let rulings = self.ports.runs.rulings(self.name()).await?;
        let KeptRun { mut brief, mut record, .. } = kept;
        self.judge(&mut brief, &mut record.findings, &rulings);
        record.findings.sort_by_key(rank);
        Ok(Some(Run {
            brief,
            findings: record.findings,
            probes: record.probes,
            proposals: record.proposals,
            remarks: record.remarks,
            proofs: record.proofs,
        }))
    }

    /// A page of runs, newest first.
    pub async fn runs(&self, ask: &RunRequest) -> Result<RunPage, PortError> {
        let limit = ask.limit.clamp(1, PAGE_LIMIT);
        let ask = RunRequest { limit: limit + 1, ..ask.clone() };
        let mut runs = self.ports.runs.runs(self.name(), &ask).await?;
        let has_more = runs.len() > limit;
        runs.truncate(limit);
        let before = runs.last().map(|run| run.id.clone()).filter(|_| has_more);
        let rulings = self.ports.runs.rulings(self.name()).await?;
        for brief in runs.iter_mut().filter(|brief| brief.verdict.is_some()) {
            if let Some(mut kept) = self.ports.runs.run(self.name(), &brief.id).await? {
                self.judge(brief, &mut kept.record.findings, &rulings);
            }
        }
        Ok(RunPage { runs, before })
    }

    /// One run in brief as it counts now.
    pub(crate) async fn run_brief(&self, run: &str) -> Result<Option<RunBrief>, PortError> {
        Ok(self.run(run).await?.map(|run| run.brief))
    }

    /// Puts the rulings that count on the findings. What was new when the run ended stays new.
    pub(super) fn judge(&self, brief: &mut RunBrief, findings: &mut [Finding], rulings: &[Ruling]) {
        let Some(then) = brief.verdict else { return };
        let release = brief.release.clone().unwrap_or_default();
        let now = self.ports.comparer.judge(findings, rulings, &release);
        brief.verdict = Some(Verdict { new: then.new, first: then.first, ..now });
    }
}

fn rank(finding: &Finding) -> (u8, bool, String) {
    let rank = match finding.ruling.as_ref().map(|ruling| ruling.judgement) {
        None => 0,
        Some(Judgement::Bug) => 1,
        Some(Judgement::Intended) => 2,
        Some(Judgement::Noise) => 3,
    };
    (rank, !finding.is_new, finding.title.clone())
}
