//! One adapter per AWS service, and the only user of the SDK.
//!
//! Each adapter is a thin file that sends and classifies, with a `convert.rs` beside it that is pure and total:
//! a value that AWS adds later becomes `Unknown(text)`, never a panic and never a silent default.

#![warn(missing_docs)]

pub mod actions;
mod application_auto_scaling;
pub mod calls;
pub mod check;
mod classify;
pub mod client;
pub mod cloudformation;
mod codecommit;
mod codepipeline;
mod ecs;
mod elb;
mod sqs;
mod stepfunctions;
mod sts;
mod time;

use std::sync::Arc;

pub use client::{Access, Clients, Role, connect, region};
use viridian_domain::port::{Events, Listeners, Machines, Pipelines, Scaling, ServiceTasks, Sources};

/// The adapters of one account and region.
#[derive(Clone)]
pub struct Adapters {
    /// CodePipeline.
    pub pipelines: Arc<dyn Pipelines>,
    /// Step Functions.
    pub machines: Arc<dyn Machines>,
    /// ECS.
    pub tasks: Arc<dyn ServiceTasks>,
    /// Elastic Load Balancing.
    pub listeners: Arc<dyn Listeners>,
    /// Application Auto Scaling.
    pub scaling: Arc<dyn Scaling>,
    /// CodeCommit and what else CodePipeline takes its sources from.
    pub sources: Arc<dyn Sources>,
}

impl Adapters {
    /// Over the clients of that account and region.
    pub fn new(clients: &Clients) -> Self {
        Self {
            pipelines: Arc::new(codepipeline::CodePipeline::new(clients)),
            machines: Arc::new(stepfunctions::StepFunctions::new(clients.sfn.clone())),
            tasks: Arc::new(ecs::Ecs::new(clients.ecs.clone())),
            listeners: Arc::new(elb::LoadBalancing::new(clients.elb.clone())),
            scaling: Arc::new(application_auto_scaling::AutoScaling::new(clients.scaling.clone())),
            sources: Arc::new(codecommit::CodeCommit::new(clients.codecommit.clone())),
        }
    }
}

/// The events that arrive in a queue.
pub fn events(clients: &Clients, queue_url: &str) -> Arc<dyn Events> {
    Arc::new(sqs::Queue::new(clients, queue_url))
}
