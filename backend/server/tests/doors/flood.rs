//! Floods: what is too much is told to wait, and leaves little behind.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use viridian_shared::journal::EntryKind;

use crate::bench::{Listening, config};

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
    assert!(refused[0].text().contains(&format!("Was refused {} times more.", forbidden - 1)), "{refused:?}");
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

/// A stream that has begun.
async fn opened(console: &Listening, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(console.address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    stream
}
