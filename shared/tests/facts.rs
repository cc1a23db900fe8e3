//! Every fact of the journal: listed in the README, kept in its shape, read back as it was written, and told.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::{collections::BTreeSet, fmt, fs};

use proptest::prelude::*;
use serde::{
    Deserialize,
    de::{DeserializeOwned, Deserializer, Error, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Value;
use viridian_shared::{
    journal::{Deed, Entry, EntryKind, Fact, Intention, Observation, sentence},
    sample,
};

/// Reads nothing: it only listens for the variants that an enum asks for.
struct Listener<'l>(&'l mut Vec<&'static str>);

#[derive(Debug)]
struct Heard;

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("heard")
    }
}

impl std::error::Error for Heard {}

impl Error for Heard {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Heard;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Heard> {
        Err(Heard)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Heard> {
        self.0.extend(variants);
        Err(Heard)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn variants<T: for<'de> Deserialize<'de>>() -> Vec<&'static str> {
    let mut variants = Vec::new();
    let _ = T::deserialize(Listener(&mut variants));
    variants
}

/// Every fact that can be written, as the README names it.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for fact in variants::<Fact>() {
        let parts = match fact {
            "observed" => variants::<Observation>(),
            "intended" => variants::<Intention>(),
            "done" => variants::<Deed>(),
            _ => vec![""],
        };
        names.extend(
            parts.iter().map(|part| if part.is_empty() { fact.to_owned() } else { format!("{fact} {part}") }),
        );
    }
    names
}

fn name(fact: &Fact) -> String {
    let value = serde_json::to_value(fact).unwrap();
    let (kind, inner) = value.as_object().unwrap().iter().next().unwrap();
    let inner = inner.get("intention").unwrap_or(inner);
    match kind.as_str() {
        "observed" | "intended" | "done" => {
            format!("{kind} {}", inner.as_object().unwrap().keys().next().unwrap())
        }
        _ => kind.clone(),
    }
}

#[test]
fn the_readme_lists_every_fact_and_no_other() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let listed = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|it| it.0);
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    assert_eq!(listed, names());
}

#[test]
fn there_is_a_sample_of_every_fact() {
    let samples: BTreeSet<String> = sample::facts().iter().map(name).collect();
    assert_eq!(samples, names());
}

/// A journal of today is read by every console to come: this file only ever grows, and nothing in it is changed.
#[test]
fn facts_that_were_written_are_read_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/facts.json");
    let written: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut missing = names();
    for written in written {
        let fact: Fact = serde_json::from_value(written.clone()).unwrap();
        missing.remove(&name(&fact));
        let again = serde_json::to_value(&fact).unwrap();
        assert!(holds(&again, &written), "something is lost of {written}");
    }
    assert!(missing.is_empty(), "{path} has no {missing:?}");
}

/// Whether everything of `written` is there still; a type may have grown since.
fn holds(again: &Value, written: &Value) -> bool {
    match (again, written) {
        (Value::Object(again), Value::Object(written)) => {
            written.iter().all(|(key, value)| again.get(key).is_some_and(|it| holds(it, value)))
        }
        (Value::Array(again), Value::Array(written)) => {
            again.len() == written.len() && again.iter().zip(written).all(|(one, other)| holds(one, other))
        }
        _ => again == written,
    }
}

/// For whoever adds a fact: with `--nocapture` this prints the lines that the file lacks.
#[test]
#[expect(clippy::print_stdout, reason = "it is there to be read")]
fn what_the_file_lacks_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/facts.json");
    let written: Vec<Value> =
        fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let known: BTreeSet<String> =
        written.iter().map(|it| name(&serde_json::from_value(it.clone()).unwrap())).collect();
    for sample in sample::facts().iter().filter(|sample| !known.contains(&name(sample))) {
        println!("ADD {}", serde_json::to_string(sample).unwrap());
    }
}

/// Puts other texts and numbers where the type still takes them.
fn varied<T: DeserializeOwned>(value: &Value, texts: &[String], number: u32) -> Value {
    let mut value = value.clone();
    let mut paths = Vec::new();
    leaves(&value, &mut String::new(), &mut paths);
    for (index, path) in paths.iter().enumerate() {
        let leaf = value.pointer_mut(path).unwrap();
        let before = leaf.clone();
        *leaf = match leaf {
            Value::String(_) if !texts.is_empty() => Value::from(texts[index % texts.len()].clone()),
            Value::Number(_) => Value::from(number),
            _ => continue,
        };
        if serde_json::from_value::<T>(value.clone()).is_err() {
            *value.pointer_mut(path).unwrap() = before;
        }
    }
    value
}

fn leaves(value: &Value, path: &mut String, paths: &mut Vec<String>) {
    let mut under = |key: &str, value: &Value| {
        let length = path.len();
        path.push('/');
        path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        leaves(value, path, paths);
        path.truncate(length);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| under(key, value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| under(&at.to_string(), value)),
        _ => paths.push(path.clone()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_entry_is_read_as_it_was_written_and_has_a_sentence(
        index in 0..sample::facts().len(),
        texts in prop::collection::vec(any::<String>(), 0..4),
        number in 0_u32..100_000,
    ) {
        let sample = serde_json::to_value(&sample::facts()[index]).unwrap();
        let fact: Fact = serde_json::from_value(varied::<Fact>(&sample, &texts, number)).unwrap();
        let text = serde_json::to_string(&fact).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Fact>(&text).unwrap(), &fact);
        let entry = Entry {
            number: 1,
            at: sample::now(),
            service: "shop".to_owned(),
            release: None,
            person: None,
            kind: fact.kind().unwrap_or(EntryKind::Newer),
            about: fact.about().unwrap_or_default().to_owned(),
            fact,
            closes: None,
            digest: String::new(),
        };
        let sent = serde_json::to_value(&entry).unwrap();
        prop_assert_eq!(sent["text"].as_str().unwrap(), sentence(&entry.fact, &entry.about));
        prop_assert_eq!(&serde_json::from_value::<Entry>(sent.clone()).unwrap(), &entry);
        // What a page reads of the same answer is what the stream brings.
        let told: viridian_shared::journal::Told = serde_json::from_value(sent).unwrap();
        prop_assert_eq!(told, entry.told());
    }
}

#[test]
fn every_fact_has_a_sentence_of_its_own() {
    for fact in sample::facts() {
        let said = sentence(&fact, "something");
        assert!(!said.is_empty() && !said.contains('{'), "{fact:?}: {said}");
    }
}
