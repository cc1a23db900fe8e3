//! What the console needs of the outside, one trait for each AWS service and for each thing that is kept, cut
//! by need.
//!
//! Methods that change something take a [`crate::Warrant`], which exists only for a permitted person and an
//! intent that stands in the journal: a write without either does not compile. Readings are plain values of
//! ours; no SDK type passes a port. An implementation MUST answer every failure with a [`PortError`] whose
//! fault is right, and MUST NOT turn a failure into an empty reading.

pub mod comparer;
pub mod error;
pub mod events;
pub mod journal;
pub mod machines;
pub mod pipelines;
pub mod runs;
pub mod scaling;
pub mod sources;
pub mod suites;
pub mod tasks;
pub mod traffic;

pub use comparer::Comparer;
pub use error::{Fault, PortError};
pub use events::Events;
pub use journal::{Intent, Journal, Kept, NewEntry, OpenIntent, PageRequest, Wait};
pub use machines::Machines;
pub use pipelines::Pipelines;
pub use runs::Runs;
pub use scaling::Scaling;
pub use sources::Sources;
pub use suites::Suites;
pub use tasks::ServiceTasks;
pub use traffic::Listeners;
