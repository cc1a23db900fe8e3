//! Texts that many records have in common: each is in memory once.

use std::{
    collections::HashSet,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many texts are looked through for ones that nobody has any more.
const MANY: usize = 1024;

static KNOWN: Mutex<Option<HashSet<Arc<str>>>> = Mutex::new(None);

/// A text that is shared with every other one that reads the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(Arc<str>);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        if let Some(same) = known.get(text) {
            return Self(Arc::clone(same));
        }
        if known.len() >= MANY {
            known.retain(|text| Arc::strong_count(text) > 1);
        }
        let text: Arc<str> = Arc::from(text);
        known.insert(Arc::clone(&text));
        Self(text)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_there_once_however_it_came() {
        let first = Text::from("a definition of its own");
        let second: Text = serde_json::from_str("\"a definition of its own\"").unwrap();
        assert!(Arc::ptr_eq(&first.0, &second.0));
        assert!(!Arc::ptr_eq(&first.0, &Text::from("another").0));
        assert_eq!(serde_json::to_string(&first).unwrap(), "\"a definition of its own\"");
    }
}
