//! Intents, votes, rulings and accepted noise, held against the facts that speak of them.

use std::collections::HashSet;

use futures::TryStreamExt;
use serde_json::Value;
use sqlx::{Row, any::AnyRow};
use viridian_domain::digest;
use viridian_shared::{
    command::AcceptNoise,
    comparison::{finding::Ruling, suite::NoiseRule},
    vote::{Choice, Vote},
};

use super::{
    Flaw, Verified,
    flaw::Beside,
    told::{self, Told, said},
};
use crate::{Store, column::from_json};

/// Digits of the evidence that the first format wrote.
const WRITTEN: usize = 12;

pub(super) async fn check(store: &Store, told: &Told, found: &mut Verified) -> Result<(), sqlx::Error> {
    intents(store, told, found).await?;
    votes(store, told, found).await?;
    rulings(store, told, found).await?;
    noise(store, told, found).await
}

fn number(row: &AnyRow) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<i64, _>("entry")?.unsigned_abs())
}

async fn intents(store: &Store, told: &Told, found: &mut Verified) -> Result<(), sqlx::Error> {
    let mut seen = HashSet::new();
    let mut rows = sqlx::query("SELECT * FROM intents ORDER BY entry").fetch(&store.readers);
    while let Some(row) = rows.try_next().await? {
        let entry = number(&row)?;
        seen.insert(entry);
        let what = Beside::Intent;
        match told.intents.get(&entry) {
            None => found.add(Flaw::Stray { what, entry }),
            Some(intent) => {
                if let Some(part) = edited_intent(&row, intent)? {
                    found.add(Flaw::Edited { what, entry, part });
                }
            }
        }
    }
    let mut absent: Vec<_> = told.intents.keys().filter(|entry| !seen.contains(entry)).collect();
    absent.sort();
    for entry in absent {
        found.add(Flaw::Absent { what: Beside::Intent, entry: *entry });
    }
    Ok(())
}

/// What of a row is not what the entry says.
fn edited_intent(row: &AnyRow, intent: &told::Intent) -> Result<Option<&'static str>, sqlx::Error> {
    let (key, fingerprint): (Option<String>, String) = (row.try_get("key")?, row.try_get("fingerprint")?);
    let (body, receipt): (String, Option<String>) = (row.try_get("body")?, row.try_get("receipt")?);
    let outcome = row.try_get::<Option<i64>, _>("outcome")?.map(i64::unsigned_abs);
    let is_body = |command: &String| {
        let body = serde_json::from_str::<Value>(&body).ok();
        body.is_some_and(|body| said(&body) == *command)
    };
    let is_press = |press: &String| digest::press(&fingerprint, key.as_deref()) == *press;
    Ok(if row.try_get::<String, _>("service")? != intent.service {
        Some("service")
    } else if outcome != intent.outcome {
        Some("outcome")
    } else if !intent.command.as_ref().is_none_or(is_body) {
        Some("command")
    } else if !intent.press.as_ref().is_none_or(is_press) {
        Some("key or fingerprint")
    } else if intent.press.is_some() && receipt.is_some() {
        Some("receipt")
    } else {
        None
    })
}

async fn votes(store: &Store, told: &Told, found: &mut Verified) -> Result<(), sqlx::Error> {
    let (what, mut seen) = (Beside::Vote, HashSet::new());
    let mut rows = sqlx::query("SELECT * FROM votes ORDER BY entry").fetch(&store.readers);
    while let Some(row) = rows.try_next().await? {
        let entry = number(&row)?;
        seen.insert(entry);
        match told.votes.get(&entry) {
            None => found.add(Flaw::Stray { what, entry }),
            Some(vote) => {
                if let Some(part) = edited_vote(&row, vote)? {
                    found.add(Flaw::Edited { what, entry, part });
                }
            }
        }
    }
    let mut absent: Vec<_> = told.votes.keys().filter(|entry| !seen.contains(entry)).collect();
    absent.sort();
    for entry in absent {
        found.add(Flaw::Absent { what, entry: *entry });
    }
    Ok(())
}

