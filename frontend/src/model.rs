//! What the page knows: root signals that the stream fills, and memo slices of them.
//!
//! All live state is made once, at the root, and outlives every page: a page that is left behind can never make
//! a signal vanish under a task that still runs.

use leptos::prelude::*;
use viridian_shared::{
    clock::Clock,
    comparison::Comparison,
    journal::Told,
    machine::Machine,
    order,
    people::{Person, Session},
    pipeline::Pipeline,
    row::ServiceRow,
    snapshot::{Section, ServiceIdentity, Snapshot},
    tasks::Tasks,
    time::Timestamp,
    traffic::Traffic,
    vote::Vote,
};

use crate::{address::Address, route::Page, words};

/// Entries of the journal that the page keeps at hand.
const JOURNAL_LENGTH: usize = 300;
/// How long the stream may be away before the page calls it lost, in milliseconds.
const LOST_AFTER: f64 = 10_000.0;

/// How the page hangs together with the server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Link {
    /// Nothing has arrived yet.
    Connecting,
    Live,
    /// Broken off at this moment (milliseconds of the browser's clock); being mended.
    Away {
        since: f64,
    },
}

/// What a person is told of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Connecting,
    Live,
    Stale,
    Lost,
}

impl Connection {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Stale => "stale",
            Self::Lost => "lost",
        }
    }
}

/// The state of the page, handed to every component by context.
#[derive(Clone, Copy)]
pub struct Model {
    pub address: Address,
    pub link: RwSignal<Link>,
    /// None before the server has said.
    pub session: RwSignal<Option<Session>>,
    pub rows: RwSignal<Option<Vec<ServiceRow>>>,
    pub snapshot: RwSignal<Option<Snapshot>>,
    /// Newest last.
    pub journal: RwSignal<Vec<Told>>,
    /// The server's clock and when it was told, in milliseconds of the browser's clock.
    pub clock: RwSignal<Option<(Clock, f64)>>,
    /// Now, on the server's clock; ticks.
    pub now: RwSignal<Timestamp>,
    /// Now, in milliseconds of the browser's clock; ticks with `now`.
    pub real_now: RwSignal<f64>,
    /// The service that the address names.
    pub service: Memo<Option<String>>,
    /// Why the console answers and still tells nothing, in its own words.
    pub trouble: RwSignal<Option<String>>,
    /// Why the service cannot be shown, if it cannot.
    pub missing: RwSignal<Option<String>>,

    pub connection: Memo<Connection>,
    pub person: Memo<Option<Person>>,
    pub identity: Memo<Option<ServiceIdentity>>,
    pub pipeline: Memo<Section<Pipeline>>,
    pub traffic: Memo<Section<Traffic>>,
    pub tasks: Memo<Section<Tasks>>,
    pub machines: Memo<Section<Vec<Machine>>>,
    pub comparison: Memo<Section<Comparison>>,
    pub votes: Memo<Vec<Vote>>,
}

impl Model {
    pub fn new(address: Address) -> Self {
        let link = RwSignal::new(Link::Connecting);
        let session = RwSignal::new(None::<Session>);
        let snapshot = RwSignal::new(None::<Snapshot>);
        let real_now = RwSignal::new(words::real_now());
        Self {
            address,
            link,
            session,
            rows: RwSignal::new(None),
            snapshot,
            journal: RwSignal::new(Vec::new()),
            clock: RwSignal::new(None),
            now: RwSignal::new(words::timestamp(words::real_now())),
            real_now,
            service: Memo::new(move |_| address.with(|page| page.and_then(Page::service).map(str::to_owned))),
            trouble: RwSignal::new(None),
            missing: RwSignal::new(None),
            connection: Memo::new(move |_| match link.get() {
                Link::Connecting => Connection::Connecting,
                Link::Live => Connection::Live,
                Link::Away { since } if real_now.get() - since < LOST_AFTER => Connection::Stale,
                Link::Away { .. } => Connection::Lost,
            }),
            person: Memo::new(move |_| session.with(|it| it.as_ref().and_then(|it| it.person.clone()))),
            identity: Memo::new(move |_| snapshot.with(|it| it.as_ref().map(|it| it.service.clone()))),
            pipeline: section(snapshot, |it| &it.pipeline),
            traffic: section(snapshot, |it| &it.traffic),
            tasks: section(snapshot, |it| &it.tasks),
            machines: section(snapshot, |it| &it.machines),
            comparison: section(snapshot, |it| &it.comparison),
            votes: list(snapshot, |it| &it.votes),
        }
    }

    /// Adds entries of the journal, each once, in their order.
    pub fn add_entries(self, entries: Vec<Told>) {
        self.journal.try_update(|journal| {
            journal.extend(entries);
            order::sort_by_key(journal, |entry| entry.number);
            journal.dedup_by_key(|entry| entry.number);
            let surplus = journal.len().saturating_sub(JOURNAL_LENGTH);
            journal.drain(..surplus);
        });
    }

    /// Moves both clocks on.
    pub fn tick(self) {
        let real = words::real_now();
        let now = match self.clock.try_get_untracked().flatten() {
            Some((clock, told_at)) => clock.after((real - told_at) / 1_000.0),
            None => words::timestamp(real),
        };
        self.real_now.try_set(real);
        self.now.try_set(now);
    }

    /// Seconds of the server's clock in one of ours; 0 while it stands still.
    pub fn rate(self) -> f64 {
        self.clock.with(|it| it.map_or(1.0, |(clock, _)| if clock.paused { 0.0 } else { clock.rate }))
    }
}

/// The model of this page.
pub fn model() -> Model {
    expect_context()
}

fn section<T>(snapshot: RwSignal<Option<Snapshot>>, of: fn(&Snapshot) -> &Section<T>) -> Memo<Section<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| snapshot.with(|it| it.as_ref().map_or_else(Section::default, |it| of(it).clone())))
}

/// A list out of the newest snapshot; empty while it is not known.
pub fn list<T>(snapshot: RwSignal<Option<Snapshot>>, of: fn(&Snapshot) -> &Section<Vec<T>>) -> Memo<Vec<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| {
        snapshot.with(|it| it.as_ref().and_then(|it| of(it).value.clone()).unwrap_or_default())
    })
}
