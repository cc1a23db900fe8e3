//! What is kept of SNS: its tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct Sns {
    pub(crate) list: Table<Topic>,
    pub(crate) subscriptions: Table<Subscription>,
    /// By `topic ARN/number`.
    pub(crate) messages: Table<Message>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Topic {
    pub(crate) arn: String,
    pub(crate) published: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) arn: String,
    pub(crate) topic: String,
    pub(crate) protocol: String,
    pub(crate) endpoint: String,
}

/// A message as it was published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub at: Timestamp,
    pub subject: Option<String>,
    pub text: String,
}

impl Sns {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![
            ("topics", &mut self.list as &mut dyn Saved),
            ("sns.subscriptions", &mut self.subscriptions),
            ("sns.messages", &mut self.messages),
        ]
    }
}
