//! The events port over an SQS queue into which EventBridge rules put events.

mod convert;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::{Client, types::DeleteMessageBatchRequestEntry};
use viridian_domain::port::{
    Events, Fault, PortError,
    events::{Heard, Receipt},
};

use crate::{classify::classify, client::Clients};

/// Events that one poll brings, as many as SQS gives.
const BATCH: i32 = 10;

pub(crate) struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    pub(crate) fn new(clients: &Clients, url: &str) -> Self {
        Self { client: clients.sqs.clone(), url: url.to_owned() }
    }
}

#[async_trait]
impl Events for Queue {
    async fn receive(&self, patience: Duration) -> Result<Vec<Heard>, PortError> {
        let seconds = i32::try_from(patience.as_secs()).unwrap_or(20).min(20);
        let request = self.client.receive_message().queue_url(&self.url).max_number_of_messages(BATCH);
        let sent = request.wait_time_seconds(seconds).send().await;
        let output = sent.map_err(|error| classify("ReceiveMessage", error))?;
        Ok(output.messages().iter().filter_map(convert::heard).collect())
    }

    async fn done(&self, receipts: &[Receipt]) -> Result<(), PortError> {
        let entries = receipts.iter().enumerate().map(|(index, receipt)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string());
            entry.receipt_handle(&receipt.0).build()
        });
        let entries = entries
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| PortError::new(Fault::Unexpected, "DeleteMessageBatch", "").caused_by(error))?;
        let request = self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let output = request.send().await.map_err(|error| classify("DeleteMessageBatch", error))?;
        match output.failed().first() {
            Some(failed) => {
                let said = failed.message().unwrap_or_default();
                Err(PortError::new(Fault::Unexpected, "DeleteMessageBatch", said))
            }
            None => Ok(()),
        }
    }
}
