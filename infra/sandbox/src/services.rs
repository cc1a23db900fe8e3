//! Every service of the sandbox: how a world and a sandbox are put together, and who hears of what.

use std::{
    io,
    path::{Path, PathBuf},
    pin::Pin,
};

use serde_json::Value;
use viridian_alb::Routes;
use viridian_aws_wire::AwsError;

use crate::{
    application_auto_scaling, authorization,
    clock::Clock,
    cloudformation, codebuild, codecommit, codepipeline, door, ecr, ecs, elb,
    engine::{Outside, Sandbox},
    eventbridge, faults, iam, save,
    signal::{Probe, Signal},
    sns, sqs, stepfunctions,
    world::{Caller, Effect, Event, Services, World},
};

/// The services of AWS that there are.
#[derive(Debug)]
struct Aws;

impl World {
    /// A new world with all services and nothing in it.
    pub fn new(folder: PathBuf, seed: u64, clock: Clock) -> Self {
        Self::with(folder, seed, clock, &Aws)
    }
}

impl Sandbox {
    /// Wraps a world. Nothing moves before [`Sandbox::start`].
    pub fn new(world: World) -> Self {
        Self::around(world, &Aws)
    }

    /// Opens the world of a folder: the one that was saved there, with its sockets open and its builds
    /// running again, or else a new and empty one. From now on every change is saved. Gives whether the
    /// world was there.
    pub fn open(folder: &Path, seed: u64, clock: Clock) -> io::Result<(Self, bool)> {
        // Builds and git work in folders of their own, from which a relative path leads elsewhere.
        let folder = std::path::absolute(folder)?;
        std::fs::create_dir_all(&folder)?;
        viridian_listen::allow_many();
        let mut world = World::new(folder.clone(), seed, clock);
        let loaded = save::load(&folder, &mut world)?;
        let sandbox = Self::new(world);
        sandbox.save()?;
        Ok((sandbox, loaded))
    }
}

impl Services for Aws {
    fn call(
        &self,
        world: &mut World,
        caller: &Caller,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        let input = door::admit(service, operation, input)?;
        authorization::check(world, caller, service, operation, &input)?;
        if let Some(error) = faults::refuse(world, service, operation) {
            return Err(error);
        }
        match service {
            "applicationautoscaling" => application_auto_scaling::call(world, caller, operation, input),
            "cloudformation" => cloudformation::call(world, caller, operation, input),
            "codebuild" => codebuild::call(world, caller, operation, input),
            "codecommit" => codecommit::call(world, caller, operation, input),
            "codepipeline" => codepipeline::call(world, caller, operation, input),
            "ecr" => ecr::call(world, caller, operation, input),
            "ecs" => ecs::call(world, caller, operation, input),
            "elasticloadbalancingv2" => elb::call(world, caller, operation, input),
            "events" => eventbridge::call(world, caller, operation, input),
            "iam" => iam::call_iam(world, operation, &input),
            "logs" => codebuild::call_logs(world, caller, operation, input),
            "sfn" => stepfunctions::call(world, caller, operation, input),
            "sns" => sns::call(world, caller, operation, input),
            "sqs" => sqs::call(world, caller, operation, input),
            "sts" => iam::call(world, caller, operation, input),
            _ => Err(AwsError::not_implemented(service, operation)),
        }
    }

    fn event(&self, world: &mut World, event: Event) {
        match event {
            Event::CodeBuild(event) => codebuild::on_event(world, event),
            Event::CodePipeline(event) => codepipeline::on_event(world, event),
            Event::Ecs(event) => ecs::on_event(world, event),
            Event::Elb(event) => elb::on_event(world, event),
            Event::StepFunctions(event) => stepfunctions::on_event(world, event),
        }
    }

    fn hear(&self, world: &mut World, signal: Signal) {
        match signal {
            Signal::Published(entry) => eventbridge::publish(world, entry),
            Signal::BranchMoved { repository, branch, commit } => {
                codepipeline::source_changed(world, &repository, &branch, &commit);
            }
            Signal::BuildEnded { build } => codepipeline::build_ended(world, &build),
            Signal::ExecutionEnded { execution } => codepipeline::execution_ended(world, &execution),
            Signal::TargetChanged { group, id } => ecs::target_changed(world, &group, &id),
        }
    }

    fn probe(&self, world: &mut World, address: &str, port: u16, path: &str) -> Probe {
        // A program of this machine: what it would say depends on it and not on the world.
        if crate::hosts::is_here(address) {
            return Probe::Status(200);
        }
        ecs::probe(world, address, port, path)
    }
}

impl Outside for Aws {
    fn carry_out<'a>(
        &'a self,
        sandbox: &'a Sandbox,
        effect: Effect,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            match effect {
                Effect::CodeBuild(effect) => codebuild::carry_out(sandbox, effect).await,
                Effect::CodeCommit(effect) => codecommit::carry_out(sandbox, effect).await,
                Effect::Ecs(effect) => ecs::carry_out(sandbox, effect),
                Effect::Elb(effect) => elb::carry_out(sandbox, effect).await,
            }
        })
    }

    fn resume(&self, world: &mut World) {
        ecs::resume(world);
        elb::resume(world);
        codecommit::resume(world);
        codebuild::resume(world);
    }

    fn routes(&self, world: &mut World) -> Option<Routes> {
        elb::take_routes(world)
    }
}
