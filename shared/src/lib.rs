//! The vocabulary that the page and the server share. No I/O; builds for the browser and for the host.
//!
//! Read in this order: [`snapshot`] is what a person sees, [`command`] what a person does, [`rule`] whether
//! they may do it now, [`event`] how what they see reaches the page, [`route`] where everything is asked.

#![warn(missing_docs)]

pub mod snapshot;

pub mod ballot;
pub mod comparison;
pub mod machine;
pub mod material;
pub mod notice;
pub mod order;
pub mod people;
pub mod pipeline;
pub mod policy;
pub mod source;
pub mod tasks;
pub mod traffic;
pub mod vote;

pub mod bounds;
pub mod clock;
pub mod colour;
pub mod command;
pub mod commit;
pub mod event;
pub mod evidence;
pub mod failure;
pub mod hazard;
pub mod journal;
pub mod problem;
pub mod route;
pub mod routing;
pub mod row;
pub mod rule;
pub mod taken_back;
pub mod time;
pub mod unseen;
pub mod window;
pub mod words;

mod whole;

#[cfg(any(test, feature = "sample"))]
pub mod sample;
