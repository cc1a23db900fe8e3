//! One round of readings: every port at the same time, each with its deadline, each hung up as it arrives.

use std::{collections::HashMap, future::Future, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;
use viridian_shared::{
    machine::{Machine, MachineKind},
    pipeline::Pipeline,
    tasks::Tasks,
    traffic::Traffic,
    vote::Vote,
};

use super::{
    notices::{self, Learnt},
    pipeline,
    rail::PipelineReading,
};
use crate::{
    Service,
    port::{
        Fault, PortError,
        error::chain,
        pipelines::{ActionRun, ActionRunStatus, PipelineDefinition},
        traffic::TrafficRequest,
    },
    service::MachineSetting,
    snapshot_store::Pick,
};

/// How old the definitions of pipeline and machines may become.
const DEFINITION_AGE: Duration = Duration::from_mins(1);
/// How old the reading of the scalable target may become, which changes once or twice in a release.
const SCALING_AGE: Duration = Duration::from_secs(20);

/// What one round keeps for the next.
#[derive(Default)]
pub(super) struct Memory {
    definition: Option<PipelineDefinition>,
    definitions_read: Option<Instant>,
    scaling_read: Option<Instant>,
    scaling: Option<bool>,
    /// Why executions failed, by ARN: they do not change any more.
    causes: HashMap<String, String>,
    votes: Option<KnownVotes>,
    learnt: Learnt,
}

/// Votes on a release as they stood when the journal ended with an entry.
struct KnownVotes {
    release: String,
    newest: u64,
    votes: Vec<Vote>,
}

/// Reads everything once. Says whether AWS asked for fewer calls.
pub(super) async fn read(service: &Service, memory: &mut Memory) -> bool {
    let Memory { definition, definitions_read, scaling, scaling_read, causes, votes, learnt } = memory;
    let scaling_too = is_due(scaling_read, SCALING_AGE);
    if is_due(definitions_read, DEFINITION_AGE) {
        *definition = None;
        learnt.machines = read_definitions(service).await;
    }
    let (pipeline, tasks, traffic, machines) = tokio::join!(
        read_pipeline(service, definition, (causes, votes), (&mut learnt.lost_stage, &mut learnt.closed)),
        read_tasks(service, scaling, &mut learnt.scaling, scaling_too),
        read_traffic(service),
        read_machines(service),
    );
    service.count_ballot();
    service.hang_notices(notices::compose(service, learnt, definition.as_ref()));
    pipeline || tasks || traffic || machines
}

/// Whether something was read so long ago that it is read again; if so, now is when it was read.
fn is_due(read: &mut Option<Instant>, age: Duration) -> bool {
    let due = read.is_none_or(|read| read.elapsed() >= age);
    if due {
        *read = Some(Instant::now());
    }
    due
}

/// The definitions of the state machines, for the hazards in them. One that cannot be read is left out: why not
/// is said where its executions are read.
async fn read_definitions(service: &Service) -> Vec<(MachineKind, String)> {
    let machines = &service.settings.machines;
    let readings = machines.iter().map(|machine| async move {
        let text = in_time(service, "DescribeStateMachine", service.ports.machines.definition(&machine.arn));
        Some((MachineKind::from_name(&machine.name), text.await.ok()?))
    });
    futures::future::join_all(readings).await.into_iter().flatten().collect()
}

async fn read_pipeline(
    service: &Service,
    definition: &mut Option<PipelineDefinition>,
    (causes, votes): (&mut HashMap<String, String>, &mut Option<KnownVotes>),
    (lost_stage, closed): (&mut Option<String>, &mut Vec<(String, String)>),
) -> bool {
    let reading = async {
        if service.settings.pipeline.is_empty() {
            return Err(PortError::not_configured("No pipeline is configured"));
        }
        if definition.is_none() {
            *definition = Some(service.ports.pipelines.definition(&service.settings.pipeline).await?);
        }
        pipeline_reading(service, definition.clone().unwrap_or_default(), causes, votes).await
    };
    let pick: Pick<Pipeline> = |snapshot| &mut snapshot.pipeline;
    match in_time(service, "GetPipelineState", reading).await {
        Ok((reading, votes)) => {
            let now = service.ports.clock.now();
            *lost_stage = pipeline::lost_stage(&reading);
            let stages = reading.stages.iter();
            *closed = stages.filter_map(|it| Some((it.name.clone(), it.closed.clone()?))).collect();
            service.snapshots.show(|snapshot| &mut snapshot.source, pipeline::source(&reading), now);
            service.snapshots.show(|snapshot| &mut snapshot.votes, votes, now);
            service.snapshots.show(pick, pipeline::compose(&reading), now);
            service.count_ballot();
            false
        }
        Err(error) => {
            *definition = None;
            mark(
                service,
                &[&|it, error, at| it.snapshots.stale(pick, error, at), &|it, error, at| {
                    it.snapshots.stale(|snapshot| &mut snapshot.source, error, at)
                }],
                &error,
            )
        }
    }
}

async fn pipeline_reading(
    service: &Service,
    definition: PipelineDefinition,
    causes: &mut HashMap<String, String>,
    known: &mut Option<KnownVotes>,
) -> Result<(PipelineReading, Vec<Vote>), PortError> {
    let (pipelines, name) = (&service.ports.pipelines, service.settings.pipeline.as_str());
    let (stages, mut executions) = tokio::try_join!(pipelines.state(name), pipelines.executions(name))?;
    executions.retain(|execution| !pipeline::came_to_nothing(execution));
    let (mut runs, mut votes) = (Vec::new(), Vec::new());
    if let Some(release) = pipeline::present(&executions) {
        runs = pipelines.runs(name, &release.id).await?;
        votes = votes_on(service, &release.id, known).await?;
        learn_causes(service, &runs, causes).await;
    }
    let name = name.to_owned();
    let causes = causes.clone();
    let reading =
        PipelineReading { name, definition, stages, executions, runs, causes, votes: votes.clone() };
    Ok((reading, votes))
}

/// The votes on a release. The journal is asked only where it has grown: a database that sleeps is not woken by every
/// look at AWS for a week.
async fn votes_on(
    service: &Service,
    release: &str,
    known: &mut Option<KnownVotes>,
) -> Result<Vec<Vote>, PortError> {
    let newest = *service.ports.journal.newest().borrow();
    if let Some(known) = known.as_ref().filter(|known| known.release == release && known.newest == newest) {
        return Ok(known.votes.clone());
    }
    let asked = service.ports.journal.votes(service.name(), release);
    let silent =
        || PortError::new(Fault::Unreachable, "read votes", "the journal does not answer who has voted");
    // Before the whole reading is too late, and AWS is blamed for it.
    let votes =
        tokio::time::timeout(service.settings.schedule.deadline / 2, asked).await.map_err(|_| silent())??;
    *known = Some(KnownVotes { release: release.to_owned(), newest, votes: votes.clone() });
    Ok(votes)
}

/// Finds out why state machines failed. Not to know is no reason to lose the rest of the reading.
async fn learn_causes(service: &Service, runs: &[ActionRun], causes: &mut HashMap<String, String>) {
    let failed = runs.iter().filter(|run| run.status == ActionRunStatus::Failed);
    for arn in failed.filter_map(|run| run.external_id.as_deref()).filter(|id| id.contains(":execution:")) {
        if causes.contains_key(arn) {
            continue;
        }
        match service.ports.machines.execution(arn).await {
            Ok(detail) => {
                let cause = super::words::cause(detail.error.as_deref(), detail.cause.as_deref());
                causes.insert(arn.to_owned(), cause.unwrap_or_default());
            }
            Err(error) => {
                tracing::debug!(service.id = service.name(), error = %chain(&error), "cause not read");
                // The others would not be answered either, and a reading has its deadline.
                if error.fault == Fault::Unreachable {
                    return;
                }
            }
        }
    }
}

async fn read_tasks(
    service: &Service,
    scaling: &mut Option<bool>,
    problem: &mut Option<String>,
    scaling_too: bool,
) -> bool {
    let (cluster, name) = (&service.settings.cluster, &service.settings.service);
    let reading = async {
        if cluster.is_empty() || name.is_empty() {
            return Err(PortError::not_configured("No ECS service is configured"));
        }
        let tasks = service.ports.tasks.read(cluster, name).await?;
        if scaling_too || alarms(&tasks, *scaling) {
            // Not to know of scaling is no reason to lose the tasks.
            match service.ports.scaling.scale_in_suspended(cluster, name).await {
                Ok(suspended) => (*scaling, *problem) = (suspended, None),
                Err(error) => *problem = Some(error.sentence()),
            }
        }
        Ok(Tasks { scale_in_suspended: *scaling, ..tasks })
    };
    let pick: Pick<Tasks> = |snapshot| &mut snapshot.tasks;
    match in_time(service, "DescribeServices", reading).await {
        Ok(tasks) => {
            service.snapshots.show(pick, tasks, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|it, error, at| it.snapshots.stale(pick, error, at)], &error),
    }
}

/// Whether what is known of scaling would raise an alarm beside these task sets. It may be older than they are:
/// it is read again before anybody is alarmed.
fn alarms(tasks: &Tasks, scale_in_suspended: Option<bool>) -> bool {
    scale_in_suspended == Some(false) && tasks.present_sets().count() > 1
}

async fn read_traffic(service: &Service) -> bool {
    let snapshot = service.snapshot();
    let settings = &service.settings;
    let is_named = !settings.production_rule.is_empty() && !settings.test_rule.is_empty();
    let sets = snapshot.tasks().map(|tasks| tasks.task_sets.as_slice()).unwrap_or_default();
    let ask = TrafficRequest {
        production_rule: settings.production_rule.clone(),
        test_rule: settings.test_rule.clone(),
        target_groups: sets.iter().filter_map(|set| set.target_group.clone()).collect(),
    };
    let pick: Pick<Traffic> = |snapshot| &mut snapshot.traffic;
    let reading = async {
        if is_named {
            service.ports.listeners.read(&ask).await
        } else {
            Err(PortError::not_configured("The listener rules are not configured"))
        }
    };
    match in_time(service, "DescribeRules", reading).await {
        Ok(traffic) => {
            service.snapshots.show(pick, traffic, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|it, error, at| it.snapshots.stale(pick, error, at)], &error),
    }
}

async fn read_machines(service: &Service) -> bool {
    let reading = futures::future::try_join_all(
        service.settings.machines.iter().map(|setting| read_machine(service, setting)),
    );
    let pick: Pick<Vec<Machine>> = |snapshot| &mut snapshot.machines;
    match in_time(service, "ListExecutions", reading).await {
        Ok(machines) => {
            service.snapshots.show(pick, machines, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|it, error, at| it.snapshots.stale(pick, error, at)], &error),
    }
}

/// A machine that is missing or closed to us is a fact about that machine, not a failed reading.
async fn read_machine(service: &Service, setting: &MachineSetting) -> Result<Machine, PortError> {
    let (executions, problem) = match service.ports.machines.executions(&setting.arn).await {
        Ok(executions) => (executions, None),
        Err(error) if matches!(error.fault, Fault::Missing | Fault::Denied) => {
            (Vec::new(), Some(error.sentence()))
        }
        Err(error) => return Err(error),
    };
    let kind = MachineKind::from_name(&setting.name);
    Ok(Machine { name: setting.name.clone(), kind, arn: setting.arn.clone(), executions, problem })
}

async fn in_time<T>(
    service: &Service,
    operation: &'static str,
    reading: impl Future<Output = Result<T, PortError>>,
) -> Result<T, PortError> {
    let deadline = service.settings.schedule.deadline;
    tokio::time::timeout(deadline, reading).await.unwrap_or_else(|_| Err(PortError::late(operation)))
}

type Mark<'a> = &'a dyn Fn(&Service, &PortError, Timestamp) -> bool;

/// Makes sections stale and says whether AWS throttles. The log is told once of what goes on and on.
fn mark(service: &Service, sections: &[Mark<'_>], error: &PortError) -> bool {
    let now = service.ports.clock.now();
    let mut is_news = false;
    for section in sections {
        is_news |= section(service, error, now);
    }
    if is_news {
        tracing::warn!(service.id = service.name(), error = %chain(error), "reading failed");
    }
    error.fault == Fault::Throttled
}

#[cfg(test)]
mod tests {
    use viridian_shared::sample;

    use super::*;

    #[test]
    fn scaling_is_read_again_beside_two_colours_for_as_long_as_it_is_not_known_to_be_held() {
        let two = sample::tasks(&mut sample::testing()).clone();
        assert!(alarms(&two, Some(false)));
        assert!(!alarms(&two, Some(true)) && !alarms(&two, None));
        assert!(!alarms(sample::tasks(&mut sample::quiet()), Some(false)));
    }
}
