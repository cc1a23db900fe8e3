//! A request as rules see it, and what is to be done about it.

use super::{
    Entry, cookie,
    forward::{ClientCaps, ProxyRequest},
    login::{Callback, Keeper, Pass, Visit},
    outgoing::{self, Added},
    own::Own,
    trace,
};
use crate::{
    action::Action,
    frame::Frame,
    head::Head,
    matcher::Seen,
    routes::{Forward, Forwarded, Route, Routes, Table, Way},
    transform::Rewritten,
};

/// The longest target of a request.
const MAX_TARGET: usize = 16 * 1024;
/// Addresses that `X-Forwarded-For` may list.
const MAX_HOPS: usize = 30;

/// What is asked, in the parts that rules look at.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    head: &'a Head,
    bytes: &'a [u8],
    frame: Frame,
    method: &'a str,
    path: &'a str,
    query: &'a str,
    /// As it was sent, a port with it.
    host: &'a str,
}

/// What is to be done about a request.
#[derive(Debug)]
pub(crate) enum Prepared<'a> {
    Proxied(&'a Forward, ProxyRequest),
    Own {
        own: Own,
        frame: Frame,
        keep: bool,
    },
    /// Somebody comes back from the identity provider.
    Callback {
        callback: Callback,
        frame: Frame,
        keep: bool,
    },
}

impl<'a> Asked<'a> {
    /// Reads the request line and the host. The error is the status of the answer.
    pub(crate) fn read(head: &'a Head, bytes: &'a [u8]) -> Result<Self, u16> {
        let frame = head.request_frame(bytes)?;
        let text = |part: &'a [u8]| std::str::from_utf8(part).map_err(|_| 400_u16);
        let method = text(&bytes[head.word.clone()])?;
        let target = text(&bytes[head.target.clone()])?;
        let host = head.text(bytes, "host");
        match method {
            "TRACE" => return Err(405),
            "CONNECT" => return Err(400),
            _ if target.len() > MAX_TARGET => return Err(414),
            _ if host.is_none() && head.is_late => return Err(400),
            _ => {}
        }
        let (path, query) = split(target).ok_or(400_u16)?;
        Ok(Self { head, bytes, frame, method, path, query, host: host.unwrap_or_default() })
    }

