//! The triggers that keep entries as they are: there, switched on, and as they were made.

use sqlx::Row;

use super::{Flaw, Verified};
use crate::{Store, place::Kind};

/// As the first migration for SQLite makes them.
const FOR_SQLITE: [(&str, &str); 2] = [
    (
        "entries_stay",
        "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END",
    ),
    (
        "entries_remain",
        "CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END",
    ),
];

/// As PostgreSQL describes those of its first migration; schemas aside.
const FOR_POSTGRES: [(&str, &str); 2] = [
    (
        "entries_stay",
        "CREATE TRIGGER entries_stay BEFORE DELETE OR UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION entries_stay()",
    ),
    (
        "entries_remain",
        "CREATE TRIGGER entries_remain BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION entries_stay()",
    ),
];
/// What the function of both does.
const BODY: &str = "BEGIN RAISE EXCEPTION 'an entry is never changed or deleted'; END";

pub(super) async fn check(store: &Store, found: &mut Verified) -> Result<(), sqlx::Error> {
    let (ask, expected) = match store.kind {
        Kind::Sqlite => ("SELECT name, sql AS made FROM sqlite_master WHERE type = 'trigger'", FOR_SQLITE),
        // Those that are switched off, or fire for replicas only, are as good as missing; so is another function.
        Kind::Postgres => (
            "SELECT CAST(tgname AS TEXT) AS name,
                    CASE WHEN tgenabled IN ('O', 'A') THEN pg_get_triggerdef(pg_trigger.oid, true) ELSE '' END AS made,
                    prosrc AS body
             FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
             WHERE tgrelid = CAST('entries' AS regclass)",
            FOR_POSTGRES,
        ),
    };
    let rows = sqlx::query(ask).fetch_all(&store.readers).await?;
    for (name, made) in expected {
        let mut holds = false;
        for row in &rows {
            let body: Option<String> = row.try_get("body").unwrap_or_default();
            holds |= row.try_get::<String, _>("name")? == name
                && plain(&row.try_get::<String, _>("made")?) == plain(made)
                && body.is_none_or(|body| plain(&body) == plain(BODY));
        }
        if !holds {
            found.add(Flaw::Trigger { name });
        }
    }
    Ok(())
}

/// Without what only looks different: spaces, the case of words, a last semicolon, the name of a schema.
fn plain(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").to_ascii_lowercase().replace("public.", "").trim_end_matches(';').trim().to_owned()
}
