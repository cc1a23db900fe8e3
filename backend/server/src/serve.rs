//! Wiring: from a configuration to a listening console, and its orderly end.

use std::{collections::HashMap, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use viridian_aws::{Access, Adapters, Clients, connect, events};
use viridian_compare::probe::Tls;
use viridian_domain::{
    Clock, Ports, Service, Settings,
    ballot::keep,
    clock::MachineClock,
    comparison::compare,
    decide::decide,
    listen::listen,
    observe::observe,
    policy::Policies,
    port::{Events, error::chain},
    recover::recover,
    service::refusals::tell_repeats,
    waking::tell_waking,
};
use viridian_shared::notice::Notice;
use viridian_store::{Place, Store};

use crate::{
    App, Config,
    clock::SandboxClock,
    config::{Options, ServiceConfig, changes, gates::together, resolve},
    doors::Doors,
    extract::signed::LIFE,
    handler::{self, sign_in},
    identity::Gate,
    journal,
    listen::{self, Crowd},
    metrics::{self, Counted, Metrics},
    page::Page,
    people::People,
    private,
    state::Ingredients,
};

/// How long open requests get to end.
const PATIENCE: Duration = Duration::from_secs(4);
/// Whoever reads metrics needs few connections.
const FEW: Crowd = Crowd::of(64, 16);
/// How often expired sessions are deleted: nobody gets in by one before, and each time wakes a database that sleeps.
const FORGETTING: Duration = Duration::from_hours(24);
const RECOVERY_PERIOD: Duration = Duration::from_secs(5);
/// How often stacks are read again.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// `viridian serve`.
pub async fn serve(options: Options) -> Result<(), String> {
    let config = options.read().await?;
    let listener = bind(config.listen).await?;
    Box::pin(run(config, listener, stop_signal(), LOOK_AGAIN)).await
}

/// Serves until `until`. Stacks are read again and again; once one says something else than before the console begins
/// anew, and browsers find it at the same address.
pub async fn run(
    wanted: Config,
    listener: TcpListener,
    until: impl Future<Output = ()> + Send,
    pause: Duration,
) -> Result<(), String> {
    let deaf = |error: io::Error| format!("The console cannot listen: {error}.");
    let listener = listener.into_std().map_err(deaf)?;
    let mut until = std::pin::pin!(until);
    loop {
        let config = resolve(wanted.clone()).await;
        let console = Console::start(&config).await?;
        tracing::info!(address = %config.listen, services = config.services.len(), "console listens");
        let mut begins_anew = false;
        let ends = async {
            tokio::select! {
                () = &mut until => {}
                () = changes(&config, pause) => begins_anew = true,
            }
        };
        let same = TcpListener::from_std(listener.try_clone().map_err(deaf)?).map_err(deaf)?;
        Box::pin(console.serve(same, ends)).await?;
        if !begins_anew {
            return Ok(());
        }
        tracing::info!("a stack says something else than before: the console begins anew");
    }
}

/// A console that observes and is ready to be listened to.
pub struct Console {
    /// What answers requests.
    pub app: App,
    store: Store,
    stop: CancellationToken,
    tasks: TaskTracker,
    crowd: Crowd,
    metrics_listen: Option<SocketAddr>,
}

impl Console {
    /// Opens the journal, connects to AWS and starts observing.
    pub async fn start(config: &Config) -> Result<Self, String> {
        let people = People::of(config)?;
        let page = tokio::task::spawn_blocking(Page::load).await;
        let page = page.map_err(|error| format!("The page cannot be read: {error}."))?;
        if let Place::Folder(folder) = &config.journal() {
            private::folder(folder).await?;
        }
        let store = journal::open(&config.journal()).await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let mut wiring = Wiring {
            store: &store,
            stop: &stop,
            metrics: Metrics::new(config.calls.clone()),
            // Certificates are read from files.
            tls: tokio::task::spawn_blocking(crate::tls::trust).await.unwrap_or_default(),
            clients: HashMap::new(),
            clocks: HashMap::new(),
        };
        let mut services = Vec::new();
        for service in &config.services {
            let policies = Policies::new(&together(&config.gates, &service.gates))?;
            services.push(Box::pin(wiring.service(service, policies)).await);
        }
        for (service, _) in &services {
            tasks.spawn(watch_over(Arc::clone(service), stop.clone()));
        }
        tasks.spawn(journal::anchor(store.clone(), config.anchor.clone(), stop.clone()));
        for (events, concerned) in Box::pin(wiring.queues(config, &services)).await {
            tasks.spawn(listen(events, concerned, stop.clone()));
        }
        let metrics = wiring.metrics.clone();
        tasks.spawn(metrics::measure(metrics.clone(), store.clone(), stop.clone()));
        let app = App::new(Ingredients {
            services,
            store: store.clone(),
            people,
            page,
            doors: Doors::of(config),
            stop: stop.clone(),
            metrics,
        });
        if let People::Vouched(gate) = &app.people {
            let services = app.served.iter().map(|served| Arc::clone(&served.service)).collect();
            tasks.spawn(tell_silence(gate.clone(), services, stop.clone()));
        }
        tasks.spawn(sign_in::tell_repeats(app.clone(), stop.clone()));
        tasks.spawn(forget_sessions(store.clone(), stop.clone()));
        let (asking, until) = (store.clone(), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(asking.ask_again()).await });
        let (crowd, metrics_listen) = (config.crowd(), config.metrics_listen);
        Ok(Self { app, store, stop, tasks, crowd, metrics_listen })
    }

    /// Serves until `until`, then ends streams and requests and closes the journal.
    pub async fn serve(
        self,
        listener: TcpListener,
        until: impl Future<Output = ()> + Send,
    ) -> Result<(), String> {
        listen::allow_many();
        let mut doors = tokio::task::JoinSet::new();
        if let Some(address) = self.metrics_listen {
            let apart = bind(address).await?;
            let router = handler::health::apart(&self.app);
            doors.spawn(listen::listen(apart, router, FEW, self.stop.clone(), PATIENCE));
        }
        let router = crate::app(self.app.clone());
        doors.spawn(listen::listen(listener, router, self.crowd, self.stop.clone(), PATIENCE));
        until.await;
        self.stop.cancel();
        doors.join_all().await;
        self.stop().await;
        Ok(())
    }

    /// Ends what runs: streams say goodbye, observers write down what they saw.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            tracing::warn!("observers did not end in time");
        }
        self.store.close().await;
    }
}

