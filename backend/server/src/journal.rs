//! The journal as the server opens, anchors and verifies it.

use std::{path::Path, time::Duration};

use jiff::Timestamp;
use tokio::{
    fs::{self, OpenOptions},
    io::AsyncWriteExt as _,
};
use tokio_util::sync::CancellationToken;
use viridian_domain::port::{Journal as _, error::chain};
use viridian_store::{Anchor, Checks, Head, Key, Place, Store, Verified};

/// The environment variable with the journal's key.
pub const KEY: &str = "VIRIDIAN_JOURNAL_KEY";
/// How often a head that has moved is anchored.
const PERIOD: Duration = Duration::from_mins(1);
/// How often the log is told of the head.
const LOGGED: u32 = 60;

/// Opens the journal to be written, with the key of the environment.
pub(crate) async fn open(place: &Place) -> Result<Store, String> {
    let key = key()?;
    if let Place::Folder(folder) = place {
        let shown = folder.display();
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|error| format!("The data folder {shown} cannot be made: {error}."))?;
    }
    let store = Store::at(place).await;
    let store =
        store.map_err(|error| format!("The journal in {place} cannot be opened: {}.", chain(&error)))?;
    Ok(store.with_key(key))
}

fn key() -> Result<Option<Key>, String> {
    match std::env::var(KEY) {
        Ok(secret) => Key::new(&secret).map(Some).map_err(|wrong| format!("{KEY}: {wrong}")),
        Err(_) => Ok(None),
    }
}

/// Keeps heads of the journal elsewhere until it is told to stop: in the log at the start, every hour and at the
/// end, and in a file after every minute in which something was written.
pub(crate) async fn anchor(store: Store, file: Option<std::path::PathBuf>, stop: CancellationToken) {
    let (mut kept, mut logged, mut head) = (None, None, None);
    let mut newest = store.newest();
    newest.mark_changed();
    for minute in 0_u32.. {
        // A database that sleeps is not woken for a head that has not moved.
        if newest.has_changed().unwrap_or_default() {
            newest.mark_unchanged();
            match store.head().await {
                Ok(found) => head = found,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "the journal’s head is not known");
                    newest.mark_changed();
                }
            }
        }
        if let Some(head) = &head {
            if logged.as_ref() != Some(head) && (minute.is_multiple_of(LOGGED) || stop.is_cancelled()) {
                tracing::info!(journal.head = %head, "the journal’s head");
                logged = Some(head.clone());
            }
            if let Some(file) = file.as_deref().filter(|_| kept.as_ref() != Some(head)) {
                match write(file, head).await {
                    Ok(()) => kept = Some(head.clone()),
                    Err(error) => {
                        tracing::error!(%error, file = %file.display(), "the journal is not anchored");
                    }
                }
            }
        }
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// Appends a line: the head, and when.
async fn write(file: &Path, head: &Head) -> Result<(), std::io::Error> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(file).await?;
    file.write_all(format!("{head} {}\n", Timestamp::now()).as_bytes()).await?;
    file.sync_data().await
}

/// The heads of a file that [`anchor`] wrote.
async fn anchors(file: &Path) -> Result<Vec<Anchor>, String> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .await
        .map_err(|error| format!("The anchors in {shown} cannot be read: {error}."))?;
    let heads = text.lines().map(|line| line.split_whitespace().next().unwrap_or_default());
    let heads: Result<Vec<Anchor>, String> = heads.filter(|head| !head.is_empty()).map(str::parse).collect();
    let heads = heads.map_err(|wrong| format!("The anchors in {shown} are not right: {wrong}"))?;
    if heads.is_empty() {
        return Err(format!("There is no anchor in {shown}."));
    }
    Ok(heads)
}

/// `viridian verify`: reads the journal, changes nothing, and says what it is and whether it holds.
pub async fn verify(place: &Place, expected: Vec<Anchor>, file: Option<&Path>) -> Result<(), String> {
    let key = key()?;
    let is_sealed = key.is_some();
    let mut checks = Checks { key, anchors: expected };
    if let Some(file) = file {
        checks.anchors.extend(anchors(file).await?);
    }
    let unread = |error| format!("The journal in {place} cannot be read: {}", sentence(&error));
    let store = Store::read_only(place).await.map_err(unread)?;
    let verified = store.verify(&checks).await.map_err(unread)?;
    store.close().await;
    tell(&verified, &checks, is_sealed)
}

/// What the store says of itself, or the whole chain of causes.
fn sentence(error: &viridian_domain::port::PortError) -> String {
    if error.message.is_empty() { format!("{}.", chain(error)) } else { error.sentence() }
}

#[expect(clippy::print_stdout, reason = "it is what was asked for")]
fn tell(verified: &Verified, checks: &Checks, is_sealed: bool) -> Result<(), String> {
    println!("Entries: {}", verified.entries);
    if let Some(head) = &verified.head {
        println!("Head: {head}");
    }
    println!("Sealed: {}{}", verified.sealed, if is_sealed { "" } else { " (no key was given)" });
    println!("Anchors: {}", checks.anchors.len());
    if verified.is_whole() {
        println!("The journal holds.");
        return Ok(());
    }
    let flaws: Vec<_> = verified.flaws.iter().map(ToString::to_string).collect();
    Err(format!("The journal does not hold:\n  {}", flaws.join("\n  ")))
}
