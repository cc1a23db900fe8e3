//! What a caller wants to do, as policies are asked about it.

use std::collections::BTreeMap;

use serde::Serialize;

/// One action on one resource, with the keys of the request that conditions may ask about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Need {
    /// `ecs:DescribeServices`.
    pub action: String,
    /// An ARN, or `*` where AWS knows no resource.
    pub resource: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    /// Keys of the request by name, such as `iam:PassedToService`.
    pub keys: BTreeMap<String, String>,
}

impl Need {
    /// An action on a resource, without further keys.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), keys: BTreeMap::new() }
    }

    /// Adds a key of the request that conditions may ask about.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.keys.insert(key.to_owned(), value.to_owned());
        self
    }
}
