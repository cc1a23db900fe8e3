//! What a rule does with a request: forward by weights, answer, or redirect.

use serde::{Deserialize, Serialize};

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// To target groups by their weights; `sticky` is for how many seconds a client keeps its group.
    Forward { groups: Vec<(String, u32)>, sticky: Option<u32> },
    /// The same answer for everybody.
    Fixed { status: u16, kind: Option<String>, body: Option<String> },
    /// Somewhere else; `#{host}` and its like stand for parts of the request.
    Redirect { status: u16, protocol: String, host: String, port: String, path: String, query: String },
}

impl Action {
    /// The target groups that it forwards to, with their weights.
    pub fn groups(&self) -> &[(String, u32)] {
        match self {
            Self::Forward { groups, .. } => groups,
            _ => &[],
        }
    }
}
