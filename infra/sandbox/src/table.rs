//! A keyed collection of records that remembers which of them changed since they were last saved.
//!
//! A record that came in as text stays text until somebody asks for it: a world of many services holds far more
//! than anybody looks at, and a text is several times smaller than what is read from it.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Texts that are shorter are read at once.
const SHORT: usize = 512;

/// Records by key, in key order. Every mutable access marks its record for the next save.
#[derive(Debug, Clone)]
pub struct Table<T> {
    records: BTreeMap<String, Slot<T>>,
    changed: BTreeSet<String>,
}

/// A record, or the text that it will be read from.
#[derive(Debug, Clone)]
struct Slot<T> {
    text: Option<Box<str>>,
    record: OnceCell<T>,
}

impl<T> Slot<T> {
    fn of(record: T) -> Self {
        Self { text: None, record: OnceCell::from(record) }
    }
}

impl<T: DeserializeOwned> Slot<T> {
    /// A slot of a text that must be readable.
    fn read(text: &str) -> Result<Self, serde_json::Error> {
        let record: T = serde_json::from_str(text)?;
        Ok(if text.len() < SHORT {
            Self::of(record)
        } else {
            Self { text: Some(text.into()), record: OnceCell::new() }
        })
    }

    #[expect(clippy::expect_used, reason = "a text is kept only where it, or one of its form, was read once")]
    fn get(&self) -> &T {
        self.record.get_or_init(|| {
            let text = self.text.as_deref().unwrap_or_default();
            serde_json::from_str(text).expect("the text is readable")
        })
    }

    fn get_mut(&mut self) -> Option<&mut T> {
        self.get();
        self.text = None;
        self.record.get_mut()
    }

    fn take(self) -> Option<T> {
        self.get();
        self.record.into_inner()
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

impl<T> Table<T> {
    pub fn insert(&mut self, key: impl Into<String>, record: T) {
        let key = key.into();
        self.changed.insert(key.clone());
        self.records.insert(key, Slot::of(record));
    }

    pub fn contains(&self, key: &str) -> bool {
        self.records.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.records.keys().map(String::as_str)
    }
}

impl<T: DeserializeOwned> Table<T> {
    pub fn get(&self, key: &str) -> Option<&T> {
        self.records.get(key).map(Slot::get)
    }

    /// The record for writing; it counts as changed from now on.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        let record = self.records.get_mut(key)?;
        self.changed.insert(key.to_owned());
        record.get_mut()
    }

    pub fn remove(&mut self, key: &str) -> Option<T> {
        let record = self.records.remove(key)?;
        self.changed.insert(key.to_owned());
        record.take()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.records.iter().map(|(key, record)| (key.as_str(), record.get()))
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.records.values().map(Slot::get)
    }

    /// Records whose key lies in `from..to`: for tables keyed by `parent/number`.
    pub fn range<'a>(
        &'a self,
        from: &str,
        to: &str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a T)> + use<'a, T> {
        let range = self.records.range(from.to_owned()..to.to_owned());
        range.map(|(key, record)| (key.as_str(), record.get()))
    }
}

/// What the save log needs of a table, whatever its records are.
pub trait Saved {
    /// Takes the changes since the last call: key and record as JSON, or key and `None` where it was removed.
    fn take_changes(&mut self) -> Vec<(String, Option<String>)>;
    /// Puts back one saved change. An unreadable record is an error, with its reason.
    fn restore(&mut self, key: String, record: Option<Value>) -> Result<(), serde_json::Error>;
    /// Marks every record as changed, for a full save.
    fn touch_all(&mut self);
    /// Every record as text, by its key.
    fn dump(&self) -> Vec<(String, String)>;
    /// Reads and puts in a record that was dumped somewhere; it counts as changed.
    fn put(&mut self, key: String, text: &str) -> Result<(), serde_json::Error>;
    /// Puts in the text of a record of which another one of the same form was read before.
    fn lay(&mut self, key: String, text: String);
    /// Bytes of the records that are still text.
    fn weight(&self) -> usize;
}

impl<T: Serialize> Slot<T> {
    /// The record as text, whether or not it was read.
    fn show(&self) -> Option<String> {
        match (&self.text, self.record.get()) {
            (Some(text), _) => Some(text.to_string()),
            (None, record) => record.and_then(|record| serde_json::to_string(record).ok()),
        }
    }
}

impl<T: Serialize + DeserializeOwned> Saved for Table<T> {
    fn take_changes(&mut self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut self.changed)
            .into_iter()
            .map(|key| {
                let record = self.records.get(&key).and_then(Slot::show);
                (key, record)
            })
            .collect()
    }

    fn restore(&mut self, key: String, record: Option<Value>) -> Result<(), serde_json::Error> {
        match record {
            Some(value) => {
                self.records.insert(key, Slot::read(&value.to_string())?);
            }
            None => {
                self.records.remove(&key);
            }
        }
        Ok(())
    }

    fn touch_all(&mut self) {
        self.changed = self.records.keys().cloned().collect();
    }

    fn dump(&self) -> Vec<(String, String)> {
        let texts = self.records.iter();
        texts.filter_map(|(key, record)| Some((key.clone(), record.show()?))).collect()
    }

    fn put(&mut self, key: String, text: &str) -> Result<(), serde_json::Error> {
        self.insert(key, serde_json::from_str(text)?);
        Ok(())
    }

    fn lay(&mut self, key: String, text: String) {
        self.changed.insert(key.clone());
        self.records.insert(key, Slot { text: Some(text.into()), record: OnceCell::new() });
    }

    fn weight(&self) -> usize {
        self.records.values().filter_map(|slot| slot.text.as_deref()).map(str::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_once_and_restore_gives_the_same_table() {
        let mut table = Table::default();
        table.insert("a", 1);
        table.insert("b", 2);
        table.remove("b");
        let changes = table.take_changes();
        assert_eq!(changes.len(), 2);
        assert!(table.take_changes().is_empty());

        let mut again: Table<i32> = Table::default();
        for (key, record) in changes {
            again.restore(key, record.map(|text| serde_json::from_str(&text).unwrap())).unwrap();
        }
        assert_eq!(again.iter().collect::<Vec<_>>(), vec![("a", &1)]);
    }

    #[test]
    fn a_long_text_is_kept_as_it_came_until_its_record_changes() {
        let text = format!("[\"{}\"]", "x".repeat(SHORT));
        let mut table: Table<Vec<String>> = Table::default();
        assert!(table.put("bad".to_owned(), &text[1..]).is_err());
        table.restore("a".to_owned(), serde_json::from_str(&text).ok()).unwrap();
        assert!(table.records["a"].record.get().is_none());
        table.lay("a".to_owned(), text.clone());
        assert!(table.records["a"].record.get().is_none());
        assert_eq!(table.take_changes(), [("a".to_owned(), Some(text.clone()))]);
        assert_eq!(table.get("a").map(Vec::len), Some(1));
        table.get_mut("a").unwrap().push("y".to_owned());
        let (_, changed) = table.take_changes().remove(0);
        assert_eq!(changed, Some(text.replace(']', ",\"y\"]")));
        assert_eq!(table.remove("a").map(|list| list.len()), Some(2));
    }
}
