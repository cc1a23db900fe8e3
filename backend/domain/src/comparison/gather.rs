//! Times gathered over the runs of a release: each run asks a few times, and a verdict on latency takes more.

use viridian_shared::comparison::{
    probe::{ProbeDetail, Sample, Times},
    run::RunBrief,
};

use crate::{
    Service,
    port::{PortError, comparer::Ran, runs::RunRequest},
};

/// Pairs of times that a probe takes over from earlier runs; the oldest go first.
const MOST: usize = 100;
/// Runs that are looked at for the last one that asked the same of the same.
const LOOKED_AT: usize = 10;

impl Service {
    /// Adds what earlier runs of the suite measured in this release between the same commits, and judges latency by
    /// all of it.
    pub(super) async fn gather(&self, brief: &RunBrief, ran: &mut Ran) -> Result<(), PortError> {
        let Some(earlier) = self.earlier(brief).await? else { return Ok(()) };
        let mut all = Vec::new();
        for probe in &mut ran.probes {
            let detail = &mut probe.detail;
            if detail.brief.latency.is_none() {
                continue;
            }
            let before = self.ports.runs.probe(self.name(), &earlier.id, &detail.brief.name).await?;
            if let Some(before) = before.filter(|it| it.request == detail.request) {
                detail.gathered = carried(&before);
            }
            let times = together(detail);
            detail.brief.latency = Some(self.ports.comparer.latency(std::slice::from_ref(&times)));
            all.push(times);
        }
        if ran.latency.is_some() {
            ran.latency = Some(self.ports.comparer.latency(&all));
        }
        Ok(())
    }

    /// The last run that asked the same suite of the same two.
    async fn earlier(&self, brief: &RunBrief) -> Result<Option<RunBrief>, PortError> {
        if brief.suite.is_none() || brief.release.is_none() {
            return Ok(None);
        }
        let ask = RunRequest {
            release: brief.release.clone(),
            suite: brief.suite.clone(),
            ended: true,
            limit: LOOKED_AT,
            ..RunRequest::default()
        };
        let runs = self.ports.runs.runs(self.name(), &ask).await?;
        let is_same = |it: &RunBrief| it.has_answers && it.blue == brief.blue && it.green == brief.green;
        Ok(runs.into_iter().find(is_same))
    }
}

/// What a later run takes over: the newest times.
fn carried(before: &ProbeDetail) -> Vec<Times> {
    let mut times = together(before);
    times.drain(..times.len().saturating_sub(MOST));
    times
}

/// All times that a probe knows, the oldest first.
fn together(detail: &ProbeDetail) -> Vec<Times> {
    let own = |sample: &Sample| Some(Times { blue: sample.blue?.total, green: sample.green?.total });
    detail.gathered.iter().copied().chain(detail.samples.iter().filter_map(own)).collect()
}

#[cfg(test)]
mod tests {
    use viridian_shared::{comparison::probe::Timing, sample};

    use super::*;

    #[test]
    fn the_newest_times_are_taken_over_and_unanswered_ones_are_none() {
        let timing = |total| Some(Timing { connect: None, first_byte: 0.5, total });
        let mut detail = sample::probe_detail();
        detail.gathered = (0..100_u8).map(|it| Times { blue: it.into(), green: 1.0 }).collect();
        detail.samples =
            vec![Sample { blue: timing(7.0), green: timing(9.0) }, Sample { blue: timing(8.0), green: None }];
        let times = carried(&detail);
        assert_eq!(times.len(), MOST);
        assert_eq!(times.first().map(|it| it.blue), Some(1.0), "the oldest is gone");
        assert_eq!(times.last(), Some(&Times { blue: 7.0, green: 9.0 }));
    }
}
