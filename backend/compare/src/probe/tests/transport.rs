//! What only the transport chose or did is no difference between two versions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
};

use super::{Plan, ask, head, misbehaving, ok, quick, server};
use crate::{
    answer::{Names, WholeAnswer},
    difference::{self, Outcome, rule::Rules},
    probe::{Failed, Limits, Probe, get, guard::Origin},
    sample, work,
};

fn compared(blue: &WholeAnswer, green: &WholeAnswer) -> Outcome {
    difference::between(blue, green, &Rules::default(), work::Limits::default())
}

fn places(outcome: &Outcome) -> Vec<&str> {
    outcome.visible().map(|it| it.place.as_str()).collect()
}

/// A server that closes a connection after so many answers, as soon as the next request is there.
async fn closing(answers: usize, asked: Arc<AtomicUsize>) -> Origin {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answers, Arc::clone(&asked)));
        }
    });
    origin
}

async fn serve(mut stream: TcpStream, answers: usize, asked: Arc<AtomicUsize>) {
    for _ in 0..answers {
        if head(&mut stream).await.is_none() {
            return;
        }
        asked.fetch_add(1, Ordering::Relaxed);
        let _ = stream.write_all(&ok("", "fine")).await;
    }
    let _ = head(&mut stream).await;
    asked.fetch_add(1, Ordering::Relaxed);
}

#[tokio::test]
async fn a_connection_that_was_closed_is_opened_anew_for_what_only_reads() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        let asked = Arc::new(AtomicUsize::new(0));
        let origin = closing(1, Arc::clone(&asked)).await;
        let probe = Probe { method: method.into(), ..get("/") };
        let plan = Plan { workers: 1, ..quick() };
        let probed = ask(&origin, &origin, &[probe], &plan).await;
        let all = || probed[0].blue.iter().chain(&probed[0].green);
        // Of HEAD the body that this server sends anyway is no answer to the next request.
        assert!(method == "HEAD" || all().all(Result::is_ok), "{method}: {:?}", probed[0]);
    }
}

