//! What is kept of each service: tables of plain records, and what may fall due or is to be done outside for them.
//! Nothing here knows the world or a service.

pub mod application_auto_scaling;
pub mod cloudformation;
pub mod codebuild;
pub mod codecommit;
pub mod codepipeline;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod eventbridge;
pub mod faults;
pub mod iam;
pub mod sns;
pub mod sqs;
pub mod stepfunctions;

use serde::{Deserialize, Serialize};

/// Names a timer, so that it can be cancelled.
pub type TimerId = u64;

/// Something that falls due on the virtual clock. Each service handles its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    CodeBuild(codebuild::Event),
    CodePipeline(codepipeline::Event),
    Ecs(ecs::Event),
    Elb(elb::Event),
    StepFunctions(viridian_asl::Wake),
}

/// Something to be done outside the lock. Its result comes back as a call on the world.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run a build's commands.
    CodeBuild(codebuild::Effect),
    CodeCommit(codecommit::Effect),
    /// Open or close the socket of a task.
    Ecs(ecs::Effect),
    /// Open, change or close a listener.
    Elb(elb::Effect),
}
