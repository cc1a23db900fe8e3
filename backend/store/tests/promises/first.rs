//! A journal of before: a console of the first format wrote it, and one of today reads it on.

use serde_json::Value;
use viridian_domain::port::{Journal, PageRequest};
use viridian_shared::sample;

use crate::{Home, journal::whole};

/// A journal that a console of the first format wrote, and what it showed of it.
const FIRST: &[u8] = include_bytes!("../fixture/journal-1.sqlite");
const SHOWN: &str = include_str!("../fixture/journal-1.json");

#[tokio::test]
async fn a_journal_of_the_first_format_opens_holds_and_reads_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("journal.sqlite"), FIRST).unwrap();
    let home = Home { place: viridian_store::Place::Folder(folder.path().to_owned()) };
    let shown: Value = serde_json::from_str(SHOWN).unwrap();
    let entries = shown["entries"].as_array().unwrap();

    // Before a console of today has touched it, and after.
    let unopened = viridian_store::Store::read_only(&home.place).await.unwrap();
    assert_eq!(whole(&unopened).await, entries.len() as u64);
    unopened.close().await;
    let store = home.open().await;
    assert_eq!(whole(&store).await, entries.len() as u64);

    let page = store.page(&PageRequest { limit: 500, ..PageRequest::default() }).await.unwrap();
    for (entry, shown) in page.entries.iter().zip(entries) {
        let now = serde_json::to_value(entry).unwrap();
        for field in
            ["number", "at", "service", "release", "person", "kind", "about", "text", "closes", "digest"]
        {
            assert_eq!(now[field], shown[field], "{field} of {shown}");
        }
    }
    let votes = store.votes("shop", sample::RELEASE).await.unwrap();
    assert_eq!(serde_json::to_value(votes).unwrap(), shown["votes"]);
    assert!(store.kept("k1").await.unwrap().unwrap().receipt.is_some());

    // It goes on in the second format, and what was left open is closed.
    let open = store.open_intents("shop").await.unwrap();
    assert_eq!(open.len(), 1);
    let number = open[0].entry.number;
    Journal::close(&store, crate::journal::outcome(number)).await.unwrap();
    assert_eq!(whole(&store).await, entries.len() as u64 + 1);
}

#[tokio::test]
async fn an_edited_vote_of_the_first_format_is_named() {
    for edit in [
        "UPDATE votes SET vote = replace(vote, 'approve', 'reject')",
        "UPDATE votes SET vote = replace(vote, 'checked', 'looked')",
        "UPDATE votes SET vote = replace(vote, '\"evidence\":\"', '\"evidence\":\"0')",
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("journal.sqlite"), FIRST).unwrap();
        let home = Home { place: viridian_store::Place::Folder(folder.path().to_owned()) };
        let raw = home.raw().await;
        sqlx::raw_sql(edit).execute(&raw).await.unwrap();
        raw.close().await;
        let store = home.open().await;
        let flaws = store.verify(&viridian_store::Checks::default()).await.unwrap().flaws;
        assert!(flaws.iter().any(|flaw| flaw.to_string().contains("The vote of entry")), "{edit}: {flaws:?}");
    }
}
