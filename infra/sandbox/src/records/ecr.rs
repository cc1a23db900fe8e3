//! What is kept of ECR: its tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct Ecr {
    pub(crate) repositories: Table<Repository>,
    /// By `repository@digest`.
    pub(crate) images: Table<Pushed>,
    /// Digests by `repository:tag`.
    pub(crate) tags: Table<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Repository {
    pub(crate) name: String,
    pub(crate) immutable: bool,
    pub(crate) scan_on_push: bool,
    pub(crate) created: Timestamp,
    /// The text of its lifecycle policy. It is kept and shown; nothing expires in the sandbox.
    pub(crate) lifecycle: Option<String>,
}

/// An image in a repository; its files lie in the store under its digest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pushed {
    pub(crate) digest: String,
    pub(crate) size: u64,
    pub(crate) at: Timestamp,
}

impl Ecr {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("ecr.repositories", &mut self.repositories as &mut dyn Saved),
            ("ecr.images", &mut self.images),
            ("ecr.tags", &mut self.tags),
        ]
    }
}
