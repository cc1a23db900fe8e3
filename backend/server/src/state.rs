//! What every handler shares: cheap to clone, no globals.

use std::{ops::Deref, sync::Arc};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use viridian_comparer::view::Views;
use viridian_domain::Service;
use viridian_shared::clock::Clock as Reading;
use viridian_store::Store;

use crate::{
    clock::SandboxClock,
    doors::{Doors, Limits, Readiness, SignIns},
    live::{feed::Feed, rows::RowsFeed, watchers::Watchers},
    metrics::Metrics,
    page::Page,
    people::People,
};

/// A handle on the one application.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Everything that requests are answered from.
pub struct Parts {
    /// Every service, in the order of the configuration.
    pub served: Vec<Served>,
    /// Journal, sessions and runs.
    pub store: Store,
    /// Who may be somebody here.
    pub people: People,
    /// The page's files, in memory.
    pub page: Page,
    /// What `/metrics` tells.
    pub metrics: Metrics,
    pub(crate) rows: RowsFeed,
    pub(crate) watchers: Watchers,
    pub(crate) views: Views,
    /// Digests of sessions that ended: their streams end too.
    pub(crate) signed_out: broadcast::Sender<String>,
    /// From where requests are taken.
    pub doors: Doors,
    pub(crate) limits: Limits,
    pub(crate) readiness: Readiness,
    pub(crate) sign_ins: SignIns,
    /// Changes with every build of the page.
    pub build: String,
    /// Cancelled when the process is to end: streams end with it.
    pub stop: CancellationToken,
}

/// A service with its feed of serialised changes.
pub struct Served {
    /// What is observed and commanded.
    pub service: Arc<Service>,
    pub(crate) feed: Feed,
    /// Set for a service in the sandbox.
    pub clock: Option<Arc<SandboxClock>>,
}

/// What an [`App`] is made of, besides what it makes itself.
pub struct Ingredients {
    /// Services with their clocks; only those in a sandbox have one.
    pub services: Vec<(Arc<Service>, Option<Arc<SandboxClock>>)>,
    /// Journal, sessions and runs.
    pub store: Store,
    /// Who may be somebody here.
    pub people: People,
    /// The page's files, in memory.
    pub page: Page,
    /// From where requests are taken.
    pub doors: Doors,
    /// Cancelled when the process is to end.
    pub stop: CancellationToken,
    /// Into which requests are counted.
    pub metrics: Metrics,
}

impl App {
    /// Starts the feeds. Needs a runtime.
    pub fn new(from: Ingredients) -> Self {
        let Ingredients { services, store, people, page, doors, stop, metrics } = from;
        let serve = |(service, clock): (Arc<Service>, Option<Arc<SandboxClock>>)| Served {
            feed: Feed::start(&service, &stop),
            service,
            clock,
        };
        let served: Vec<_> = services.into_iter().map(serve).collect();
        let rows = RowsFeed::start(served.iter().map(|it| Arc::clone(&it.service)).collect(), &stop);
        let build = page.build();
        Self(Arc::new(Parts {
            served,
            store,
            people,
            page,
            metrics,
            rows,
            watchers: Watchers::default(),
            views: Views::default(),
            signed_out: broadcast::Sender::new(16),
            doors,
            limits: Limits::default(),
            readiness: Readiness::default(),
            sign_ins: SignIns::default(),
            build,
            stop,
        }))
    }

    /// The service of this name.
    pub fn find(&self, name: &str) -> Option<&Served> {
        self.served.iter().find(|served| served.service.name() == name)
    }

    /// How many views of probes are kept at hand.
    pub fn views_kept(&self) -> usize {
        self.views.number()
    }

    /// The clock of a service, or of the first where none is meant.
    pub fn clock(&self, service: Option<&str>) -> Reading {
        let served = service.and_then(|name| self.find(name)).or(self.served.first());
        served
            .map_or_else(|| Reading::real(jiff::Timestamp::now()), |served| served.service.ports.clock.read())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