fn edited_vote(row: &AnyRow, told: &told::Vote) -> Result<Option<&'static str>, sqlx::Error> {
    let text: String = row.try_get("vote")?;
    let (Ok(vote), Ok(value)) = (from_json::<Vote>(&text), from_json::<Value>(&text)) else {
        return Ok(Some("text"));
    };
    let release: String = row.try_get("release")?;
    let is_written = |of: &String| said(&value) == *of;
    Ok(if row.try_get::<String, _>("service")? != told.service {
        Some("service")
    } else if release != vote.release || told.release.as_ref().is_some_and(|it| *it != release) {
        Some("release")
    } else if Some(&vote.person) != told.person.as_ref() {
        Some("person")
    } else {
        match &told.cast {
            Some(of) => (!is_written(of)).then_some("choice, comment, evidence or moment"),
            None => edited_first(&vote, &told.texts),
        }
    })
}

/// Of a vote of the first format the entries hold choice, comment, run and the first digits of the evidence.
fn edited_first(vote: &Vote, (intended, done): &(String, String)) -> Option<&'static str> {
    let verb = if vote.choice == Choice::Approve { "approved " } else { "rejected " };
    let evidence = vote.evidence.get(..WRITTEN).unwrap_or(&vote.evidence);
    if !done.starts_with(verb) {
        Some("choice")
    } else if !done.contains(&vote.comment) {
        Some("comment")
    } else if !intended.ends_with(evidence) {
        Some("evidence")
    } else if vote.run.as_ref().is_some_and(|run| !done.contains(&format!("run {run} "))) {
        Some("run")
    } else {
        None
    }
}

async fn rulings(store: &Store, told: &Told, found: &mut Verified) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT * FROM rulings ORDER BY entry").fetch(&store.readers);
    while let Some(row) = rows.try_next().await? {
        let (what, entry) = (Beside::Ruling, number(&row)?);
        let Some(intent) = told.rules(entry) else {
            found.add(Flaw::Stray { what, entry });
            continue;
        };
        let text: String = row.try_get("ruling")?;
        let (ruling, value) = (from_json::<Ruling>(&text).ok(), from_json::<Value>(&text).ok());
        let is_by = ruling.as_ref().is_some_and(|ruling| Some(&ruling.by) == intent.person.as_ref());
        let is_said = told.rulings.get(&entry).is_none_or(|of| value.as_ref().map(said).as_ref() == Some(of));
        if row.try_get::<String, _>("service")? != intent.service {
            found.add(Flaw::Edited { what, entry, part: "service" });
        } else if !is_by || !is_said {
            found.add(Flaw::Edited { what, entry, part: "text" });
        }
    }
    Ok(())
}

async fn noise(store: &Store, told: &Told, found: &mut Verified) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT * FROM noise ORDER BY entry").fetch(&store.readers);
    while let Some(row) = rows.try_next().await? {
        let (what, entry) = (Beside::Noise, number(&row)?);
        let Some(intent) = told.intends::<AcceptNoise>(entry) else {
            found.add(Flaw::Stray { what, entry });
            continue;
        };
        let rule = from_json::<NoiseRule>(&row.try_get::<String, _>("rule")?).ok();
        let suite: String = row.try_get("suite")?;
        let is_it = |rule: &NoiseRule, command: &AcceptNoise| {
            rule.name == command.name.trim()
                && rule.probe == command.probe
                && rule.place == command.place
                && rule.reason == command.reason.trim()
                && suite == command.suite
        };
        let is_said = match (&rule, &intent.noise) {
            (Some(rule), Some(command)) => is_it(rule, command),
            (rule, None) => rule.is_some(),
            (None, Some(_)) => false,
        };
        if !is_said || row.try_get::<String, _>("service")? != intent.service {
            found.add(Flaw::Edited { what, entry, part: "rule" });
        }
    }
    Ok(())
}
