//! The data plane of an application load balancer: rules with conditions, weights and stickiness, and a proxy for
//! HTTP/1 that forwards by them.
//!
//! What is to be forwarded where is a table of [`Routes`]; a [`Plane`] opens listeners, takes a new table at any
//! moment with [`Plane::publish`], and asks [`Targets`] where a target answers. It knows nothing of who keeps
//! load balancers, rules and targets.
//!
//! The proxy is its own and not a general server and client: see ADR 12, "Where the sandbox has code of its own beside known crates".

#![warn(missing_docs)]

mod action;
mod condition;
mod count;
mod frame;
mod head;
mod matcher;
mod pattern;
mod plane;
mod routes;
mod transform;

pub use action::{Action, Oidc, Secret, Unauthenticated};
pub use condition::{Condition, Part};
pub use count::Count;
pub use pattern::{Range, regex};
pub use plane::{Plane, Targets};
pub use routes::{FULL, Forward, Forwarded, IDLE, Pool, Route, Routes, Target, Way};
pub use transform::{Rewrite, Rewritten, Transform};