    /// The host without its port.
    fn name(&self) -> &'a str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => self.host,
        }
    }

    /// Finds the rule for the request and makes ready what it says. The error is the status of the answer.
    pub(crate) fn prepare<'r>(
        self,
        entry: &Entry,
        keeper: &Keeper,
        routes: &'r Routes,
        may_stay: bool,
    ) -> Result<Prepared<'r>, u16> {
        let keep = may_stay && self.head.keeps_alive(self.bytes);
        let seen = Seen {
            path: self.path,
            query: self.query,
            host: self.name(),
            method: self.method,
            head: self.head,
            bytes: self.bytes,
            source: entry.peer.ip(),
        };
        let table = routes.table(&entry.listener);
        let Some((table, route)) = table.and_then(|table| Some((table, table.find(&seen)?))) else {
            return Ok(Prepared::Own { own: Own::page(503), frame: self.frame, keep });
        };
        let identity = match &route.login {
            None => None,
            Some(login) => match keeper.admit(login, &self.visit(entry)) {
                Pass::Through(identity) => Some(identity),
                Pass::Own(own) => return Ok(Prepared::Own { own, frame: self.frame, keep }),
                Pass::Callback(callback) => {
                    return Ok(Prepared::Callback { callback, frame: self.frame, keep });
                }
            },
        };
        let identity = identity.as_deref();
        match &route.way {
            Way::Forward(way) => {
                Ok(Prepared::Proxied(way, self.proxied(entry, table, route, keep, identity)?))
            }
            Way::Own(action) => Ok(Prepared::Own { own: self.own(action, entry), frame: self.frame, keep }),
        }
    }

    /// What signing in has to know of it.
    fn visit(&self, entry: &Entry) -> Visit<'a> {
        let texts = |name| self.head.values(self.bytes, name).filter_map(|it| std::str::from_utf8(it).ok());
        Visit {
            listener: entry.listener.to_string(),
            host: self.host,
            path: self.path,
            query: self.query,
            cookies: texts("cookie").collect(),
        }
    }

    fn proxied(
        self,
        entry: &Entry,
        table: &Table,
        route: &Route,
        keep: bool,
        identity: Option<&[(&'static str, String)]>,
    ) -> Result<ProxyRequest, u16> {
        let target = if self.query.is_empty() && !self.has_mark() {
            self.path.to_owned()
        } else {
            format!("{}?{}", self.path, self.query)
        };
        let rewrite = |of: Rewritten, text: &str| {
            route.rewrites.iter().find(|rewrite| rewrite.of == of).map(|rewrite| rewrite.apply(text))
        };
        let (host, url) = (rewrite(Rewritten::Host, self.host), rewrite(Rewritten::Url, &target));
        let url = url.filter(|url| url.starts_with('/'));
        let upgrade = self.head.has_word(self.bytes, "connection", "upgrade");
        let upgrade = self.head.text(self.bytes, "upgrade").filter(|_| upgrade);
        let added = Added {
            target: url.as_deref().unwrap_or(&target),
            host: host.as_deref(),
            forwarded_for: self.forwarded_for(entry, table)?,
            port: entry.port,
            trace: trace::value(self.head.text(self.bytes, "x-amzn-trace-id")),
            is_chunked: matches!(self.frame, Frame::Chunked(_)),
            identity,
            upgrade,
        };
        let mut bytes = Vec::with_capacity(self.bytes.len() + 256);
        outgoing::request(&mut bytes, self.bytes, self.head, &added);
        let kept = |name: &str| {
            let mut cookies =
                self.head.values(self.bytes, "cookie").filter_map(|value| std::str::from_utf8(value).ok());
            cookies.find_map(|value| cookie::find(value, name)).map(str::to_owned)
        };
        Ok(ProxyRequest {
            bytes,
            is_head: self.method == "HEAD",
            is_safe: matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE"),
            client: ClientCaps {
                is_late: self.head.is_late,
                wants_upgrade: upgrade.is_some(),
                keeps_alive: keep,
            },
            kept: [kept(cookie::GROUP), kept(cookie::TARGET)],
            frame: self.frame,
        })
    }

    /// Whether the target has a question mark without a query behind it.
    fn has_mark(&self) -> bool {
        self.bytes[self.head.target.clone()].contains(&b'?')
    }

    fn forwarded_for(&self, entry: &Entry, table: &Table) -> Result<Option<String>, u16> {
        let before = self.head.text(self.bytes, "x-forwarded-for");
        if before.is_some_and(|before| before.split(',').count() > MAX_HOPS) {
            return Err(463);
        }
        let peer = entry.peer.ip().to_canonical();
        Ok(match (table.forwarded, before) {
            (Forwarded::Append, Some(before)) => Some(format!("{before}, {peer}")),
            (Forwarded::Append, None) => Some(peer.to_string()),
            (Forwarded::Preserve, before) => before.map(str::to_owned),
            (Forwarded::Remove, _) => None,
        })
    }

    /// What the load balancer answers by itself because a rule says so.
    fn own(&self, action: &Action, entry: &Entry) -> Own {
        match action {
            Action::Fixed { status, kind, body } => {
                let kind = match kind.as_deref() {
                    None | Some("text/plain") => "text/plain; charset=utf-8",
                    Some(kind) => kind,
                };
                let body = body.clone().unwrap_or_default();
                Own { status: *status, kind: kind.to_owned(), body, location: None, cookies: Vec::new() }
            }
            Action::Redirect { status, protocol, host, port, path, query } => {
                let name = self.name();
                let own_port = match self.host.strip_prefix(name).and_then(|port| port.strip_prefix(':')) {
                    Some(port) => port.to_owned(),
                    None => entry.port.to_string(),
                };
                let fill = |text: &str| {
                    text.replace("#{protocol}", "http")
                        .replace("#{host}", name)
                        .replace("#{port}", &own_port)
                        .replace("#{path}", self.path.trim_start_matches('/'))
                        .replace("#{query}", self.query)
                };
                let (scheme, query) = (fill(protocol).to_lowercase(), fill(query));
                let mark = if query.is_empty() { "" } else { "?" };
                let location = format!("{scheme}://{}:{}{}{mark}{query}", fill(host), fill(port), fill(path));
                Own { location: Some(location), ..Own::page(*status) }
            }
            Action::Forward { .. } | Action::Authenticate { .. } => Own::page(503),
        }
    }
}

/// Path and query of a request's target, which may be a whole address, as to a proxy.
fn split(target: &str) -> Option<(&str, &str)> {
    let target = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.find('/').map_or("/", |at| &rest[at..]),
        _ if target.starts_with('/') || target == "*" => target,
        _ => return None,
    };
    Some(target.split_once('?').unwrap_or((target, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_path_or_a_whole_address() {
        assert_eq!(split("a/b"), None);
        assert_eq!(split(""), None);
        assert_eq!(split("/a?b=c?d"), Some(("/a", "b=c?d")));
        assert_eq!(split("http://host/a?b"), Some(("/a", "b")));
        assert_eq!(split("http://host"), Some(("/", "")));
        assert_eq!(split("/go?to=http://x/"), Some(("/go", "to=http://x/")));
    }
}
