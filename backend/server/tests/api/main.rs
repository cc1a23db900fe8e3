//! The API from outside, on the router: no socket, no AWS, a small world behind the ports.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

mod authorization;
mod ballot;
mod captured;
mod commands;
mod comparison;
mod complaints;
mod contract;
mod emergency;
mod noise;
mod recovery;
mod sentinel;
mod shop;
mod stream;
mod suites;
mod test_app;
mod world;
