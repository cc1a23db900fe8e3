//! Who has a service open: counted by open streams, shown in the people section.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use viridian_domain::Service;
use viridian_shared::people::Watcher;

/// Open streams by service and person.
#[derive(Clone, Default)]
pub(crate) struct Watchers {
    open: Arc<Mutex<BTreeMap<(String, String), u32>>>,
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
}

impl Watching {
    fn count(&self, change: impl Fn(u32) -> u32) {
        let service = self.service.name();
        let watchers = {
            let mut open = self.watchers.open.lock().unwrap_or_else(PoisonError::into_inner);
            let tabs = open.entry((service.to_owned(), self.person.clone())).or_default();
            *tabs = change(*tabs);
            open.retain(|_, tabs| *tabs > 0);
            let here = open.iter().filter(|((of, _), _)| of == service);
            here.map(|((_, name), tabs)| Watcher { name: name.clone(), tabs: *tabs }).collect()
        };
        let now = self.service.ports.clock.now();
        self.service.board.show(|snapshot| &mut snapshot.people, watchers, now);
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.count(|tabs| tabs.saturating_sub(1));
    }
}
