//! Attacks on the console from outside, by its own socket: what gets in, what falls over, what is written down.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

mod bench;
mod flood;
mod keys;
#[cfg(target_os = "linux")]
mod memory;
mod requests;
