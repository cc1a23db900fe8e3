//! AWS at a smaller size: the services of a blue/green release, in one process, on loopback.
//!
//! The whole sandbox is one [`World`] behind one lock. Everything that happens is either a call of an
//! operation or an event that falls due on the one virtual clock; both are plain synchronous functions over
//! the world, so the same seed gives the same order of events whatever the rate of the clock. What needs
//! the outside (a process, a socket) is an [`Effect`], carried out after the lock is released.

pub mod arn;
pub mod blueprint;
pub mod codebuild;
pub mod eventbridge;
pub mod catalogue;
pub mod event_log;
pub mod clock;
mod control;
mod fleet;
pub mod ecs;
pub mod elb;
pub mod engine;
pub mod error;
pub mod faults;
pub mod id;
pub mod iam;
pub mod codepipeline;
pub mod authorization;
pub mod sqs;
mod read;
pub mod ecr;
pub mod codecommit;
pub mod save;
pub mod application_auto_scaling;
mod sockets;
pub mod cloudformation;
pub mod stepfunctions;
pub mod table;
#[cfg(test)]
mod testing;
pub mod timers;
pub mod sns;
pub mod wire;
pub mod world;

pub use engine::Sandbox;
pub use error::AwsError;
pub use world::{Caller, Effect, Event, World};
