//! The worker of a service: carries runs out, keeps the section current, and lets the sentinel run.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use viridian_shared::{
    comparison::{
        run::{Asker, RunBrief, RunStatus},
        suite::SuiteBrief,
    },
    journal::Observation,
};

use super::{Draft, refresh, sentinel, suites};
use crate::{
    Service,
    port::{Fault, PortError, comparer::Ran, error::chain, runs::RunRequest, suites::SentinelSetting},
    service::comparison::{Job, lock},
};

/// How often it looks whether the sentinel is due, in real time.
const TICK: Duration = Duration::from_secs(1);
/// How often people see how far a run is.
const SHOW: Duration = Duration::from_millis(250);
/// After a failure, until the repository is read or the store is tried again.
const PATIENCE: Duration = Duration::from_secs(15);

/// Works until it is told to stop. A service has one worker.
pub async fn compare(service: Arc<Service>, stop: CancellationToken) {
    let Some(mut inbox) = lock(&service.comparison.inbox).take() else { return };
    let mut worker = Worker::new(Arc::clone(&service));
    if stop.run_until_cancelled(worker.begin()).await.is_none() {
        return;
    }
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            job = inbox.recv() => match job {
                Some(job) => worker.carry_out(job, &stop).await,
                None => return,
            },
            () = service.comparison.changed.notified() => {
                worker.is_setting_read = false;
                worker.look().await;
            }
            () = tokio::time::sleep(TICK) => worker.look().await,
        }
    }
}

struct Worker {
    service: Arc<Service>,
    /// The release that the section speaks of.
    release: Option<String>,
    /// When a suite was run last in a release, if it was.
    last: Option<Last>,
    /// What people told the sentinel, if they did, and whether that was read since it was told.
    setting: Option<SentinelSetting>,
    is_setting_read: bool,
    /// When the last run ended, in real time.
    rested: Option<Instant>,
    repository_read: Option<Instant>,
    /// A run whose end could not be written down yet.
    unsettled: Option<(RunBrief, RunStatus)>,
}

struct Last {
    release: Option<String>,
    suite: String,
    at: Option<Timestamp>,
}

/// Why asking ended.
enum Asked {
    Ran(Result<Ran, String>),
    Told,
    Broken,
}

impl Worker {
    fn new(service: Arc<Service>) -> Self {
        let (release, last, rested, repository_read) = (None, None, None, None);
        let (setting, is_setting_read, unsettled) = (None, false, None);
        Self { service, release, last, setting, is_setting_read, rested, repository_read, unsettled }
    }

    /// Marks what a crash left under way, and shows what is kept.
    async fn begin(&mut self) {
        let service = Arc::clone(&self.service);
        loop {
            match service.ports.runs.break_off(service.name(), service.ports.clock.now()).await {
                Ok(runs) => {
                    for run in runs {
                        let how = RunStatus::BrokenOff;
                        let seen = Observation::RunCut { run, suite: None, by: None, how };
                        service.observed(None, seen).await;
                    }
                    break;
                }
                Err(error) => {
                    tracing::warn!(service.id = service.name(), error = %chain(&error), "runs not read");
                    let now = service.ports.clock.now();
                    service.snapshots.stale(|snapshot| &mut snapshot.comparison, &error, now);
                    tokio::time::sleep(PATIENCE).await;
                }
            }
        }
        self.look().await;
        refresh(&service).await;
    }

    async fn carry_out(&mut self, job: Job, stop: &CancellationToken) {
        let service = Arc::clone(&self.service);
        let brief = job.brief.clone();
        if let Some(suite) = &brief.suite {
            let at = Some(brief.began_at);
            self.last = Some(Last { release: brief.release.clone(), suite: suite.clone(), at });
        }
        let span = tracing::info_span!("run", service.id = service.name(), run.id = brief.id);
        let kept = match self.ask(&job, stop).instrument(span).await {
            Asked::Ran(Ok(ran)) => service.finish(brief.clone(), ran).await.map(|_| ()),
            Asked::Ran(Err(reason)) => service.cut(&brief, RunStatus::Failed(reason)).await,
            Asked::Told => service.cut(&brief, RunStatus::Stopped(self.stopped_by())).await,
            Asked::Broken => service.cut(&brief, RunStatus::BrokenOff).await,
        };
        if let Err(error) = kept {
            tracing::error!(service.id = service.name(), error = %chain(&error), "run not kept");
            let reason = format!("What it found could not be kept. {}", error.sentence());
            self.unsettled = Some((brief, RunStatus::Failed(reason)));
            self.settle().await;
        }
        let now = service.ports.clock.now();
        service.snapshots.update(|snapshot| &mut snapshot.comparison, now, |section| section.running = None);
        service.comparison.free();
        self.rested = Some(Instant::now());
        refresh(&service).await;
    }

