//! AWS at a smaller size: the services of a blue/green release, in one process, on loopback.
//!
//! The whole sandbox is one [`World`] behind one lock. Everything that happens is either a call of an
//! operation or an event that falls due on the one virtual clock; both are plain synchronous functions over
//! the world, so the same seed gives the same order of events whatever the rate of the clock. What needs
//! the outside (a process, a socket) is an [`Effect`], carried out after the lock is released.

pub mod application_auto_scaling;
pub mod arn;
pub mod authorization;
pub mod blueprint;
pub mod caller;
pub mod catalogue;
pub mod clock;
pub mod cloudformation;
pub mod codebuild;
pub mod codecommit;
pub mod codepipeline;
mod control;
mod door;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod engine;
pub mod event_log;
pub mod eventbridge;
pub mod faults;
mod fleet;
pub mod hosts;
mod http_body;
pub mod iam;
pub mod id;
mod outputs;
pub mod records;
pub mod save;
mod services;
mod signal;
pub mod sns;
pub mod sqs;
pub mod stepfunctions;
pub mod table;
#[cfg(test)]
mod testing;
pub mod timers;
mod usage;
pub mod wire;
pub mod world;

pub use engine::Sandbox;
pub use viridian_aws_wire::AwsError;
pub use world::{Caller, Effect, Event, World};
