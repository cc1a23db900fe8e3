//! What is kept of CloudFormation: its tables.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct CloudFormation {
    pub(crate) list: Table<Stack>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) outputs: Vec<Output>,
    /// What CloudFormation is doing to it, where somebody said so; otherwise it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    /// The name under which other stacks import it.
    pub(crate) export: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resource {
    pub logical: String,
    /// Such as `AWS::ECS::Cluster`.
    pub kind: String,
    pub physical: String,
    /// What `Ref` gives: mostly the same.
    pub reference: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// Whether it exists in one of the sandbox's services. Of the others only the names are known.
    pub is_modelled: bool,
    pub created: Timestamp,
}

impl CloudFormation {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("stacks", &mut self.list as &mut dyn Saved)]
    }
}
