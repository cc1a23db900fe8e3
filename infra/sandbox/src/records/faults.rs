//! What is kept of the faults that are set: its tables.

use serde::{Deserialize, Serialize};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct Faults {
    pub(crate) list: Table<Fault>,
}

/// A rule about what goes wrong, how often and how many times.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Name of the service, as the catalogue or a client knows it; `*` for all.
    #[serde(default = "all")]
    pub service: String,
    /// Name of the operation; `*` for all.
    #[serde(default = "all")]
    pub operation: String,
    pub kind: Kind,
    /// Of the calls that match, the share that fails.
    #[serde(default = "always")]
    pub probability: f64,
    /// How many more times it happens; without it, until it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Real seconds by which a delayed answer is late.
    #[serde(default = "two")]
    pub seconds: f64,
    /// The status of an error, in 500..=599.
    #[serde(default = "internal")]
    pub status: u16,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The service says that it is asked too often.
    Throttle,
    /// The service answers with a status of its own fault: 500, or the one that the fault names.
    Error,
    /// The caller may not do this.
    Deny,
    /// The answer comes late.
    Delay,
    /// No answer comes.
    Hang,
    /// The connection breaks before the operation is carried out.
    ResetBefore,
    /// The operation is carried out, and its answer is lost.
    ResetAfter,
}

fn all() -> String {
    "*".to_owned()
}

fn always() -> f64 {
    1.0
}

fn two() -> f64 {
    2.0
}

fn internal() -> u16 {
    500
}

impl Faults {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("faults", &mut self.list as &mut dyn Saved)]
    }
}
