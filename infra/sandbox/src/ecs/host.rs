//! The sockets of running tasks, by the address that a task has in its network.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, header::HeaderName};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use super::nginx::{self, Site};
use crate::{
    Sandbox,
    wire::{Body, whole},
};

/// How long a task that stops still takes connections: some may be under way to it.
const LINGER: Duration = Duration::from_millis(500);

/// Where the tasks really answer.
#[derive(Debug, Default)]
pub struct Hosts {
    open: watch::Sender<Arc<HashMap<String, SocketAddr>>>,
    closers: Mutex<HashMap<String, CancellationToken>>,
}

impl Hosts {
    /// Where the task with an address answers. It waits a moment for a socket that is being opened.
    pub async fn find(&self, address: &str) -> Option<SocketAddr> {
        if let Some(found) = self.open.borrow().get(address) {
            return Some(*found);
        }
        let mut open = self.open.subscribe();
        let found =
            tokio::time::timeout(Duration::from_secs(2), open.wait_for(|open| open.contains_key(address)))
                .await;
        found.ok()?.ok()?.get(address).copied()
    }

    pub(super) async fn open(&self, sandbox: &Sandbox, address: &str, port: u16, site: Arc<Site>) {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let (socket, place) = match bound.and_then(|socket| socket.local_addr().map(|place| (socket, place)))
        {
            Ok(bound) => bound,
            Err(error) => {
                tracing::error!(%error, address, "the socket of a task cannot be opened");
                return;
            }
        };
        let close = sandbox.stopping().child_token();
        let before = self
            .closers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(address.to_owned(), close.clone());
        if let Some(before) = before {
            before.cancel();
        }
        self.change(|open| {
            open.insert(address.to_owned(), place);
        });
        let (sandbox, address) = (sandbox.clone(), address.to_owned());
        sandbox.tasks().clone().spawn(async move {
            accept(&sandbox, socket, port, &site, &close).await;
            sandbox.hosts().change(|open| {
                // The address may belong to another task by now.
                if open.get(&address) == Some(&place) {
                    open.remove(&address);
                }
            });
        });
    }

    pub(super) fn close(&self, address: &str) {
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

async fn accept(
    sandbox: &Sandbox,
    socket: TcpListener,
    port: u16,
    site: &Arc<Site>,
    close: &CancellationToken,
) {
    let end = async {
        close.cancelled().await;
        if !sandbox.stopping().is_cancelled() {
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
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (site, ended) = (Arc::clone(site), ended.clone());
        sandbox.tasks().spawn(async move {
            let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                let site = Arc::clone(&site);
                async move { Ok::<_, Infallible>(answer(&site, port, &request)) }
            });
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder
                .title_case_headers(true)
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(75));
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = ended.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
}

fn answer(site: &Site, port: u16, request: &Request<Incoming>) -> Response<Body> {
    let asked = nginx::Request {
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
