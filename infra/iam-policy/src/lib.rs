//! IAM policy documents, and what they say to a request.
//!
//! The judgement is IAM's own for one account: an explicit deny wins, else one statement must allow the action on
//! the resource, under the statement's conditions. Conditions on strings, ARNs and booleans are known; a document
//! with another one is refused when it is read, so that nothing is decided by half.
//!
//! ```
//! use serde_json::json;
//! use viridian_iam_policy::{Need, Policy, Verdict, judge};
//!
//! let document = json!({ "Statement": { "Effect": "Allow", "Action": "ecs:List*", "Resource": "*" } });
//! let policy = Policy::read("readers", &document)?;
//! let need = Need::new("ecs:ListTasks", "arn:aws:ecs:eu-west-1:123456789012:cluster/main");
//! assert_eq!(judge([&policy].into_iter(), &need), Verdict::Allowed);
//! # Ok::<(), viridian_iam_policy::Malformed>(())
//! ```

#![warn(missing_docs)]

mod condition;
mod document;
mod judge;
mod need;
mod pattern;
mod review;
#[cfg(test)]
mod tests;

pub use document::{Effect, Malformed, Policy, Statement};
pub use judge::{Verdict, judge};
pub use need::Need;
pub use review::{Part, review};
