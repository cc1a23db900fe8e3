//! One round of readings: every port at the same time, each with its deadline, each hung up as it arrives.

use std::{collections::HashMap, future::Future};

use jiff::Timestamp;
use viridian_shared::{
    machine::{Machine, MachineKind},
    pipeline::Pipeline,
    tasks::Tasks,
    traffic::Traffic,
    vote::Vote,
};

use super::pipeline::{self, PipelineReading};
use crate::{
    Service,
    board::Pick,
    port::{
        Fault, PortError,
        error::chain,
        pipelines::{Definition, Run, RunStatus},
        traffic::TrafficRequest,
    },
    service::MachineSetting,
};

/// Rounds after which the pipeline's definition is read again.
const DEFINITION_ROUNDS: u32 = 20;
/// Rounds between two readings of the scalable target, which changes once or twice in a release.
const SCALING_ROUNDS: u32 = 5;

/// What one round keeps for the next.
#[derive(Default)]
pub(super) struct Memory {
    definition: Option<Definition>,
    rounds: u32,
    scaling: Option<bool>,
    /// Why executions failed, by ARN: they do not change any more.
    causes: HashMap<String, String>,
}

/// Reads everything once. Says whether AWS asked for fewer calls.
pub(super) async fn read(service: &Service, memory: &mut Memory) -> bool {
    let again = memory.rounds;
    memory.rounds = memory.rounds.wrapping_add(1);
    let Memory { definition, scaling, causes, .. } = memory;
    if again.is_multiple_of(DEFINITION_ROUNDS) {
        *definition = None;
    }
    let (pipeline, tasks, traffic, machines) = tokio::join!(
        read_pipeline(service, definition, causes),
        read_tasks(service, scaling, again.is_multiple_of(SCALING_ROUNDS)),
        read_traffic(service),
        read_machines(service),
    );
    pipeline || tasks || traffic || machines
}

async fn read_pipeline(
    service: &Service,
    definition: &mut Option<Definition>,
    causes: &mut HashMap<String, String>,
) -> bool {
    let reading = async {
        if definition.is_none() {
            *definition = Some(service.ports.pipelines.definition(&service.settings.pipeline).await?);
        }
        pipeline_reading(service, definition.clone().unwrap_or_default(), causes).await
    };
    let pick: Pick<Pipeline> = |snapshot| &mut snapshot.pipeline;
    match in_time(service, "GetPipelineState", reading).await {
        Ok((reading, votes)) => {
            let now = service.ports.clock.now();
            service.board.show(|snapshot| &mut snapshot.source, pipeline::source(&reading), now);
            service.board.show(|snapshot| &mut snapshot.votes, votes, now);
            service.board.show(pick, pipeline::compose(&reading), now);
            false
        }
        Err(error) => {
            *definition = None;
            mark(
                service,
                &[&|s, r, t| s.board.stale(pick, r, t), &|s, r, t| {
                    s.board.stale(|snapshot| &mut snapshot.source, r, t);
                }],
                &error,
            )
        }
    }
}

async fn pipeline_reading(
    service: &Service,
    definition: Definition,
    causes: &mut HashMap<String, String>,
) -> Result<(PipelineReading, Vec<Vote>), PortError> {
    let (pipelines, name) = (&service.ports.pipelines, service.settings.pipeline.as_str());
    let (stages, executions) = tokio::try_join!(pipelines.state(name), pipelines.executions(name))?;
    let (mut runs, mut votes) = (Vec::new(), Vec::new());
    if let Some(release) = pipeline::present(&executions) {
        runs = pipelines.runs(name, &release.id).await?;
        votes = service.ports.journal.votes(service.name(), &release.id).await?;
        learn_causes(service, &runs, causes).await;
    }
    let name = name.to_owned();
    let causes = causes.clone();
    let reading =
        PipelineReading { name, definition, stages, executions, runs, causes, votes: votes.clone() };
    Ok((reading, votes))
}

/// Finds out why state machines failed. Not to know is no reason to lose the rest of the reading.
async fn learn_causes(service: &Service, runs: &[Run], causes: &mut HashMap<String, String>) {
    let failed = runs.iter().filter(|run| run.status == RunStatus::Failed);
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
            }
        }
    }
}

async fn read_tasks(service: &Service, scaling: &mut Option<bool>, scaling_too: bool) -> bool {
    let (cluster, name) = (&service.settings.cluster, &service.settings.service);
    let reading = async {
        let tasks = service.ports.tasks.read(cluster, name);
        if !scaling_too {
            return Ok(Tasks { scale_in_suspended: *scaling, ..tasks.await? });
        }
        let (tasks, suspended) =
            tokio::try_join!(tasks, service.ports.scaling.scale_in_suspended(cluster, name))?;
        *scaling = suspended;
        Ok(Tasks { scale_in_suspended: suspended, ..tasks })
    };
    let pick: Pick<Tasks> = |snapshot| &mut snapshot.tasks;
    match in_time(service, "DescribeServices", reading).await {
        Ok(tasks) => {
            service.board.show(pick, tasks, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|s, r, t| s.board.stale(pick, r, t)], &error),
    }
}

async fn read_traffic(service: &Service) -> bool {
    let snapshot = service.snapshot();
    let sets = snapshot.tasks().map(|tasks| tasks.task_sets.as_slice()).unwrap_or_default();
    let ask = TrafficRequest {
        production_rule: service.settings.production_rule.clone(),
        test_rule: service.settings.test_rule.clone(),
        target_groups: sets.iter().filter_map(|set| set.target_group.clone()).collect(),
    };
    let pick: Pick<Traffic> = |snapshot| &mut snapshot.traffic;
    match in_time(service, "DescribeRules", service.ports.listeners.read(&ask)).await {
        Ok(traffic) => {
            service.board.show(pick, traffic, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|s, r, t| s.board.stale(pick, r, t)], &error),
    }
}

async fn read_machines(service: &Service) -> bool {
    let reading = futures::future::try_join_all(
        service.settings.machines.iter().map(|setting| read_machine(service, setting)),
    );
    let pick: Pick<Vec<Machine>> = |snapshot| &mut snapshot.machines;
    match in_time(service, "ListExecutions", reading).await {
        Ok(machines) => {
            service.board.show(pick, machines, service.ports.clock.now());
            false
        }
        Err(error) => mark(service, &[&|s, r, t| s.board.stale(pick, r, t)], &error),
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
    let deadline = service.settings.pace.deadline;
    tokio::time::timeout(deadline, reading).await.unwrap_or_else(|_| Err(PortError::late(operation)))
}

type Mark<'a> = &'a dyn Fn(&Service, String, Timestamp);

/// Makes sections stale and says whether AWS throttles.
fn mark(service: &Service, sections: &[Mark<'_>], error: &PortError) -> bool {
    let now = service.ports.clock.now();
    for section in sections {
        section(service, error.sentence(), now);
    }
    tracing::warn!(service.id = service.name(), error = %chain(error), "reading failed");
    error.fault == Fault::Throttled
}
