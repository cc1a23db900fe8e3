//! What is kept of CodeCommit: its tables, and what may fall due or is to be done outside.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct CodeCommit {
    pub(crate) repositories: Table<Repository>,
    /// By `repository/branch`. Behind the repository on disk only between a push and its notice.
    pub(crate) branches: Table<Branch>,
}

#[derive(Debug, Clone)]
pub enum Effect {}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Repository {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// Whether it is laid on disk when it is first used, with the objects of the fleet's lender.
    #[serde(default)]
    pub(crate) borrows: bool,
}

/// Where a branch pointed when it was last looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) commit: String,
}

impl CodeCommit {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("codecommit.repositories", &mut self.repositories as &mut dyn Saved),
            ("codecommit.branches", &mut self.branches),
        ]
    }
}
