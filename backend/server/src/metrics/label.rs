//! The labels of our numbers: from the route table, the list of commands and the configuration, never from a client.

use std::fmt;

use prometheus_client::encoding::{EncodeLabel, EncodeLabelSet, LabelSetEncoder};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub(super) route: String,
    pub(super) method: &'static str,
    pub(super) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub(super) route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Named {
    pub(super) command: &'static str,
    pub(super) done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Done {
    pub(super) done: bool,
}

/// A service, or all of them where names are not told: then there is no such label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Whose(pub(super) Option<String>);

impl EncodeLabelSet for Whose {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        match &self.0 {
            Some(service) => ("service", service.as_str()).encode(encoder.encode_label()),
            None => Ok(()),
        }
    }
}

/// A section of a service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Part {
    #[prometheus(flatten)]
    pub(super) whose: Whose,
    pub(super) section: &'static str,
}

/// Runs of a service by how they ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RunEnd {
    #[prometheus(flatten)]
    pub(super) whose: Whose,
    pub(super) outcome: &'static str,
}
