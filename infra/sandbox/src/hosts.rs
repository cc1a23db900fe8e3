//! The sockets of running tasks, by the address that a task has in its network. A socket is opened when somebody
//! first wants to reach its task, so that a thousand tasks do not cost a thousand sockets.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, header::HeaderName};
use hyper::body::Incoming;
use jiff::Timestamp;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use viridian_alb::Targets;
use viridian_listen::{Crowd, Room};
use viridian_nginx_site::{Request as SiteRequest, Site};

use crate::http_body::{Body, whole};

/// How long a task that stops still takes connections: some may be under way to it.
const LINGER: Duration = Duration::from_millis(500);
/// Of all tasks together. A load balancer keeps more connections than it uses.
const CROWD: Crowd = Crowd::of(1_024, 1_024);

/// Where the tasks really answer.
#[derive(Debug)]
pub struct Hosts {
    tasks: TaskTracker,
    stop: CancellationToken,
    open: watch::Sender<Arc<HashMap<String, SocketAddr>>>,
    closers: Mutex<HashMap<String, CancellationToken>>,
    room: Room,
    waiting: Mutex<Waiting>,
}

/// Tasks that nobody has wanted to reach yet, and addresses that somebody wants without a task.
#[derive(Debug, Default)]
struct Waiting {
    tasks: HashMap<String, Arc<Notify>>,
    wanted: HashSet<String>,
}

/// Whether an address is this machine's own: something that runs here and is no task of the sandbox's, as a console
/// behind a load balancer. AWS takes no such targets.
pub(crate) fn is_here(address: &str) -> bool {
    address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Targets for Hosts {
    fn known(&self, address: &str) -> Option<SocketAddr> {
        // Not a task: a program of this machine.
        if let Ok(here) = address.parse::<SocketAddr>() {
            return here.ip().is_loopback().then_some(here);
        }
        self.open.borrow().get(address).copied()
    }

    fn find<'a>(&'a self, address: &'a str) -> Pin<Box<dyn Future<Output = Option<SocketAddr>> + Send + 'a>> {
        Box::pin(self.opened(address))
    }
}

impl Hosts {
    /// No sockets yet. They are served among `tasks` until `stop` is cancelled.
    pub(crate) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            tasks,
            stop,
            open: watch::Sender::default(),
            closers: Mutex::default(),
            room: Room::new(CROWD),
            waiting: Mutex::default(),
        }
    }

    /// Where the task with an address answers. It waits a moment for a socket that is being opened.
    async fn opened(&self, address: &str) -> Option<SocketAddr> {
        let mut open = self.open.subscribe();
        self.want(address);
        let found =
            tokio::time::timeout(Duration::from_secs(2), open.wait_for(|open| open.contains_key(address)))
                .await;
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).wanted.remove(address);
        found.ok()?.ok()?.get(address).copied()
    }

    fn want(&self, address: &str) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.tasks.get(address) {
            Some(task) => task.notify_one(),
            None => drop(waiting.wanted.insert(address.to_owned())),
        }
    }

    /// Waits until somebody wants to reach a task. Gives whether that was before it closed.
    async fn is_wanted(&self, address: &str, close: &CancellationToken) -> bool {
        let wanted = Arc::new(Notify::new());
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.wanted.contains(address) {
                return true;
            }
            waiting.tasks.insert(address.to_owned(), Arc::clone(&wanted));
        }
        let reached = close.run_until_cancelled(wanted.notified()).await.is_some();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // The address may belong to another task by now.
        if waiting.tasks.get(address).is_some_and(|known| Arc::ptr_eq(known, &wanted)) {
            waiting.tasks.remove(address);
        }
        reached
    }

    pub(crate) fn open(self: &Arc<Self>, address: &str, port: u16, site: Arc<Site>) {
        let close = self.stop.child_token();
        let before = self
            .closers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(address.to_owned(), close.clone());
        if let Some(before) = before {
            before.cancel();
        }
        let (hosts, address) = (Arc::clone(self), address.to_owned());
        self.tasks.spawn(async move {
            if !hosts.is_wanted(&address, &close).await {
                return;
            }
            let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
            let bound = bound.and_then(|socket| socket.local_addr().map(|place| (socket, place)));
            let (socket, place) = match bound {
                Ok(bound) => bound,
                Err(error) => {
                    tracing::error!(%error, address, "the socket of a task cannot be opened");
                    return;
                }
            };
            hosts.change(|open| {
                open.insert(address.clone(), place);
            });
            accept(&hosts, socket, port, &site, &close).await;
            hosts.change(|open| {
                // The address may belong to another task by now.
                if open.get(&address) == Some(&place) {
                    open.remove(&address);
                }
            });
        });
    }

    pub(crate) fn close(&self, address: &str) {
        if let Some(close) = self.closers.lock().unwrap_or_else(PoisonError::into_inner).remove(address) {
            close.cancel();
        }
    }

    /// Lets a socket of a test's own stand for a task.
    #[cfg(test)]
    pub(crate) fn lend(&self, address: &str, place: SocketAddr) {
        self.change(|open| {
            open.insert(address.to_owned(), place);
        });
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<String, SocketAddr>)) {
        self.open.send_modify(|open| change(Arc::make_mut(open)));
    }
}

async fn accept(hosts: &Hosts, socket: TcpListener, port: u16, site: &Arc<Site>, close: &CancellationToken) {
    let end = async {
        close.cancelled().await;
        if !hosts.stop.is_cancelled() {
            tokio::time::sleep(LINGER).await;
        }
    };
    tokio::pin!(end);
    let ended = CancellationToken::new();
    let _guard = ended.clone().drop_guard();
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = &mut end => return,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if !site.listens(port) {
            // Nobody answers there: whoever asks finds the connection closed, and a load balancer says 502.
            continue;
        }
        let Some(guest) = hosts.room.enter(peer.ip()) else { continue };
        let (site, ended) = (Arc::clone(site), ended.clone());
        hosts.tasks.spawn(async move {
            let answer = move |request: Request<Incoming>, _| {
                std::future::ready(Ok::<_, Infallible>(answer(&site, port, &request)))
            };
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.title_case_headers(true);
            viridian_listen::connection(builder, stream, peer, guest, &ended, answer).await;
        });
    }
}

fn answer(site: &Site, port: u16, request: &Request<Incoming>) -> Response<Body> {
    let asked = SiteRequest {
        method: request.method().as_str(),
        target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
        headers: request.headers(),
        port,
        now: Timestamp::now(),
    };
    let given = site.respond(&asked);
    let mut answer = Response::new(whole(given.body));
    *answer.status_mut() = StatusCode::from_u16(given.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in given.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
