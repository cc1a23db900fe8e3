//! What is done to a journal behind the console's back, and that it is found and named.

use jiff::Timestamp;
use sqlx::{AnyPool, AssertSqlSafe};
use viridian_domain::{
    digest,
    port::{Fault, Intent, Journal, NewEntry},
};
use viridian_shared::{
    command::VoteOnGate,
    evidence::evidence,
    journal::{Deed, Fact, GateName, Intended, Intention},
    pipeline::GateKind,
    sample,
    vote::{Choice, Vote},
};
use viridian_store::{Anchor, Checks, Flaw, Key, Place, Store, Verified};

use crate::{
    Home,
    journal::{entry, intent, outcome, seen, whole},
};

const SECRET: &str = "a key that is nowhere near the journal";

fn key() -> Key {
    Key::new(SECRET).unwrap()
}

/// Ten entries: what was seen, an intent with its outcome (4 and 5), a vote (6 and 7), and an open intent (10).
async fn written(home: &Home, key: Option<Key>) -> Anchor {
    let store = home.open().await.with_key(key);
    for number in 1..=3 {
        store.append(seen(number)).await.unwrap();
    }
    store.open(intent(Some("k"))).await.unwrap();
    Journal::close(&store, outcome(4)).await.unwrap();
    vote(&store).await;
    for number in 8..=9 {
        store.append(seen(number)).await.unwrap();
    }
    store.open(intent(None)).await.unwrap();
    assert_eq!(whole(&store).await, 10);
    let head = store.head().await.unwrap().unwrap();
    store.close().await;
    head
}

async fn vote(store: &Store) {
    let snapshot = sample::testing();
    let command = VoteOnGate { seen: Vec::new(), ..sample::vote(&snapshot, Choice::Approve, "both phones") };
    let gate = GateName { kind: GateKind::ApproveSwap, title: "Approve swap".to_owned() };
    let body = serde_json::to_value(&command).unwrap();
    let cast = Vote {
        release: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        person: "kim".to_owned(),
        choice: Choice::Approve,
        comment: command.comment.clone(),
        at: Timestamp::UNIX_EPOCH,
        evidence: command.evidence.clone(),
        run: command.run.clone(),
        request: command.request.clone(),
        groups: vec!["qa".to_owned()],
        policy: "3f2a9c1b0d4e".to_owned(),
        seen: evidence(&snapshot).inputs,
    };
    let intention = Intention::Vote {
        command,
        gate: gate.clone(),
        evidence: evidence(&snapshot),
        tally: None,
        voters: vec!["kim".to_owned()],
        groups: cast.groups.clone(),
        policy: cast.policy.clone(),
    };
    let intended = Fact::Intended(Box::new(Intended { intention, press: digest::press("v", None) }));
    let release = Some(cast.release.clone());
    let new = NewEntry { release: release.clone(), ..entry(intended) };
    let intent = Intent { entry: new, body, key: None, fingerprint: "v".to_owned() };
    let number = store.open(intent).await.unwrap().number;
    let done = Fact::Done(Box::new(Deed::Vote { vote: cast, gate, tally: None, is_unsaid: false }));
    Journal::close(store, NewEntry { release, closes: Some(number), ..entry(done) }).await.unwrap();
}

/// Does something to the tables, with the triggers switched off for as long as it takes.
async fn forced(home: &Home, statements: &[&str]) {
    let raw = home.raw().await;
    let (off, on): (Vec<String>, Vec<String>) = if home.is_postgres() {
        let all = |how: &str| vec![format!("ALTER TABLE entries {how} TRIGGER ALL")];
        (all("DISABLE"), all("ENABLE"))
    } else {
        let ask = "SELECT sql FROM sqlite_master WHERE type = 'trigger'";
        let made: Vec<String> = sqlx::query_scalar(ask).fetch_all(&raw).await.unwrap();
        let names = ["entries_stay", "entries_remain"];
        (names.map(|name| format!("DROP TRIGGER {name}")).to_vec(), made)
    };
    for statement in off.iter().map(String::as_str).chain(statements.iter().copied()) {
        run(&raw, statement).await;
    }
    for statement in &on {
        run(&raw, statement).await;
    }
    raw.close().await;
}

async fn run(raw: &AnyPool, statement: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(raw).await;
    assert!(done.is_ok(), "{statement}: {done:?}");
}

/// As `viridian verify` does it: reading, and nothing else.
async fn verified(home: &Home, checks: &Checks) -> Verified {
    let store = Store::read_only(&home.place).await.unwrap();
    let verified = store.verify(checks).await.unwrap();
    store.close().await;
    verified
}

async fn flaws(home: &Home) -> Vec<Flaw> {
    verified(home, &Checks::default()).await.flaws
}

