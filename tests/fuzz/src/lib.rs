//! Fuzzing: bytes that nobody meant, thrown at whatever reads what others wrote.
//!
//! A [`Target`] is a function from bytes to the outline of an answer; it panics where a promise is broken. A
//! worker process invents inputs and notes each before it tries it; the process that watches it sees to time
//! and memory, and keeps the input that was being tried when the worker died. So a stack that overflows and a
//! loop without end are found as surely as a panic.

mod corpus;
mod mutate;
mod random;
pub mod target;
mod trace;
pub mod watch;
pub mod worker;

pub use target::Target;