#[tokio::test]
async fn what_may_change_something_is_never_sent_twice() {
    let asked = Arc::new(AtomicUsize::new(0));
    let origin = closing(1, Arc::clone(&asked)).await;
    let probe = Probe { method: "POST".into(), ..get("/") };
    let plan = Plan { workers: 1, warm_up: 0, samples: 2, may_change: true, ..quick() };
    let probed = ask(&origin, &origin, &[probe], &plan).await;
    assert_eq!(probed[0].blue[1], Err(Failed::Garbled));
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_server_that_always_closes_is_asked_twice_and_no_more() {
    let asked = Arc::new(AtomicUsize::new(0));
    let origin = closing(0, Arc::clone(&asked)).await;
    let plan = Plan { workers: 1, warm_up: 0, samples: 1, ..quick() };
    let probed = ask(&origin, &origin, &[get("/")], &plan).await;
    assert_eq!(probed[0].blue[0], Err(Failed::Garbled));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn headers_that_curl_takes_are_read_or_named() {
    for (line, name, value) in [
        ("Access-Control-Allow-Credentials : true", "access-control-allow-credentials", "true"),
        ("PHP Warning: x", "php warning", "x"),
        ("no colon at all", "no colon at all", ""),
        ("X-Long: one\r\n two", "x-long", "one two"),
    ] {
        let answer = misbehaving(move |_| ok(&format!("{line}\r\n"), "fine")).await.unwrap();
        let found: Vec<_> = answer.header(name).collect();
        assert_eq!(found.len(), 1, "{line}: {:?}", answer.headers);
        assert_eq!(found[0].split_whitespace().collect::<Vec<_>>().join(" "), value, "{line}");
        let clean = misbehaving(|_| ok("", "fine")).await.unwrap();
        assert_eq!(places(&compared(&clean, &answer)), [name]);
    }
}

#[tokio::test]
async fn a_stream_that_never_ends_is_read_for_a_while_and_compared_by_what_came() {
    let events = |count: usize| {
        move |_: &str| {
            let events = "data: {\"tick\":1}\n\n".repeat(count);
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{events}").into_bytes()
        }
    };
    let (blue, green) = (server(events(3)).await, server(events(5)).await);
    let limits = Limits { stream: Duration::from_millis(200), ..Limits::default() };
    let plan = Plan { warm_up: 0, samples: 1, limits, ..quick() };
    let probed = ask(&blue, &green, &[get("/")], &plan).await.remove(0);
    let outcome = probed.assess(&Rules::default(), work::Limits::default()).outcome;
    assert!(outcome.is_same(), "{outcome:?}");
    assert!(outcome.remarks.iter().any(|it| it.contains("still coming")), "{outcome:?}");
    let other = server(|_: &str| {
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: other\n\ndata: {\"tick\":1}\n\n"
            .to_vec()
    });
    let probed = ask(&blue, &other.await, &[get("/")], &plan).await.remove(0);
    assert!(!probed.assess(&Rules::default(), work::Limits::default()).outcome.is_same());
    let records = |end: &'static str| {
        server(move |_: &str| {
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n{{\"a\":1}}\n{end}")
                .into_bytes()
        })
    };
    let (blue, green) = (records("{\"b\":2}\n{\"c\"").await, records("").await);
    let probed = ask(&blue, &green, &[get("/")], &plan).await.remove(0);
    let outcome = probed.assess(&Rules::default(), work::Limits::default()).outcome;
    assert!(outcome.is_same(), "{outcome:?}");
}

#[test]
fn how_an_answer_was_sent_is_a_remark_and_no_difference() {
    let of = |headers: &[(&str, &str)]| sample::answer(200, headers, b"fine");
    for (left, right) in [
        (vec![("connection", "keep-alive"), ("keep-alive", "timeout=5")], vec![("connection", "close")]),
        (vec![("content-length", "4")], vec![("transfer-encoding", "chunked")]),
        (vec![("connection", "x-hop"), ("x-hop", "1")], vec![("connection", "x-hop"), ("x-hop", "2")]),
    ] {
        let outcome = compared(&of(&left), &of(&right));
        assert_eq!(places(&outcome), [""; 0], "{left:?}");
        assert_eq!(outcome.remarks.len(), 1, "{outcome:?}");
    }
    let pinned = |value: &'static str| of(&[("connection", "cache-control"), ("cache-control", value)]);
    assert_eq!(places(&compared(&pinned("no-store"), &pinned("public"))), ["cache-control"]);
    let length = |value: &'static str| of(&[("content-length", value)]);
    assert_eq!(places(&compared(&length("4"), &length("5"))), ["content-length"]);
}

#[test]
fn the_addresses_of_both_colours_are_one_in_headers_links_and_json() {
    let ends = ["http://127.0.0.1:8001", "http://127.0.0.1:8002"];
    let of = |kind: &str, headers: &[(&str, String)], body: String| {
        let mut all = vec![("content-type", kind)];
        all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
        WholeAnswer { names: Names::of(ends), ..sample::answer(200, &all, body.as_bytes()) }
    };
    let own = |port: u16, path: &str| format!("http://127.0.0.1:{port}{path}");
    for kind in ["application/json", "text/html", "text/plain", "application/xml"] {
        let answer = |port: u16, path: &str| {
            let body = match kind {
                "application/json" => format!("{{\"next\":\"{}\"}}", own(port, path)),
                "text/plain" => format!("go on at {}\n", own(port, path)),
                _ => format!("<a href=\"{}\">on</a>", own(port, path)),
            };
            of(kind, &[("location", own(port, path)), ("link", format!("<{}>", own(port, path)))], body)
        };
        assert!(compared(&answer(8001, "/a"), &answer(8002, "/a")).is_same(), "{kind}");
        assert_eq!(compared(&answer(8001, "/a"), &answer(8002, "/b")).visible().count(), 3, "{kind}");
        assert_eq!(compared(&answer(8001, "/a"), &answer(8003, "/a")).visible().count(), 3, "{kind}");
    }
}
