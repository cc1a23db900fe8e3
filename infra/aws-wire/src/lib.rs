//! The wire protocols of AWS, from the side of a server: requests read, answers and errors written.
//!
//! JSON 1.0 and 1.1, the query protocol with its XML, and Smithy's RPC v2 in CBOR all become one shape: the name
//! of a service, the name of an operation, and an input as JSON. What the operation gives is written back in the
//! protocol in which it was asked, and so is an [`AwsError`].
//!
//! ```
//! use viridian_aws_wire::{Request, answer};
//!
//! let (head, ()) = http::Request::post("/")
//!     .header("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters")
//!     .body(())?
//!     .into_parts();
//! let request = Request::read(&head, b"{}")?;
//! assert_eq!((request.service, request.operation.as_str()), ("ecs", "ListClusters"));
//! let answer = answer::success(&request, "id", &serde_json::json!({ "clusterArns": [] }));
//! assert_eq!(answer.body(), r#"{"clusterArns":[]}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

pub mod answer;
mod cbor;
mod error;
mod query;
pub mod read;
mod request;
mod xml;

pub use answer::WireAnswer;
pub use error::AwsError;
pub use read::Input;
pub use request::{Protocol, Request, access_key, largest, signed_for};
