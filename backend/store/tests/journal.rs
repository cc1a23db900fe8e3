//! The journal on disk: numbered without gaps, chained, kept over a restart, closed once.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use viridian_domain::port::{Fault, Intent, Journal, Line, Outcome, PageRequest};
use viridian_shared::{command::Receipt, journal::EntryKind};
use viridian_store::{Broken, Store};

async fn open(folder: &Path) -> Store {
    Store::open(&folder.join("journal.sqlite")).await.unwrap()
}

fn line(kind: EntryKind, text: &str) -> Line {
    Line {
        at: Timestamp::UNIX_EPOCH,
        service: "shop".to_owned(),
        release: None,
        person: Some("kim".to_owned()),
        kind,
        about: "start-pipeline".to_owned(),
        text: text.to_owned(),
        closes: None,
    }
}

fn intent(key: Option<&str>) -> Intent {
    Intent {
        line: line(EntryKind::Intent, "is about to start"),
        body: json!({}),
        key: key.map(str::to_owned),
        fingerprint: "f".to_owned(),
    }
}

fn outcome(closes: u64) -> Outcome {
    let receipt = Receipt { entry: closes, message: "Started.".to_owned(), started: None };
    let line = Line { closes: Some(closes), ..line(EntryKind::Done, "started") };
    Outcome { line, receipt: Some(receipt), vote: None }
}

#[tokio::test]
async fn entries_are_numbered_without_gaps_by_many_writers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let append = |number: u32| {
        let store = store.clone();
        tokio::spawn(async move { store.append(line(EntryKind::Observed, &number.to_string())).await })
    };
    let writers: Vec<_> = (0..40).map(append).collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(store.verify().await.unwrap(), Ok(40));
    assert_eq!(*store.newest().borrow(), 40);
}

#[tokio::test]
async fn an_entry_cannot_be_changed_and_a_forced_change_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for text in ["one", "two", "three"] {
        store.append(line(EntryKind::Observed, text)).await.unwrap();
    }
    store.close().await;
    let url = format!("sqlite://{}", folder.path().join("journal.sqlite").display());
    let raw = sqlx::SqlitePool::connect(&url).await.unwrap();
    let change = "UPDATE entries SET text = 'other' WHERE number = 2";
    assert!(sqlx::query(change).execute(&raw).await.is_err());
    sqlx::query("DROP TRIGGER entries_stay").execute(&raw).await.unwrap();
    sqlx::query(change).execute(&raw).await.unwrap();
    raw.close().await;
    assert_eq!(open(folder.path()).await.verify().await.unwrap(), Err(Broken { number: 2 }));
}

#[tokio::test]
async fn an_intent_stays_open_over_a_restart_and_is_closed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.open(intent(Some("k"))).await.unwrap();
    drop(store);

    let store = open(folder.path()).await;
    let open = store.open_intents("shop").await.unwrap();
    assert_eq!(open.first().map(|intent| intent.entry.number), Some(1));
    assert_eq!(store.kept("k").await.unwrap().unwrap().receipt, None);
    Journal::close(&store, outcome(1)).await.unwrap();
    let twice = Journal::close(&store, outcome(1)).await.unwrap_err();
    assert_eq!(twice.fault, Fault::Conflict);
    assert_eq!(store.kept("k").await.unwrap().unwrap().receipt.unwrap().message, "Started.");
    assert_eq!(store.verify().await.unwrap(), Ok(2));
}

#[tokio::test]
async fn pages_lead_from_the_newest_entry_to_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for number in 1..=5 {
        store.append(line(EntryKind::Observed, &number.to_string())).await.unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let ask = PageRequest { service: Some("shop".to_owned()), before, limit: 2 };
        let page = store.page(&ask).await.unwrap();
        seen.extend(page.entries.iter().map(|entry| entry.number));
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let numbers: Vec<_> = store.since("shop", 2, 2).await.unwrap().iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [4, 5]);
}
