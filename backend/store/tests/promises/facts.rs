//! Facts on the disk: any of them is read as it was written, told, and holds.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use viridian_domain::port::Journal;
use viridian_shared::{
    journal::{EntryKind, Fact, sentence},
    sample,
};
use viridian_store::canonical;

use crate::{
    Home,
    journal::{entry, whole},
};

/// A fact whose texts and numbers are any.
fn any_fact() -> impl Strategy<Value = Fact> {
    let texts = prop::collection::vec(any::<String>(), 1..4);
    (0..sample::facts().len(), texts, 0_u32..100_000).prop_map(|(index, texts, number)| {
        let sample = sample::facts().remove(index);
        let mut value = serde_json::to_value(&sample).unwrap();
        let mut nth = 0;
        vary(&mut value, &mut |leaf| {
            nth += 1;
            match leaf {
                Value::String(text) => texts[nth % texts.len()].clone_into(text),
                Value::Number(_) => *leaf = Value::from(number),
                _ => {}
            }
        });
        // Where a text is a moment or a word of a list, the sample stays as it is.
        serde_json::from_value(value).unwrap_or(sample)
    })
}

/// The texts and numbers that are free: those whose keys promise no form.
fn vary(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    const FREE: [&str; 20] = [
        "reason",
        "comment",
        "title",
        "name",
        "message",
        "suite",
        "machine",
        "execution",
        "run",
        "path",
        "error",
        "summary",
        "image",
        "said",
        "text",
        "value",
        "from",
        "to",
        "desired_count",
        "running_count",
    ];
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if FREE.contains(&key.as_str()) && (value.is_string() || value.is_number()) {
                    change(value);
                } else {
                    vary(value, change);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| vary(value, change)),
        _ => {}
    }
}

pub(crate) async fn any_fact_is_read_as_it_was_written_told_and_verified(home: &Home) {
    let store = home.open().await;
    let mut runner = TestRunner::new(Config::default());
    let mut written = Vec::new();
    for _ in 0..120 {
        let fact = any_fact().new_tree(&mut runner).unwrap().current();
        // An intent is not without what is kept beside it, and those have tests of their own; nor has PostgreSQL a
        // place for the byte 0.
        let is_intent = fact.kind() == Some(EntryKind::Intent);
        let json = canonical(&fact).unwrap();
        if is_intent || json.contains("\\u0000") || matches!(fact, Fact::Prose { .. } | Fact::Newer { .. }) {
            continue;
        }
        store.append(entry(fact.clone())).await.unwrap();
        written.push(fact);
    }
    assert_eq!(whole(&store).await, written.len() as u64);
    let entries = store.since("shop", 0, 500).await.unwrap();
    for (entry, fact) in entries.iter().zip(&written) {
        assert_eq!((&entry.fact, entry.kind), (fact, fact.kind().unwrap()));
        assert_eq!(entry.text(), sentence(fact, &entry.about));
        // Canonical means that it is written in one way only.
        let again: Fact = serde_json::from_str(&canonical(fact).unwrap()).unwrap();
        assert_eq!(canonical(&again).unwrap(), canonical(fact).unwrap());
    }
}
