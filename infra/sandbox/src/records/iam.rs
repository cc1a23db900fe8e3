//! What is kept of IAM: its tables.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use viridian_iam_policy::Policy;

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct Iam {
    pub(crate) keys: Table<Key>,
    /// By name.
    pub(crate) roles: Table<Role>,
}

/// Whose access key it is. Signatures are never verified: the sandbox listens on loopback only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) arn: String,
    pub(crate) expires: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    /// The document that says who may take the role.
    pub(crate) trust: Value,
    /// By name.
    pub(crate) policies: BTreeMap<String, Policy>,
    pub(crate) created: Timestamp,
}

impl Iam {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("iam.keys", &mut self.keys as &mut dyn Saved), ("iam.roles", &mut self.roles)]
    }
}