fn names(flaws: &[Flaw], words: &str) {
    assert!(flaws.iter().any(|flaw| flaw.to_string().contains(words)), "no “{words}” in {flaws:?}");
}

pub(crate) async fn one_byte_a_gap_and_a_swap_are_named(home: &Home) {
    written(home, None).await;
    let byte = "UPDATE entries SET fact = replace(fact, '\"to\":3', '\"to\":4') WHERE number = 2";
    forced(home, &[byte]).await;
    assert_eq!(flaws(home).await, [Flaw::Changed { number: 2 }]);
    forced(home, &["UPDATE entries SET fact = replace(fact, '\"to\":4', '\"to\":3') WHERE number = 2"]).await;
    assert_eq!(flaws(home).await, []);

    forced(
        home,
        &[
            "UPDATE entries SET number = 99 WHERE number = 2",
            "UPDATE entries SET number = 2 WHERE number = 3",
            "UPDATE entries SET number = 3 WHERE number = 99",
        ],
    )
    .await;
    assert_eq!(flaws(home).await.first(), Some(&Flaw::Swapped { number: 2, at: 3 }));
    forced(
        home,
        &[
            "UPDATE entries SET number = 99 WHERE number = 2",
            "UPDATE entries SET number = 2 WHERE number = 3",
            "UPDATE entries SET number = 3 WHERE number = 99",
        ],
    )
    .await;
    assert_eq!(flaws(home).await, []);

    forced(home, &["DELETE FROM entries WHERE number = 3"]).await;
    assert!(flaws(home).await.contains(&Flaw::Missing { number: 3 }));

    // A chain that is looked at from whatever entry comes first would hold: the beginning is known.
    forced(home, &["DELETE FROM entries WHERE number < 3"]).await;
    assert!(flaws(home).await.contains(&Flaw::Missing { number: 1 }));
}

pub(crate) async fn a_cut_tail_is_found_by_an_anchor(home: &Home) {
    let head = written(home, None).await;
    let cut = ["DELETE FROM intents WHERE entry > 7", "DELETE FROM entries WHERE number > 7"];
    forced(home, &cut).await;
    assert_eq!(flaws(home).await, [], "the chain alone cannot know");
    let checks = Checks { anchors: vec![head.clone()], ..Checks::default() };
    assert_eq!(verified(home, &checks).await.flaws, [Flaw::Cut { anchor: head.clone(), last: 7 }]);

    let all = ["DELETE FROM votes", "DELETE FROM intents", "DELETE FROM entries"];
    forced(home, &all).await;
    let empty = verified(home, &checks).await;
    assert_eq!((empty.head, empty.flaws), (None, vec![Flaw::Cut { anchor: head, last: 0 }]));
}

/// Writes the first entries anew, as somebody would who knows the rule of the chain.
async fn forge(home: &Home) {
    let other = tempfile::tempdir().unwrap();
    let forger = Home { place: Place::Folder(other.path().to_owned()) };
    let store = forger.open().await;
    store.append(seen(77)).await.unwrap();
    for number in 2..=3 {
        store.append(seen(number)).await.unwrap();
    }
    store.close().await;
    let raw = forger.raw().await;
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT number, fact, digest FROM entries").fetch_all(&raw).await.unwrap();
    raw.close().await;
    let mut statements: Vec<_> = rows
        .iter()
        .map(|(number, fact, digest)| {
            format!("UPDATE entries SET fact = '{fact}', digest = '{digest}' WHERE number = {number}")
        })
        .collect();
    statements.push("DELETE FROM votes".to_owned());
    statements.push("DELETE FROM intents".to_owned());
    statements.push("DELETE FROM entries WHERE number > 3".to_owned());
    let statements: Vec<_> = statements.iter().map(String::as_str).collect();
    forced(home, &statements).await;
}

pub(crate) async fn a_chain_that_was_made_anew_is_found_by_an_anchor_or_by_the_key(home: &Home) {
    written(home, Some(key())).await;
    let store = home.open().await;
    let third: Anchor = {
        let entry = store.since("shop", 2, 100).await.unwrap().remove(0);
        format!("{}:{}", entry.number, &entry.digest[..16]).parse().unwrap()
    };
    store.close().await;
    let sealed = Checks { key: Some(key()), ..Checks::default() };
    let before = verified(home, &sealed).await;
    assert_eq!((before.sealed, before.flaws), (10, Vec::new()));
    let other = Checks { key: Some(Key::new(&SECRET.replace('a', "b")).unwrap()), ..Checks::default() };
    assert!(verified(home, &other).await.flaws.contains(&Flaw::Seal { number: 1 }));

    forge(home).await;
    assert_eq!(flaws(home).await, [], "the chain alone cannot know");
    let anchored = Checks { anchors: vec![third], ..Checks::default() };
    names(&verified(home, &anchored).await.flaws, "forged: entry 3");
    assert!(verified(home, &sealed).await.flaws.contains(&Flaw::Seal { number: 1 }));
    forced(home, &["UPDATE entries SET seal = NULL"]).await;
    assert_eq!(verified(home, &sealed).await.flaws, [Flaw::Unsealed { number: 3 }]);
}

