//! Beginning a run: written down, shown, and handed to the worker.

use tokio_util::sync::CancellationToken;
use viridian_shared::{
    comparison::{
        Progress,
        run::{Asker, RunBrief, RunStatus},
        suite::Suite,
    },
    rule::{Ends, Refusal, ends},
    snapshot::Snapshot,
};

use crate::{
    Service,
    port::{Fault, PortError, comparer::Order, runs::NewRun},
    service::comparison::{Job, Running, lock},
};

/// What is to be sent, before it has an id.
pub struct Draft {
    /// Its name; none for a probe that is asked for once.
    pub(crate) name: Option<String>,
    /// Only the probes that are meant.
    pub(crate) suite: Suite,
    pub(crate) samples: u32,
    pub(crate) changes: Vec<String>,
    /// Whether it is all of the suite.
    pub(crate) is_whole: bool,
    ends: Ends,
}

impl Draft {
    /// For the two colours as they stand now.
    pub(crate) fn new(
        snapshot: &Snapshot,
        name: Option<String>,
        suite: Suite,
        samples: u32,
    ) -> Result<Self, Refusal> {
        let ends = ends(snapshot)?;
        Ok(Self { is_whole: name.is_some(), name, suite, samples, changes: Vec::new(), ends })
    }
}

impl Service {
    /// Begins a run and gives its id. `Conflict` while another one is under way.
    pub(crate) async fn begin(
        &self,
        draft: Draft,
        by: Asker,
        entry: Option<u64>,
    ) -> Result<String, PortError> {
        if let Asker::Person(person) = &by {
            self.comparison.clear_way(person).await;
        }
        let (mut order, mut brief) = self.written(draft, by);
        let new = NewRun { brief: brief.clone(), entry, suite: order.suite.clone() };
        let run = self.ports.runs.begin(self.name(), &new).await?;
        order.run.clone_from(&run);
        brief.id.clone_from(&run);
        let stop = CancellationToken::new();
        *lock(&self.comparison.running) =
            Some(Running { run: run.clone(), by: brief.by.clone(), stop: stop.clone(), stopped_by: None });
        self.show_progress(&brief, &order, 0, false);
        let sent = self.comparison.jobs.send(Job { order, brief, stop });
        // The worker lives as long as the service; without one the next start marks the run as broken off.
        sent.map_err(|_| PortError::new(Fault::Unexpected, "begin a run", "nobody carries it out"))?;
        Ok(run)
    }

    fn written(&self, draft: Draft, by: Asker) -> (Order, RunBrief) {
        let Draft { name, suite, samples, changes, is_whole, ends } = draft;
        let snapshot = self.snapshot();
        let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
        let Ends { blue, green } = ends;
        let order =
            Order { run: String::new(), suite, samples, changes, blue: blue.clone(), green: green.clone() };
        let (probes, not_sent) = order.sent();
        let brief = RunBrief {
            id: String::new(),
            suite: name,
            release: release.map(|release| release.id.clone()),
            by,
            began_at: self.ports.clock.now(),
            ended_at: None,
            status: RunStatus::Running,
            probes,
            not_sent,
            samples,
            is_whole,
            verdict: None,
            latency: None,
            blue,
            green,
            has_answers: false,
        };
        (order, brief)
    }

    pub(super) fn show_progress(&self, brief: &RunBrief, order: &Order, answered: u32, is_stopping: bool) {
        let progress = Progress {
            run: brief.id.clone(),
            suite: brief.suite.clone(),
            by: brief.by.clone(),
            began_at: brief.began_at,
            answered,
            of: order.requests(),
            is_stopping,
        };
        let now = self.ports.clock.now();
        self.snapshots.update(|snapshot| &mut snapshot.comparison, now, |it| it.running = Some(progress));
    }
}