/// Deletes sessions that have expired, at once and then now and again.
async fn forget_sessions(store: Store, stop: CancellationToken) {
    loop {
        let earliest = Timestamp::now().checked_sub(LIFE).unwrap_or(Timestamp::MIN);
        if let Err(error) = store.forget_sessions(earliest).await {
            tracing::warn!(error = %chain(&error), "expired sessions are not deleted");
        }
        if stop.run_until_cancelled(tokio::time::sleep(FORGETTING)).await.is_none() {
            return;
        }
    }
}

/// Says on the page that roles cannot be found out.
async fn tell_silence(gate: Gate, services: Vec<Arc<Service>>, stop: CancellationToken) {
    let notice = Notice::missing(
        "Who may do what cannot be checked: the identity provider’s keys are not reached.",
        "Until they are everybody looks on; the console tries again by itself.",
    );
    let mut silence = gate.silence();
    silence.mark_changed();
    let mut was_silent = false;
    while let Some(Ok(())) = stop.run_until_cancelled(silence.changed()).await {
        let is_silent = *silence.borrow_and_update();
        for service in services.iter().filter(|_| is_silent != was_silent) {
            service.say(&notice, is_silent);
        }
        was_silent = is_silent;
    }
}

/// Settles what a crash left open, observes, decides, and compares.
async fn watch_over(service: Arc<Service>, stop: CancellationToken) {
    let recovering = async {
        while let Err(error) = recover(&service).await {
            tracing::warn!(service.id = service.name(), error = %chain(&error), "open intents wait");
            tokio::time::sleep(RECOVERY_PERIOD).await;
        }
    };
    let recovering = stop.run_until_cancelled(recovering);
    tokio::join!(
        recovering,
        tell_repeats(Arc::clone(&service), stop.clone()),
        observe(Arc::clone(&service), stop.clone()),
        tell_waking(Arc::clone(&service), stop.clone()),
        keep(Arc::clone(&service), stop.clone()),
        decide(Arc::clone(&service), stop.clone()),
        compare(Arc::clone(&service), stop.clone())
    );
}

