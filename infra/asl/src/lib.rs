//! An interpreter of the Amazon States Language: it reads definitions, says what is wrong with them in AWS's words, and
//! runs them as Step Functions does, in JSONPath and JSONata, with the histories that Step Functions writes.
//!
//! ```
//! use serde_json::json;
//! use viridian_asl::{Runner, Status};
//!
//! let definition = json!({"StartAt": "Greet", "QueryLanguage": "JSONata", "States": {
//!     "Greet": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:demo:greet", "Next": "Wait"},
//!     "Wait": {"Type": "Wait", "Seconds": 60, "End": true},
//! }});
//! let mut runner = Runner::new(|resource, input| Ok(json!({resource.action.clone(): input})));
//! let execution = runner.run(&definition.to_string(), r#"{"name": "Kim"}"#)?;
//! assert_eq!(execution.status, Status::Succeeded);
//! assert_eq!(execution.output.as_deref(), Some(r#"{"greet":{"name":"Kim"}}"#));
//! # Ok::<(), viridian_asl::Unstarted>(())
//! ```
//!
//! A [`Runner`] keeps executions in memory on a virtual clock, which does not wait for a Wait state. Whoever has records,
//! time and services of their own implements [`Host`] and its [`Store`], and calls [`start`], [`wake`], [`abort`] and
//! [`redrive`]. Nothing of an execution is held outside of its host between two calls, so a world can be saved at any
//! moment and gone on with.

#![warn(missing_docs)]

mod advance;
mod calls;
mod choice;
mod cursor;
mod definition;
mod execution;
mod failure;
mod history;
mod host;
mod input;
mod intrinsic;
mod jsonata;
mod limit;
mod path;
mod random;
mod references;
mod resource;
mod retry;
mod runner;
mod scope;
mod template;
mod turn;

pub use advance::{abort, redrive, start, wake};
pub use calls::{Call, calls, written};
pub use definition::{Code, Definition, Diagnostic, diagnose};
pub use execution::{Branch, Doing, Execution, Run, Status, TimerId, Waiter};
pub use failure::{Failure, Origin};
pub use history::{HistoryEvent, seconds};
pub use host::{CallAnswer, Due, ExecutionChange, Host, Store, Wake};
pub use input::read_input;
pub use limit::{MAX_DATA, MAX_DEPTH, MAX_EVENTS};
pub use references::references;
pub use resource::Resource;
pub use runner::{Names, Runner, Unstarted};

/// The examples of the README are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
