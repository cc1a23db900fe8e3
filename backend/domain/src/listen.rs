//! Hears the events of AWS and nudges the observers of the services that they concern.
//!
//! An event is taken off the queue once every observer it concerns was nudged; nudging twice does no harm, so
//! at-least-once delivery needs no memory. An event that cannot be read stays on the queue, which moves it aside
//! by itself. While the queue cannot be read the services are told, and go back to looking often.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    Service,
    port::{
        Events, PortError,
        error::chain,
        events::{Heard, Receipt, Subject},
    },
};

/// As long as AWS lets a poll wait.
const PATIENCE: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Listens until it is told to stop.
pub async fn listen(events: Arc<dyn Events>, services: Vec<Arc<Service>>, stop: CancellationToken) {
    stop.run_until_cancelled(hear(events.as_ref(), &services)).await;
}

async fn hear(events: &dyn Events, services: &[Arc<Service>]) {
    // The first poll does not wait, so that it is known at once whether the queue can be read.
    let (mut patience, mut pause) = (Duration::ZERO, FIRST_PAUSE);
    loop {
        match poll(events, services, patience).await {
            Ok(()) => {
                (patience, pause) = (PATIENCE, FIRST_PAUSE);
                tell(services, &Ok(()));
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "events are not heard");
                tell(services, &Err(error.sentence()));
                tokio::time::sleep(pause).await;
                (patience, pause) = (Duration::ZERO, (pause * 2).min(LONGEST_PAUSE));
            }
        }
    }
}

async fn poll(events: &dyn Events, services: &[Arc<Service>], patience: Duration) -> Result<(), PortError> {
    let heard = events.receive(patience).await?;
    let receipts = pass_on(&heard, services);
    if receipts.is_empty() { Ok(()) } else { events.done(&receipts).await }
}

/// Nudges whom the events concern; gives those that are dealt with.
fn pass_on(heard: &[Heard], services: &[Arc<Service>]) -> Vec<Receipt> {
    let mut done = Vec::new();
    for Heard { receipt, subject, .. } in heard {
        let Some(subject) = subject else {
            tracing::warn!("an event could not be read and stays on the queue");
            continue;
        };
        for service in services.iter().filter(|service| concerns(service, subject)) {
            service.nudge();
        }
        done.push(receipt.clone());
    }
    done
}

fn concerns(service: &Service, subject: &Subject) -> bool {
    let settings = &service.settings;
    match subject {
        Subject::Pipeline(name) => settings.pipeline == *name,
        Subject::Machine(arn) => settings.machines.iter().any(|machine| machine.arn == *arn),
        Subject::Service { cluster, service } => {
            settings.service == *service && settings.cluster.rsplit('/').next() == Some(cluster.as_str())
        }
        Subject::Other(_) => false,
    }
}

fn tell(services: &[Arc<Service>], feed: &Result<(), String>) {
    for service in services {
        service.set_event_feed(feed.clone());
    }
}
