//! Connections that only hold on, from outside.

use std::{convert::Infallible, net::SocketAddr, time::Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use super::*;

/// Short, so that a test is.
const SHORT: Crowd = Crowd {
    all: 500,
    each: 500,
    first_head: Duration::from_millis(400),
    idle: Duration::from_millis(800),
    write: Duration::from_millis(500),
};

async fn start(crowd: Crowd) -> (SocketAddr, CancellationToken) {
    let (address, _, stop) = start_in(Room::new(crowd)).await;
    (address, stop)
}

async fn start_in(room: Room) -> (SocketAddr, Room, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(listen(listener, room.clone(), stop.clone(), Duration::from_secs(1), answer));
    (address, room, stop)
}

async fn answer(request: Request<Incoming>, _: SocketAddr) -> Result<Response<Full<Bytes>>, Infallible> {
    let bytes = match request.uri().path() {
        "/huge" => Bytes::from(vec![b'x'; 64 << 20]),
        "/post" => {
            request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default()
        }
        _ => Bytes::from_static(b"here"),
    };
    Ok(Response::new(Full::new(bytes)))
}

async fn say(address: SocketAddr, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    stream
}

/// Everything until the other side closes, which it must.
async fn rest(mut stream: TcpStream) -> String {
    let mut told = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut told)).await;
    assert!(read.is_ok(), "the connection stands");
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test]
async fn half_open_connections_are_closed() {
    let (address, _stop) = start(SHORT).await;
    let mut held = Vec::new();
    for number in 0..200 {
        let words = ["", "GET / HTT", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "\r\n"][number % 4];
        held.push(say(address, words).await);
    }
    let begun = Instant::now();
    for stream in held {
        rest(stream).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_head_that_drips_and_a_connection_that_rests_are_closed() {
    let (address, _stop) = start(SHORT).await;
    let stream = say(address, "GET / HTTP/1.1\r\nHost: localhost\r\n").await;
    let (mut reading, mut writing) = stream.into_split();
    let dripping = tokio::spawn(async move {
        for _ in 0..200 {
            if writing.write_all(b"X: 1\r\n").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut told = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), reading.read_to_end(&mut told)).await;
    assert!(read.is_ok(), "a head that drips holds its connection");
    dripping.abort();

    let told = rest(say(address, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await).await;
    assert!(told.ends_with("here"), "{told}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_let_go() {
    let (address, stop) = start(Crowd { all: 1, ..SHORT }).await;
    let _deaf = say(address, "GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let answers = async {
        loop {
            let told =
                rest(say(address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await).await;
            if told.ends_with("here") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(8), answers).await.is_ok(), "its place is never free");
    stop.cancel();
}

#[tokio::test]
async fn those_who_hold_on_keep_nobody_out() {
    let (address, _stop) = start(Crowd { all: 20, first_head: Duration::from_mins(1), ..SHORT }).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(say(address, "GET /").await);
    }
    let told = rest(say(address, "GET / HTTP/1.0\r\n\r\n").await).await;
    assert!(told.ends_with("here"), "{told}");
}

/// Keeps its connection open after an answer.
async fn asked(address: SocketAddr) -> TcpStream {
    let mut stream = say(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut told = Vec::new();
    while !told.ends_with(b"here") {
        assert!(stream.read_buf(&mut told).await.unwrap() > 0, "closed before its answer");
    }
    stream
}

/// nginx closes connections that are kept for later when it has no more of them; so does this.
#[tokio::test]
async fn those_who_asked_once_and_hold_on_keep_nobody_out() {
    let patient =
        Crowd { all: 20, idle: Duration::from_mins(5), first_head: Duration::from_mins(5), ..SHORT };
    let (address, room, _stop) = start_in(Room::new(patient)).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(asked(address).await);
    }
    drop(asked(address).await);
    // The newest are kept, and the oldest were let go.
    assert_eq!(rest(held.remove(0)).await, "");
    let mut newest = held.pop().unwrap();
    newest.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert!(rest(newest).await.ends_with("here"));
    assert!(room.number() <= 21, "{} connections are held", room.number());
}

#[tokio::test]
async fn a_flood_of_headers_and_a_head_without_end_are_refused() {
    let (address, _stop) = start(SHORT).await;
    let many = "X: y\r\n".repeat(5_000);
    let long = "x".repeat(300_000);
    for words in [
        format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Whether all of it is taken is the other side's business.
        let _ = stream.write_all(words.as_bytes()).await;
        let mut told = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut told)).await.unwrap();
        let told = String::from_utf8_lossy(&told);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4"), "{told}");
    }
}
