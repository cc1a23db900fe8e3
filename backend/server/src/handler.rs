//! One file for each thing that is asked: extract, call, map.

pub(crate) mod captured;
pub(crate) mod command;
pub(crate) mod comparison;
mod encoding;
pub(crate) mod health;
pub(crate) mod journal;
pub(crate) mod machines;
mod opening;
pub(crate) mod page;
pub(crate) mod services;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod stream;
