//! The end of a run: what is new, what counts, and a line in the journal.

use std::collections::HashSet;

use viridian_shared::{
    comparison::{
        finding::{Finding, Verdict},
        history::{HeatCell, HeatKind},
        probe::{ProbeBrief, ProbeState},
        run::{Asker, RunBrief, RunStatus},
    },
    journal::{Fact, Observation},
    words::many,
};

use crate::{
    Service,
    port::{
        NewEntry, PortError,
        comparer::Ran,
        error::chain,
        runs::{Ended, Finished, FirstSeen, HeatOf, Record, RunRequest},
    },
};

/// New differences whose titles an entry of the journal keeps.
const NAMED: usize = 10;

impl Service {
    /// Judges what was found and keeps it.
    pub(super) async fn finish(&self, mut brief: RunBrief, mut ran: Ran) -> Result<RunBrief, PortError> {
        self.gather(&brief, &mut ran).await?;
        let release = brief.release.clone().unwrap_or_default();
        let first_seen = self.ports.runs.first_seen(self.name(), &release).await?;
        let before = self.before(&brief, &first_seen).await?;
        for finding in &mut ran.findings {
            finding.is_new = !before.contains(&finding.id);
            let (run, at) =
                first_seen.get(&finding.id).cloned().unwrap_or_else(|| (brief.id.clone(), brief.began_at));
            (finding.first_seen, finding.first_seen_at) = (run, at);
        }
        let rulings = self.ports.runs.rulings(self.name()).await?;
        let judged = self.ports.comparer.judge(&mut ran.findings.clone(), &rulings, &release);
        let number = |of: &dyn Fn(&Finding) -> bool| of_them(&ran.findings, of);
        let is_first = |finding: &Finding| finding.first_seen == brief.id;
        let verdict = Verdict { new: number(&|it| it.is_new), first: number(&is_first), ..judged };
        let heat = heat(&ran, &brief.id);
        brief.verdict = Some(verdict);
        brief.latency = ran.latency;
        brief.ended_at = Some(self.ports.clock.now());
        brief.status = RunStatus::Ended;
        brief.has_answers = true;
        let record = Record {
            probes: ran.probes.iter().map(|probe| probe.detail.brief.clone()).collect(),
            findings: ran.findings,
            proposals: ran.proposals,
            remarks: ran.remarks,
            proofs: ran.proofs,
        };
        let seen = ended(&brief, &record.findings);
        let finished = Finished { brief: brief.clone(), record, probes: ran.probes, heat };
        self.ports.runs.end(self.name(), &brief.id, &Ended::Whole(Box::new(finished))).await?;
        self.comparison.ended(&RunStatus::Ended);
        if let Some(seen) = seen {
            self.observed(brief.release.clone(), seen).await;
        }
        Ok(brief)
    }

    /// Writes down how a run ended that has no verdict.
    pub(super) async fn cut(&self, brief: &RunBrief, status: RunStatus) -> Result<(), PortError> {
        let seen = Observation::RunCut {
            run: brief.id.clone(),
            suite: brief.suite.clone(),
            by: Some(brief.by.clone()),
            how: status.clone(),
        };
        let at = self.ports.clock.now();
        let is_told = brief.by == Asker::Sentinel && self.ended_so_before(brief, &status).await?;
        self.ports.runs.end(self.name(), &brief.id, &Ended::Short { status: status.clone(), at }).await?;
        self.comparison.ended(&status);
        if !is_told {
            self.observed(brief.release.clone(), seen).await;
        }
        Ok(())
    }

    /// Whether the run before ended in the same way: what goes wrong every half hour is told once.
    async fn ended_so_before(&self, brief: &RunBrief, status: &RunStatus) -> Result<bool, PortError> {
        let ask = RunRequest {
            suite: brief.suite.clone(),
            before: Some(brief.id.clone()),
            limit: 1,
            ..RunRequest::default()
        };
        let last = self.ports.runs.runs(self.name(), &ask).await?.pop();
        Ok(last.is_some_and(|last| last.status == *status))
    }

