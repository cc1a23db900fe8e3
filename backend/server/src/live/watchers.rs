//! Who has a service open: counted by open streams, shown in the people section.
//!
//! Everybody who looks on is told, so many who come at once are told of together: a thousand streams that open are a
//! few changes, not a thousand for each of a thousand.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use viridian_domain::Service;
use viridian_shared::people::Watcher;

/// How long changes are gathered.
const BREATH: Duration = Duration::from_millis(250);

/// Open streams by service and person.
#[derive(Clone, Default)]
pub(crate) struct Watchers {
    counted: Arc<Mutex<Counted>>,
}

#[derive(Default)]
struct Counted {
    open: BTreeMap<(String, String), u32>,
    /// Services whose changes are being gathered.
    gathering: BTreeSet<String>,
}

/// Counts while it lives.
pub(crate) struct Watching {
    watchers: Watchers,
    service: Arc<Service>,
    person: String,
}

impl Watchers {
    pub(crate) fn begin(&self, service: &Arc<Service>, person: &str) -> Watching {
        let watching =
            Watching { watchers: self.clone(), service: Arc::clone(service), person: person.to_owned() };
        watching.count(|tabs| tabs + 1);
        watching
    }

    /// Shows who has a service open now.
    fn show(&self, service: &Service) {
        let watchers = {
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            counted.gathering.remove(service.name());
            let here = counted.open.iter().filter(|((of, _), _)| of == service.name());
            here.map(|((_, name), tabs)| Watcher { name: name.clone(), tabs: *tabs }).collect()
        };
        service.snapshots.show(|snapshot| &mut snapshot.people, watchers, service.ports.clock.now());
    }
}

impl Watching {
    fn count(&self, change: impl Fn(u32) -> u32) {
        let service = self.service.name().to_owned();
        {
            let mut counted = self.watchers.counted.lock().unwrap_or_else(PoisonError::into_inner);
            let tabs = counted.open.entry((service.clone(), self.person.clone())).or_default();
            *tabs = change(*tabs);
            counted.open.retain(|_, tabs| *tabs > 0);
            if !counted.gathering.insert(service) {
                return;
            }
        }
        let (watchers, service) = (self.watchers.clone(), Arc::clone(&self.service));
        // A stream may end with its runtime: then nobody looks on any more.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(BREATH).await;
                watchers.show(&service);
            });
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.count(|tabs| tabs.saturating_sub(1));
    }
}
