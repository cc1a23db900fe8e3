//! What the journal promises, wherever it is kept.

use jiff::Timestamp;
use serde_json::json;
use viridian_domain::{
    digest,
    port::{Fault, Intent, Journal, NewEntry, PageRequest},
};
use viridian_shared::{
    command::StartPipeline,
    journal::{Deed, Fact, Intended, Intention, Observation},
    snapshot::{ServiceIdentity, Snapshot},
};
use viridian_store::{Checks, Flaw, Session, Store};

use crate::Home;

/// An entry with this fact.
pub(crate) fn entry(fact: Fact) -> NewEntry {
    NewEntry {
        at: Timestamp::UNIX_EPOCH,
        service: "shop".to_owned(),
        release: None,
        person: Some("kim".to_owned()),
        fact,
        closes: None,
    }
}

/// Something that was seen, each time another thing.
pub(crate) fn seen(number: u32) -> NewEntry {
    let seen = Observation::DesiredCount { from: number, to: number + 1 };
    NewEntry { person: None, ..entry(Fact::Observed(Box::new(seen))) }
}

pub(crate) fn intent(key: Option<&str>) -> Intent {
    let intention = Intention::StartPipeline { command: StartPipeline {} };
    let press = digest::press("f", key);
    Intent {
        entry: entry(Fact::Intended(Box::new(Intended { intention, press }))),
        body: json!({}),
        key: key.map(str::to_owned),
        fingerprint: "f".to_owned(),
    }
}

pub(crate) fn outcome(closes: u64) -> NewEntry {
    let deed = Deed::StartPipeline { release: "r".to_owned() };
    NewEntry { closes: Some(closes), ..entry(Fact::Done(Box::new(deed))) }
}

/// How many entries there are, where all holds.
pub(crate) async fn whole(store: &Store) -> u64 {
    let verified = store.verify(&Checks::default()).await.unwrap();
    assert_eq!(verified.flaws, []);
    verified.entries
}

pub(crate) async fn entries_are_numbered_without_gaps_by_many_writers_at_once(home: &Home) {
    let store = home.open().await;
    let append = |number: u32| {
        let store = store.clone();
        tokio::spawn(async move { store.append(seen(number)).await })
    };
    let writers: Vec<_> = (0..40).map(append).collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(whole(&store).await, 40);
    assert_eq!(*store.newest().borrow(), 40);
}

pub(crate) async fn an_entry_cannot_be_changed_and_a_forced_change_is_found(home: &Home) {
    let store = home.open().await;
    for number in 1..=3 {
        store.append(seen(number)).await.unwrap();
    }
    store.close().await;
    let raw = home.raw().await;
    let change = "UPDATE entries SET fact = '{}' WHERE number = 2";
    assert!(sqlx::query(change).execute(&raw).await.is_err());
    assert!(sqlx::query("DELETE FROM entries WHERE number = 3").execute(&raw).await.is_err());
    let force = if home.is_postgres() {
        "ALTER TABLE entries DISABLE TRIGGER entries_stay"
    } else {
        "DROP TRIGGER entries_stay"
    };
    sqlx::query(force).execute(&raw).await.unwrap();
    sqlx::query(change).execute(&raw).await.unwrap();
    raw.close().await;
    let flaws = home.open().await.verify(&Checks::default()).await.unwrap().flaws;
    assert_eq!(flaws, [Flaw::Changed { number: 2 }, Flaw::Trigger { name: "entries_stay" }]);
}

pub(crate) async fn an_intent_stays_open_over_a_restart_and_is_closed_once(home: &Home) {
    let store = home.open().await;
    store.open(intent(Some("k"))).await.unwrap();
    drop(store);

    let store = home.open().await;
    let open = store.open_intents("shop").await.unwrap();
    assert_eq!(open.first().map(|intent| intent.entry.number), Some(1));
    assert_eq!(store.kept("k").await.unwrap().unwrap().receipt, None);
    Journal::close(&store, outcome(1)).await.unwrap();
    let twice = Journal::close(&store, outcome(1)).await.unwrap_err();
    assert_eq!(twice.fault, Fault::Conflict);
    assert_eq!(store.kept("k").await.unwrap().unwrap().receipt.unwrap().started.as_deref(), Some("r"));
    assert_eq!(whole(&store).await, 2);
}

pub(crate) async fn pages_lead_from_the_newest_entry_to_the_first(home: &Home) {
    let store = home.open().await;
    for number in 1..=5 {
        store.append(seen(number)).await.unwrap();
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

pub(crate) async fn two_consoles_share_one_journal(home: &Home) {
    let (one, other) = (home.open().await, home.open().await);
    let append = |number: u32| {
        let store = if number.is_multiple_of(2) { one.clone() } else { other.clone() };
        tokio::spawn(async move { store.append(seen(number)).await })
    };
    let writers: Vec<_> = (0..20).map(append).collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(whole(&one).await, 20);
}

pub(crate) async fn an_observation_and_its_snapshot_are_kept_together(home: &Home) {
    let store = home.open().await;
    let identity = ServiceIdentity {
        name: "shop".to_owned(),
        region: "r".to_owned(),
        sandbox: false,
        production_url: None,
        test_url: None,
        repository_url: None,
    };
    let mut snapshot = Snapshot::new(identity);
    assert_eq!(store.observed("shop").await.unwrap(), None);
    store.observe(vec![seen(1)], &snapshot).await.unwrap();
    snapshot.revision = 2;
    store.observe(Vec::new(), &snapshot).await.unwrap();
    drop(store);
    let store = home.open().await;
    assert_eq!(store.observed("shop").await.unwrap(), Some(snapshot));
    assert_eq!(*store.newest().borrow(), 1);
}

pub(crate) async fn a_session_is_known_until_it_ends_or_grows_old(home: &Home) {
    let store = home.open().await;
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    let kim = Session { person: "kim".to_owned(), stamp: "s".to_owned() };
    store.sign_in("digest", &kim, at(1_000)).await.unwrap();
    assert_eq!(store.signed_in("other", at(0)).await.unwrap(), None);
    assert_eq!(store.signed_in("digest", at(1_001)).await.unwrap(), None);
    assert_eq!(store.signed_in("digest", at(1_000)).await.unwrap(), Some(kim));
    store.sign_out("digest").await.unwrap();
    assert_eq!(store.signed_in("digest", at(0)).await.unwrap(), None);

    let lee = Session { person: "lee".to_owned(), stamp: "s".to_owned() };
    for second in 1..=60 {
        store.sign_in(&format!("lee {second}"), &lee, at(second)).await.unwrap();
    }
    assert_eq!(store.signed_in("lee 10", at(0)).await.unwrap(), None, "the oldest give way");
    assert_eq!(store.forget_sessions(at(60)).await.unwrap(), 49);
    assert_eq!(store.signed_in("lee 60", at(0)).await.unwrap(), Some(lee));
    store.ready().await.unwrap();
}