pub(crate) async fn an_edited_vote_and_an_edited_intent_are_named(home: &Home) {
    written(home, None).await;
    let raw = home.raw().await;
    let flaw = async |change: &str, back: &str, words: &str| {
        run(&raw, change).await;
        names(&flaws(home).await, words);
        run(&raw, back).await;
        assert_eq!(flaws(home).await, [], "after {back}");
    };
    for (column, from, to) in [
        ("vote", "approve", "reject"),
        ("vote", "both phones", "no phone"),
        ("vote", "kim", "lee"),
        ("release", sample::RELEASE, "other"),
        ("service", "shop", "other"),
    ] {
        let edit =
            |from: &str, to: &str| format!("UPDATE votes SET {column} = replace({column}, '{from}', '{to}')");
        flaw(&edit(from, to), &edit(to, from), "The vote of entry 7 was edited").await;
    }
    for (change, back) in [
        ("body = '{\"x\":1}'", "body = '{}'"),
        ("key = 'other'", "key = 'k'"),
        ("fingerprint = 'g'", "fingerprint = 'f'"),
        ("receipt = '{}'", "receipt = NULL"),
        ("outcome = NULL", "outcome = 5"),
        ("outcome = 3", "outcome = 5"),
    ] {
        let edit = |set: &str| format!("UPDATE intents SET {set} WHERE entry = 4");
        flaw(&edit(change), &edit(back), "The intent of entry 4 was edited").await;
    }
    run(&raw, "DELETE FROM votes").await;
    run(&raw, "DELETE FROM intents WHERE entry = 10").await;
    let found = flaws(home).await;
    names(&found, "The vote of entry 7 is missing");
    names(&found, "The intent of entry 10 is missing");
    run(&raw, "INSERT INTO votes (entry, service, release, vote) VALUES (2, 'shop', 'r', '{}')").await;
    names(&flaws(home).await, "The vote of entry 2 was added");
    raw.close().await;
}

pub(crate) async fn a_missing_trigger_is_named(home: &Home) {
    written(home, None).await;
    let raw = home.raw().await;
    let gone = if home.is_postgres() {
        ["ALTER TABLE entries DISABLE TRIGGER entries_remain", "DROP TRIGGER entries_stay ON entries"]
    } else {
        ["DROP TRIGGER entries_remain", "DROP TRIGGER entries_stay"]
    };
    run(&raw, gone[0]).await;
    assert_eq!(flaws(home).await, [Flaw::Trigger { name: "entries_remain" }]);
    run(&raw, gone[1]).await;
    if home.is_postgres() {
        return raw.close().await;
    }
    // One that does nothing is no trigger.
    let idle = "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT 1; END";
    run(&raw, idle).await;
    raw.close().await;
    names(&flaws(home).await, "The trigger entries_stay");
}

pub(crate) async fn a_journal_that_is_not_there_is_an_error_and_is_not_made(home: &Home) {
    let error = Store::read_only(&home.place).await.unwrap_err();
    assert_eq!(error.fault, Fault::Missing);
    if let Place::Folder(folder) = &home.place {
        assert!(std::fs::read_dir(folder).unwrap().next().is_none(), "nothing was made");
        let misspelt = Place::Folder(folder.join("misspelt"));
        assert_eq!(Store::read_only(&misspelt).await.unwrap_err().fault, Fault::Missing);
        assert!(!folder.join("misspelt").exists());
    }
}

pub(crate) async fn verifying_writes_nothing(home: &Home) {
    written(home, None).await;
    let store = Store::read_only(&home.place).await.unwrap();
    assert!(store.append(seen(1)).await.is_err());
    store.close().await;
    assert_eq!(verified(home, &Checks::default()).await.entries, 10);
}

pub(crate) async fn a_fact_of_a_newer_version_is_shown_as_such_and_keeps_its_place(home: &Home) {
    let store = home.open().await;
    store.append(seen(1)).await.unwrap();
    let json = "{\"foretold\":{\"by\":\"kim\",  \"odd\": 1}}".to_owned();
    let newer = entry(Fact::Newer { json: json.clone() });
    store.append(newer).await.unwrap();
    store.append(seen(2)).await.unwrap();
    assert_eq!(whole(&store).await, 3);
    let entries = store.since("shop", 0, 10).await.unwrap();
    assert_eq!(entries[1].fact, Fact::Newer { json });
    assert!(entries[1].text().contains("newer version"), "{}", entries[1].text());
}