    /// Asks until everything is answered or somebody says stop, and shows how far it is.
    async fn ask(&self, job: &Job, stop: &CancellationToken) -> Asked {
        let Job { order, brief, stop: told } = job;
        let answered = Arc::new(AtomicU32::new(0));
        let asking = self.service.ports.comparer.run(order, &answered);
        tokio::pin!(asking);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Asked::Broken,
                () = told.cancelled() => return Asked::Told,
                ran = &mut asking => return Asked::Ran(ran),
                () = tokio::time::sleep(SHOW) => {
                    let answered = answered.load(Ordering::Relaxed);
                    self.service.show_progress(brief, order, answered, told.is_cancelled());
                }
            }
        }
    }

    fn stopped_by(&self) -> String {
        let running = lock(&self.service.comparison.running);
        running.as_ref().and_then(|running| running.stopped_by.clone()).unwrap_or_default()
    }

    /// Writes down the end of a run that could not be written down before.
    async fn settle(&mut self) {
        let Some((brief, status)) = self.unsettled.take() else { return };
        match self.service.cut(&brief, status.clone()).await {
            Err(error) if error.fault != Fault::Conflict => {
                tracing::error!(service.id = self.service.name(), error = %chain(&error), "end of a run not kept");
                self.unsettled = Some((brief, status));
            }
            _ => {}
        }
    }

    /// Notices what changed around the comparison, and runs what is due.
    async fn look(&mut self) {
        if self.unsettled.is_some() {
            self.settle().await;
        }
        let service = Arc::clone(&self.service);
        let snapshot = service.snapshot();
        let release = snapshot.pipeline().and_then(|it| it.release.as_ref()).map(|it| it.id.clone());
        let has_moved = release != self.release;
        self.release = release;
        let has_read = self.repository_is_old(suites::commit(&snapshot).as_deref()) && {
            self.repository_read = Some(Instant::now());
            service.read_repository().await
        };
        if has_moved || has_read || service.snapshot().comparison.is_stale() {
            refresh(&service).await;
        }
        if let Err(error) = self.watch().await {
            tracing::warn!(service.id = service.name(), error = %chain(&error), "sentinel not carried out");
        }
    }

    fn repository_is_old(&self, commit: Option<&str>) -> bool {
        let known = lock(&self.service.comparison.repository).clone();
        let is_other = known.commit.as_deref() != commit;
        // What failed is tried again, though not every second.
        let has_waited = self.repository_read.is_none_or(|at| at.elapsed() >= PATIENCE);
        (is_other && known.problem.is_none()) || ((is_other || known.problem.is_some()) && has_waited)
    }

    /// Shows what the sentinel does, and lets it begin when it is due.
    async fn watch(&mut self) -> Result<(), PortError> {
        let service = Arc::clone(&self.service);
        let snapshot = service.snapshot();
        let Some(section) = snapshot.comparison() else { return Ok(()) };
        if !self.is_setting_read {
            self.setting = service.ports.suites.sentinel(service.name()).await?;
            self.is_setting_read = true;
        }
        let setting = sentinel::setting(self.setting.clone(), &section.suites);
        let last = self.last_run(&setting).await?;
        let now = service.ports.clock.now();
        let sentinel = sentinel::sentinel(&snapshot, &setting, last, now);
        let is_due = sentinel::is_due(&sentinel, now);
        service.snapshots.update(|it| &mut it.comparison, now, |section| section.sentinel = sentinel);
        let suite = section.suite(&setting.suite);
        match suite {
            // However fast the service's clock runs, the colours are left in peace between two runs.
            Some(suite) if is_due && self.has_rested() => self.stand_watch(suite).await,
            _ => Ok(()),
        }
    }

    fn has_rested(&self) -> bool {
        let rest = self.service.settings.schedule.rest;
        let is_free = lock(&self.service.comparison.running).is_none();
        is_free && self.rested.is_none_or(|at| at.elapsed() >= rest)
    }

    async fn stand_watch(&mut self, suite: &SuiteBrief) -> Result<(), PortError> {
        let service = Arc::clone(&self.service);
        let Some(known) = service.known_suite(&suite.name).await? else { return Ok(()) };
        let _turn = service.turn.lock().await;
        let name = Some(suite.name.clone());
        let draft = Draft::new(&service.snapshot(), name, known.suite, sentinel::SAMPLES);
        let Ok(draft) = draft else { return Ok(()) };
        match service.begin(draft, Asker::Sentinel, None).await {
            Err(error) if error.fault == Fault::Conflict => Ok(()),
            begun => begun.map(|_| ()),
        }
    }

    /// When the sentinel's suite was run last in the present release.
    async fn last_run(&mut self, setting: &SentinelSetting) -> Result<Option<Timestamp>, PortError> {
        let is_known = |last: &&Last| last.release == self.release && last.suite == setting.suite;
        if let Some(last) = self.last.as_ref().filter(is_known) {
            return Ok(last.at);
        }
        let ask = RunRequest {
            release: self.release.clone(),
            suite: Some(setting.suite.clone()),
            ended: true,
            before: None,
            limit: 1,
        };
        let last = self.service.ports.runs.runs(self.service.name(), &ask).await?.pop();
        let at = last.filter(|_| self.release.is_some()).map(|run| run.began_at);
        self.last = Some(Last { release: self.release.clone(), suite: setting.suite.clone(), at });
        Ok(at)
    }
}