    /// An entry that nobody wrote. A run is kept even where the entry is not.
    pub(super) async fn observed(&self, release: Option<String>, seen: Observation) {
        let entry = NewEntry { release, ..self.entry(Fact::Observed(Box::new(seen))) };
        if let Err(error) = self.ports.journal.append(entry).await {
            tracing::error!(service.id = self.name(), error = %chain(&error), "comparison not written down");
        }
    }

    /// Ids of the findings that the run before of the same suite had; for probes asked for once, of all before.
    async fn before(&self, brief: &RunBrief, seen: &FirstSeen) -> Result<HashSet<String>, PortError> {
        if brief.suite.is_none() {
            return Ok(seen.keys().cloned().collect());
        }
        let ask = RunRequest {
            release: brief.release.clone(),
            suite: brief.suite.clone(),
            ended: true,
            before: None,
            limit: 1,
        };
        let Some(last) = self.ports.runs.runs(self.name(), &ask).await?.pop() else {
            return Ok(HashSet::new());
        };
        let last = self.ports.runs.run(self.name(), &last.id).await?;
        let findings = last.map(|run| run.record.findings).unwrap_or_default();
        Ok(findings.into_iter().map(|finding| finding.id).collect())
    }
}

fn of_them(findings: &[Finding], is: &dyn Fn(&Finding) -> bool) -> u32 {
    many(findings.iter().filter(|it| is(it)).count())
}

fn heat(ran: &Ran, run: &str) -> Vec<HeatOf> {
    let first: HashSet<_> =
        ran.findings.iter().filter(|it| it.first_seen == run).map(|it| it.id.as_str()).collect();
    let of = |brief: &ProbeBrief| {
        let first_seen = brief.findings.iter().filter(|id| first.contains(id.as_str())).count();
        let kind = match brief.state {
            ProbeState::Same => HeatKind::Same,
            ProbeState::Differs => HeatKind::Differs,
            ProbeState::Unanswered => HeatKind::Unanswered,
            ProbeState::NotSent => HeatKind::Absent,
        };
        let first_seen = many(first_seen);
        HeatOf {
            probe: brief.name.clone(),
            cell: HeatCell { kind, differences: brief.differences, first_seen },
        }
    };
    ran.probes.iter().map(|probe| of(&probe.detail.brief)).collect()
}

/// What the journal says of a run. The sentinel's runs are told only when they found something first: a line
/// for each would bury the rest.
fn ended(brief: &RunBrief, findings: &[Finding]) -> Option<Observation> {
    let verdict = brief.verdict?;
    if brief.by == Asker::Sentinel && verdict.first == 0 {
        return None;
    }
    let first = findings.iter().filter(|it| it.first_seen == brief.id).take(NAMED);
    Some(Observation::RunEnded { run: brief.clone(), first: first.map(|it| it.title.clone()).collect() })
}

#[cfg(test)]
mod tests {
    use viridian_shared::{journal::sentence, sample};

    use super::*;

    fn said(brief: &RunBrief, findings: &[Finding]) -> Option<String> {
        ended(brief, findings).map(|seen| sentence(&Fact::Observed(Box::new(seen)), ""))
    }

    #[test]
    fn the_journal_tells_of_the_sentinel_only_what_is_new() {
        let mut brief = sample::run_brief("17");
        let mut findings = sample::run_whole().findings;
        assert_eq!(said(&brief, &findings), None);
        findings[0].first_seen = "17".to_owned();
        brief.verdict = Some(Verdict { open: 3, new: 1, first: 1, ..Verdict::default() });
        let told = said(&brief, &findings).unwrap();
        assert!(
            told.starts_with("The sentinel’s run 17 of smoke found 1 new difference: html > body"),
            "{told}"
        );
        brief.by = Asker::Person("kim".to_owned());
        assert_eq!(
            said(&brief, &[]).unwrap(),
            "Run 17 of smoke: 3 differences open, 1 new since the run before."
        );
    }
}
