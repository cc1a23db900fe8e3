//! What is kept of SQS: its tables.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::Instant};

use crate::table::{Saved, Table};

#[derive(Debug, Default)]
pub struct Sqs {
    /// By name.
    pub(crate) list: Table<Queue>,
    /// By `QUEUE/NUMBER`.
    pub(crate) messages: Table<Message>,
    /// Messages that a reader holds, until when, by their key.
    pub(crate) held: HashMap<String, Instant>,
    /// Counts arrivals; polls wait for it.
    pub(crate) arrivals: watch::Sender<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// As they were set; what was not has AWS's default.
    pub(crate) attributes: std::collections::BTreeMap<String, String>,
    pub(crate) tags: std::collections::BTreeMap<String, String>,
    /// Number of the last message.
    pub(crate) last: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) sent: Timestamp,
    pub(crate) sender: String,
    /// How often it was received.
    pub(crate) received: u32,
    pub(crate) first_received: Option<Timestamp>,
}

impl Sqs {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        vec![("queues", &mut self.list as &mut dyn Saved), ("queues.messages", &mut self.messages)]
    }
}
