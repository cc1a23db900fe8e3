//! Floods: what is too much is told to wait, and leaves little behind.

use std::time::Duration;

use futures::StreamExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use viridian_shared::journal::EntryKind;

use crate::bench::{Listening, Told, config};

#[tokio::test]
async fn a_viewers_refused_commands_become_one_entry_and_then_have_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let cookie = console.choose("viewer-1").await;
    let mut statuses = Vec::new();
    let mut slowed = None;
    for _ in 0..200 {
        let told = console.post("/api/services/shop/start-pipeline", &cookie, "{}").await;
        statuses.push(told.status);
        if told.status == 429 {
            slowed = Some(told);
        }
    }
    let slowed = slowed.unwrap();
    assert!(slowed.header("retry-after").and_then(|it| it.parse::<u64>().ok()).is_some_and(|it| it >= 1));
    assert!(slowed.text.contains("Try again in"), "{}", slowed.text);
    let forbidden = statuses.iter().filter(|status| **status == 403).count();
    assert!((60..200).contains(&forbidden), "{forbidden} of 200 were judged");
    assert_eq!(console.get("/api/services", &cookie).await.status, 200, "who looks on is not kept from it");
    let app = console.app.clone();
    console.stop().await;
    drop(app);

    // The end of the process does not wait for the window: what was counted is written.
    let console = Listening::start(&config(folder.path(), "")).await;
    let entries = console.entries().await;
    let refused: Vec<_> = entries.iter().filter(|it| it.kind == EntryKind::Refused).collect();
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[0].text().contains(&format!("tried {} times more to ", forbidden - 1)), "{refused:?}");
    console.stop().await;
}

#[tokio::test]
async fn a_text_that_does_not_fit_is_written_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let cookie = console.choose("operator-1").await;
    let before = console.entries().await.len();
    let long = "x".repeat(480_000);
    let bodies = [
        ("start-run", format!(r#"{{"suite":"{long}","samples":1}}"#)),
        ("delete-suite", format!(r#"{{"name":"{long}","from":"x"}}"#)),
        ("stop-pipeline", format!(r#"{{"release":"r","abandon":true,"reason":"{long}"}}"#)),
        ("stop-execution", format!(r#"{{"machine":"swap","execution_arn":"{long}","reason":""}}"#)),
        ("start-run", r#"{"suite":"a\u202Eb","samples":1}"#.to_owned()),
        ("stop-pipeline", r#"{"release":"r","abandon":true,"reason":"a\u0000b"}"#.to_owned()),
    ];
    for (name, body) in bodies {
        let told = console.post(&format!("/api/services/shop/{name}"), &cookie, &body).await;
        assert_eq!(told.status, 422, "{name}: {}", &told.text[..told.text.len().min(600)]);
        assert!(told.text.len() < 2_000, "{name}");
    }
    assert_eq!(console.entries().await.len(), before);
    let sign_in = console.post("/api/session", "", &format!(r#"{{"name":"{long}"}}"#)).await;
    assert_eq!(sign_in.status, 422);
    console.stop().await;
}

#[tokio::test]
async fn one_person_and_all_of_them_have_so_many_streams() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let cookie = console.choose("viewer-1").await;
    let open = format!("GET /api/stream HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n");
    let mut held = Vec::new();
    for _ in 0..1_024 {
        held.push(opened(&console, &open).await);
    }
    let told = console.get("/api/stream", &cookie).await;
    assert_eq!(told.status, 429, "{}", told.text);
    assert!(told.header("retry-after").is_some());
    let other = console.choose("developer-1").await;
    // Another person has places of their own.
    let stream = opened(&console, &open.replace(&cookie, &other)).await;
    drop(held);
    let freed = async {
        while console.get("/metrics", "").await.text.lines().any(|line| line == "viridian_streams 1025") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), freed).await.unwrap();
    drop(stream);
    console.stop().await;
}

/// How often it was slowed, of so many times, a few of them at once.
async fn slowed<F: Future<Output = Told>>(times: usize, ask: impl Fn(usize) -> F) -> usize {
    let all = futures::stream::iter(0..times).map(ask).buffer_unordered(16);
    let slow = all.filter(|told| std::future::ready(told.status == 429));
    let sentences = slow.map(|told| assert!(told.text.contains("Try again in"), "{}", told.text));
    sentences.count().await
}

#[tokio::test]
async fn who_looks_or_signs_in_without_end_is_slowed_and_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let (cookie, other) = (console.choose("viewer-1").await, console.choose("developer-1").await);
    let looks = |_| console.get("/api/services", &cookie);
    assert!(slowed(1_500, looks).await > 0, "1,500 looks at once");
    assert_eq!(console.get("/api/services", &other).await.status, 200);
    let sign_ins = |_| console.post("/api/session", "", r#"{"name":"viewer-1"}"#);
    assert!(slowed(200, sign_ins).await > 0, "200 sign-ins at once");
    console.choose("approver-1").await;
    console.stop().await;
}

/// Thirty MiB of text take many times as much while they are read.
#[tokio::test]
async fn large_bodies_are_taken_a_few_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let begun = |cookie: &str, length: usize| {
        format!(
            "POST /api/services/shop/import-suite HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookie}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{\"name\":\""
        )
    };
    let is_full = |told: &Told| told.status == 429 && told.text.contains("An import of yours is under way");
    let mut held = Vec::new();
    for person in ["developer-1", "operator-1", "approver-1"] {
        let cookie = console.choose(person).await;
        let mut stream = TcpStream::connect(console.address).await.unwrap();
        stream.write_all(begun(&cookie, 30_000_000).as_bytes()).await.unwrap();
        held.push(stream);
        let own = async {
            while !is_full(&console.say(begun(&cookie, 9)).await) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), own).await.expect("one person has many");
    }
    let other = console.choose("approver-2").await;
    assert!(is_full(&console.say(begun(&other, 9)).await), "all of them have many");
    drop(held);
    let freed = async {
        while is_full(&console.say(begun(&other, 9)).await) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), freed).await.expect("no place is given back");
    console.stop().await;
}

/// A stream that has begun.
async fn opened(console: &Listening, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(console.address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    stream
}