/// A service, and the clock of its sandbox if it lives in one.
type Observed = (Arc<Service>, Option<Arc<SandboxClock>>);
/// A queue of events, and whom they concern.
type Heard = (Arc<dyn Events>, Vec<Arc<Service>>);

/// Makes services, sharing clients and clocks.
struct Wiring<'a> {
    store: &'a Store,
    stop: &'a CancellationToken,
    metrics: Metrics,
    tls: Option<Tls>,
    clients: HashMap<Access, (Clients, Adapters)>,
    clocks: HashMap<String, Arc<SandboxClock>>,
}

impl Wiring<'_> {
    async fn service(&mut self, config: &ServiceConfig, policies: Policies) -> Observed {
        let clock = match &config.sandbox_clock_url {
            Some(url) => Some(self.clock(url).await),
            None => None,
        };
        let adapters = self.adapters(config.access()).await;
        let time: Arc<dyn Clock> = match &clock {
            Some(clock) => Arc::clone(clock) as Arc<dyn Clock>,
            None => Arc::new(MachineClock),
        };
        let ports = Ports {
            pipelines: adapters.pipelines,
            machines: adapters.machines,
            tasks: adapters.tasks,
            listeners: adapters.listeners,
            scaling: adapters.scaling,
            sources: adapters.sources,
            comparer: Arc::new(config.comparer(self.tls.clone())),
            runs: Arc::new(self.store.clone()),
            suites: Arc::new(self.store.clone()),
            journal: Arc::new(self.store.clone()),
            clock: time,
        };
        let settings = Settings { policies, ..config.settings() };
        (Arc::new(Service::new(settings, ports)), clock)
    }

    async fn clock(&mut self, url: &str) -> Arc<SandboxClock> {
        if let Some(clock) = self.clocks.get(url) {
            return Arc::clone(clock);
        }
        let clock = SandboxClock::follow(url.to_owned(), self.stop.clone()).await;
        self.clocks.insert(url.to_owned(), Arc::clone(&clock));
        clock
    }

    async fn adapters(&mut self, access: Access) -> Adapters {
        self.connected(access).await.1
    }

    async fn connected(&mut self, access: Access) -> (Clients, Adapters) {
        if let Some(known) = self.clients.get(&access) {
            return known.clone();
        }
        let clients = connect(&access, &self.metrics.calls).await;
        let adapters = Adapters::new(&clients);
        self.clients.insert(access, (clients.clone(), adapters.clone()));
        (clients, adapters)
    }

    /// Each queue with the services that it tells of: services may share one.
    async fn queues(&mut self, config: &Config, services: &[Observed]) -> Vec<Heard> {
        let mut queues: Vec<(Access, &str, Vec<Arc<Service>>)> = Vec::new();
        for (config, (service, _)) in config.services.iter().zip(services) {
            let Some(url) = config.event_queue_url.as_deref() else { continue };
            let access = Access { voter_role_arn: None, ..config.access() };
            match queues.iter_mut().find(|(known, other, _)| *known == access && *other == url) {
                Some((_, _, concerned)) => concerned.push(Arc::clone(service)),
                None => queues.push((access, url, vec![Arc::clone(service)])),
            }
        }
        let mut heard = Vec::new();
        for (access, url, concerned) in queues {
            let events = events(&self.connected(access).await.0, url);
            let Some(clock) = concerned.first().map(|service| Arc::clone(&service.ports.clock)) else {
                continue;
            };
            let counted = Counted { events, clock, metrics: self.metrics.clone() };
            heard.push((Arc::new(counted) as Arc<dyn Events>, concerned));
        }
        heard
    }
}

/// Takes an address, or says in one sentence why not.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "Port {} is in use. Stop what listens there, or choose another with --listen.",
                address.port()
            )
        }
        io::ErrorKind::PermissionDenied => {
            format!("Port {} needs more rights than this process has.", address.port())
        }
        _ => format!("{address} cannot be listened on: {error}."),
    })
}

/// Ends with the first ctrl-c or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
