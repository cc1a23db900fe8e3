//! Every service in brief, serialised when a row changed.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, stream::select_all};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use viridian_domain::Service;
use viridian_shared::{event::Event, row::ServiceRow};

use super::frame;

pub(crate) struct RowsFeed {
    rows: watch::Sender<(Vec<ServiceRow>, Bytes)>,
}

impl RowsFeed {
    pub(crate) fn start(services: Vec<Arc<Service>>, stop: &CancellationToken) -> Self {
        let rows = rows_of(&services);
        let bytes = frame(&Event::Rows(rows.clone()));
        let sender = watch::Sender::new((rows, bytes));
        let (following, stop) = (sender.clone(), stop.clone());
        tokio::spawn(async move {
            stop.run_until_cancelled(follow(&services, &following)).await;
        });
        Self { rows: sender }
    }

    pub(crate) fn rows(&self) -> Vec<ServiceRow> {
        self.rows.borrow().0.clone()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<(Vec<ServiceRow>, Bytes)> {
        self.rows.subscribe()
    }
}

async fn follow(services: &[Arc<Service>], sender: &watch::Sender<(Vec<ServiceRow>, Bytes)>) {
    let mut changes = select_all(services.iter().map(|service| WatchStream::new(service.snapshots.watch())));
    while changes.next().await.is_some() {
        let rows = rows_of(services);
        sender.send_if_modified(|known| {
            let differs = known.0 != rows;
            if differs {
                *known = (rows.clone(), frame(&Event::Rows(rows)));
            }
            differs
        });
    }
}

fn rows_of(services: &[Arc<Service>]) -> Vec<ServiceRow> {
    services.iter().map(|service| ServiceRow::from_snapshot(&service.snapshot())).collect()
}
