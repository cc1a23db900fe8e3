//! A keyed collection of records that remembers which of them changed since they were last saved.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Records by key, in key order. Every mutable access marks its record for the next save.
#[derive(Debug, Clone)]
pub struct Table<T> {
    records: BTreeMap<String, T>,
    changed: BTreeSet<String>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

impl<T> Table<T> {
    pub fn get(&self, key: &str) -> Option<&T> {
        self.records.get(key)
    }

    /// The record for writing; it counts as changed from now on.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        let record = self.records.get_mut(key)?;
        self.changed.insert(key.to_owned());
        Some(record)
    }

    pub fn insert(&mut self, key: impl Into<String>, record: T) {
        let key = key.into();
        self.changed.insert(key.clone());
        self.records.insert(key, record);
    }

    pub fn remove(&mut self, key: &str) -> Option<T> {
        let record = self.records.remove(key)?;
        self.changed.insert(key.to_owned());
        Some(record)
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

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.records.iter().map(|(key, record)| (key.as_str(), record))
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.records.values()
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.records.keys().map(String::as_str)
    }

    /// Records whose key lies in `from..to`: for tables keyed by `parent/number`.
    pub fn range<'a>(
        &'a self,
        from: &str,
        to: &str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a T)> + use<'a, T> {
        self.records.range(from.to_owned()..to.to_owned()).map(|(key, record)| (key.as_str(), record))
    }
}

/// What the save log needs of a table, whatever its records are.
pub trait Saved {
    /// Takes the changes since the last call: key and record, or key and `None` where it was removed.
    fn take_changes(&mut self) -> Vec<(String, Option<Value>)>;
    /// Puts back one saved change. An unreadable record is an error, with its reason.
    fn restore(&mut self, key: String, record: Option<Value>) -> Result<(), serde_json::Error>;
    /// Marks every record as changed, for a full save.
    fn touch_all(&mut self);
}

impl<T: Serialize + DeserializeOwned> Saved for Table<T> {
    fn take_changes(&mut self) -> Vec<(String, Option<Value>)> {
        std::mem::take(&mut self.changed)
            .into_iter()
            .map(|key| {
                let record = self.records.get(&key).and_then(|record| serde_json::to_value(record).ok());
                (key, record)
            })
            .collect()
    }

    fn restore(&mut self, key: String, record: Option<Value>) -> Result<(), serde_json::Error> {
        match record {
            Some(value) => {
                self.records.insert(key, serde_json::from_value(value)?);
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
            again.restore(key, record).unwrap();
        }
        assert_eq!(again.iter().collect::<Vec<_>>(), vec![("a", &1)]);
    }
}
