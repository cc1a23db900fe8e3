//! The events of AWS as the console needs them: a queue that says where to look again.
//!
//! Delivery is at least once, in any order. An event carries no state that is believed: it only names what has
//! changed, and the observer reads that for itself.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::PortError;

/// A queue into which AWS puts events.
#[async_trait]
pub trait Events: Send + Sync {
    /// Waits for events, at most for `patience` and at most as long as AWS lets one wait. Empty when none came.
    async fn receive(&self, patience: Duration) -> Result<Vec<Heard>, PortError>;

    /// Takes events off the queue. One that is not taken off comes again, and after some tries is moved aside by
    /// the queue itself.
    async fn done(&self, receipts: &[Receipt]) -> Result<(), PortError>;
}

/// An event that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// By which it is taken off.
    pub receipt: Receipt,
    /// What it concerns; none if it could not be read.
    pub subject: Option<Subject>,
    /// When it happened, by AWS's clock.
    pub at: Option<Timestamp>,
}

/// By which an event is taken off the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(pub String);

/// What an event concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A pipeline, by name.
    Pipeline(String),
    /// A state machine, by ARN.
    Machine(String),
    /// An ECS service.
    Service {
        /// Name of its cluster.
        cluster: String,
        /// Name of the service.
        service: String,
    },
    /// Something that the console does not follow, by its source.
    Other(String),
}
