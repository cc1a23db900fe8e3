//! A database that sleeps: it takes connections and answers nobody until it is awake.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};
use viridian_domain::port::{Fault, Journal, NewEntry, PageRequest, Wait};
use viridian_shared::sample;
use viridian_store::{Place, Store};

use crate::postgres::Server;

/// What stands before a database as Aurora's own door does.
struct Door {
    folder: tempfile::TempDir,
    is_awake: watch::Sender<bool>,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl Door {
    /// Leads to the socket in this folder.
    fn before(database: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let is_awake = watch::Sender::new(true);
        let (awake, target): (_, Arc<PathBuf>) = (is_awake.clone(), Arc::new(database.join(SOCKET)));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (mut awake, target) = (awake.subscribe(), Arc::clone(&target));
                tokio::spawn(async move {
                    awake.wait_for(|awake| *awake).await.unwrap();
                    let mut database = UnixStream::connect(target.as_path()).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut database) => {}
                        _ = awake.wait_for(|awake| !awake) => {}
                    }
                });
            }
        });
        Self { folder, is_awake }
    }

    fn place(&self, database: &str) -> Place {
        Place::Database(format!("postgres:///{database}?user=viridian&host={}", self.folder.path().display()))
    }
}

fn entry() -> NewEntry {
    NewEntry {
        at: Timestamp::UNIX_EPOCH,
        service: "shop".to_owned(),
        release: None,
        person: None,
        fact: sample::facts().remove(0),
        closes: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_wakes_is_told_and_loses_nothing() {
    let server = Server::start().await;
    server.database("asleep").await;
    let door = Door::before(server.folder());
    let store = Store::at(&door.place("asleep")).await.unwrap();
    store.append(entry()).await.unwrap();
    let mut waking = store.waking();
    assert_eq!(*waking.borrow_and_update(), Wait::default());
    for _ in 0..2 {
        door.is_awake.send_replace(false);
        let before = *store.newest().borrow();
        let mut asked = JoinSet::new();
        for _ in 0..3 {
            let store = store.clone();
            asked.spawn(async move { store.append(entry()).await.unwrap().number });
        }
        // Whoever only looks is told as well, and whoever goes away is forgotten.
        let reader = store.clone();
        let reader = tokio::spawn(async move { reader.since("shop", 0, 1).await.map(|it| it.len()) });
        waking.wait_for(|wait| wait.waiting == 4).await.unwrap();
        reader.abort();
        waking.wait_for(|wait| wait.waiting == 3).await.unwrap();
        door.is_awake.send_replace(true);
        let mut numbers = asked.join_all().await;
        numbers.sort_unstable();
        assert_eq!(numbers, [before + 1, before + 2, before + 3]);
        waking.wait_for(|wait| wait.waiting == 0).await.unwrap();
        let ask = PageRequest { limit: 100, ..PageRequest::default() };
        let page = store.page(&ask).await.unwrap();
        assert_eq!(page.entries.len() as u64, before + 3, "nothing is lost, and nothing written twice");
    }
    store.close().await;
}

#[tokio::test]
async fn a_journal_that_does_not_wake_is_said_lets_nobody_wait_for_ever_and_is_right_again() {
    let server = Server::start().await;
    server.database("lost").await;
    let door = Door::before(server.folder());
    let store = Store::at(&door.place("lost")).await.unwrap();
    store.append(entry()).await.unwrap();
    let before = *store.newest().borrow();
    door.is_awake.send_replace(false);
    let mut waking = store.waking();
    // From here on nobody answers, so the clock goes on by itself.
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let error = store.append(entry()).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_mins(1), "a load balancer gives up before");
    assert_eq!(error.fault, Fault::Unreachable);
    assert!(error.sentence().contains("try again"), "{}", error.sentence());
    assert_eq!(*waking.borrow_and_update(), Wait { waiting: 0, is_lost: true });
    let asking = tokio::spawn({
        let store = store.clone();
        async move { store.ask_again().await }
    });
    // It asks again, in vain.
    waking.wait_for(|wait| wait.waiting == 1).await.unwrap();
    waking.wait_for(|wait| wait.waiting == 0).await.unwrap();
    assert!(waking.borrow().is_lost);
    door.is_awake.send_replace(true);
    tokio::time::advance(Duration::from_mins(1)).await;
    tokio::time::resume();
    // Nobody else asks, and still it is found out.
    waking.wait_for(|wait| !wait.is_lost).await.unwrap();
    assert_eq!(store.append(entry()).await.unwrap().number, before + 1, "what was refused was not written");
    asking.abort();
    store.close().await;
}
