//! Decisions and ports: what the console does, without knowing how it reaches AWS.
//!
//! Read in this order: [`port`] is what the console needs of the outside, [`service`] one service with its
//! ports, [`observe`] how readings become a snapshot, [`listen`] how events hurry that, [`command`] how a
//! person's command becomes a call, [`comparison`] how blue and green are compared, [`recover`] what becomes of
//! commands that a crash cut short, [`ballot`] how
//! a gate is decided, [`decide`] how the console says so by itself where nobody's press did.

#![warn(missing_docs)]

pub mod bounds;
pub mod clock;
pub mod context;
pub mod digest;
pub mod error;
pub mod fold;
pub mod port;
pub mod warrant;

pub mod permit;
pub mod policy;
pub mod service;
pub mod snapshot_store;

pub mod ballot;
pub mod command;
pub mod comparison;
pub mod decide;
pub mod listen;
pub mod observe;
pub mod recover;
pub mod waking;

#[cfg(test)]
mod memory;
#[cfg(any(test, feature = "sample"))]
pub mod sample;

pub use clock::Clock;
pub use context::Context;
pub use error::Error;
pub use service::{Ports, Service, Settings};
pub use warrant::Warrant;
