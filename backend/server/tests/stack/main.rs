//! The console over a sandbox that a stack describes: what it finds by the outputs alone, and what it does when
//! something is missing.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

mod bench;
mod check;
mod events;
mod hanging;
mod layout;
mod metrics;
mod missing;
mod own_stack;
mod people;
mod permissions;
mod provider;
mod session;
