//! What the Amazon States Language says, case by case: definition, input, and what must come of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where what it needs is not there")]

#[path = "language/bench.rs"]
mod bench;
#[path = "language/definition.rs"]
mod definition;
#[path = "language/description.rs"]
mod description;
#[path = "language/error.rs"]
mod error;
#[path = "language/field.rs"]
mod field;
#[path = "language/files.rs"]
mod files;
#[path = "language/flow.rs"]
mod flow;
#[path = "language/hostile.rs"]
mod hostile;
#[path = "language/operation.rs"]
mod operation;
#[path = "language/query.rs"]
mod query;
#[path = "language/redrive.rs"]
mod redrive;
#[path = "language/task.rs"]
mod task;
#[path = "language/variable.rs"]
mod variable;
