//! Those who only hold connections open, at each door of the sandbox: its endpoint, a load balancer, a task.

use std::{net::SocketAddr, time::Duration};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use viridian_alb::Targets;

use super::serve;
use crate::{
    Sandbox,
    testing::{balancer, definition, elb, group, page, pass_in, point, service, task_set, world},
};

const FLOOD: usize = 2_000;
/// How many connections a door holds.
const ROOM: usize = 1_024;
const HALVES: [&str; 5] = [
    "",
    "\r\n",
    "GET / HTT",
    "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "POST / HTTP/1.1\r\nHost: localhost\r\n",
];
const WHOLE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A sandbox with its doors, each of which answers [`WHOLE`].
async fn doors() -> (Sandbox, [SocketAddr; 3], TempDir) {
    let (world, folder) = world();
    let sandbox = Sandbox::new(world);
    serve(&sandbox, tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap();
    let endpoint = sandbox.with(|world| world.endpoint.trim_start_matches("http://").parse().unwrap());
    let (listener, group) = sandbox.with(|world| {
        let (listener, rule) = balancer(world);
        let group = group(world, "blue");
        point(world, &rule, &[(&group, 1)]);
        service(world, 1);
        let page = page(world, "here");
        let definition = definition(world, &page);
        task_set(world, &definition, &group).unwrap();
        (listener, group)
    });
    pass_in(&sandbox, 60).await;
    let production = sandbox.plane().opened(&listener).await.unwrap();
    let shown = sandbox.with(|world| elb(world, "DescribeTargetHealth", json!({ "TargetGroupArn": group })));
    let target = shown["TargetHealthDescriptions"][0]["Target"]["Id"].as_str().unwrap().to_owned();
    let task = sandbox.hosts().find(&target).await.unwrap();
    (sandbox, [endpoint, production, task], folder)
}

async fn say(door: SocketAddr, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(door).await.unwrap();
    // Who has to go meanwhile may be gone already.
    let _ = stream.write_all(words.as_bytes()).await;
    stream
}

/// Everything until the other side closes, which it must.
async fn rest(mut stream: TcpStream) -> String {
    let mut told = Vec::new();
    let read = tokio::time::timeout(Duration::from_mins(30), stream.read_to_end(&mut told)).await;
    assert!(read.is_ok(), "the connection stands");
    String::from_utf8_lossy(&told).into_owned()
}

/// Whether the other side has closed it.
fn is_closed(stream: &TcpStream) -> bool {
    !stream.try_read(&mut [0; 16]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[tokio::test]
async fn two_thousand_half_open_connections_keep_nobody_out_of_any_door() {
    viridian_listen::allow_many();
    let (sandbox, doors, _folder) = doors().await;
    for door in doors {
        let mut held = Vec::new();
        for number in 0..FLOOD {
            held.push(say(door, HALVES[number % HALVES.len()]).await);
        }
        let told = rest(say(door, WHOLE).await).await;
        assert!(told.starts_with("HTTP/1.1 200 "), "{door}: {told}");
        let gone = async {
            while held.iter().filter(|stream| is_closed(stream)).count() < FLOOD - ROOM {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), gone).await.is_ok(), "{door} holds them all");
    }
    sandbox.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn half_a_head_and_half_a_body_have_their_time_at_every_door() {
    let (sandbox, doors, _folder) = doors().await;
    let half = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: A.B\r\nContent-Length: 100\r\n\r\nx";
    tokio::time::pause();
    for door in doors {
        for words in HALVES.into_iter().chain([half, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]) {
            rest(say(door, words).await).await;
        }
    }
    tokio::time::resume();
    sandbox.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn what_only_drips_is_closed_at_every_door() {
    let (sandbox, doors, _folder) = doors().await;
    tokio::time::pause();
    let head = ("GET / HTTP/1.1\r\nHost: localhost\r\n", "X: y\r\n");
    let body =
        ("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: A.B\r\nContent-Length: 9999\r\n\r\n", "x");
    for door in doors {
        for (begin, drop) in [head, body] {
            let (reading, mut writing) = say(door, begin).await.into_split();
            let dripping = tokio::spawn(async move {
                // One every ten seconds, for longer than an hour.
                for _ in 0..400 {
                    if writing.write_all(drop.as_bytes()).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
                writing
            });
            let mut reading = reading;
            let mut told = Vec::new();
            let read = tokio::time::timeout(Duration::from_mins(30), reading.read_to_end(&mut told)).await;
            assert!(read.is_ok(), "{door} waits for {begin}");
            dripping.abort();
        }
    }
    tokio::time::resume();
    sandbox.stop(Duration::from_secs(5)).await;
}
