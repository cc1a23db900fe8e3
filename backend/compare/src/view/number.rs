//! The numbers of the differences of a comparison, found by what names one: part, place and change.

use std::collections::HashMap;

use viridian_shared::comparison::finding::Difference;

use crate::{
    difference::{Change, Part, html::Compared},
    hash::{self, Tag},
    json::{Pointer, Segment},
};

pub(super) struct Numbers<'d> {
    by_place: HashMap<(Part, u64, Change), usize>,
    /// Of documents, by the way to the place.
    by_way: HashMap<(u64, Change), usize>,
    pub(super) differences: &'d [Difference],
}

impl<'d> Numbers<'d> {
    pub(super) fn of(differences: &'d [Difference]) -> Self {
        // Of several that have the same name the first one counts.
        let numbered = || differences.iter().enumerate().rev();
        let named = numbered().map(|(number, it)| ((it.part, of_text(&it.place), it.change), number));
        let of_json = numbered().filter(|(_, it)| it.part == Part::Json);
        let by_way = of_json.map(|(number, it)| ((of_pointer(&it.place), it.change), number));
        Self { by_place: named.collect(), by_way: by_way.collect(), differences }
    }

    /// Ways in a page are not those that a person reads.
    pub(super) fn of_page(compared: &Compared, differences: &'d [Difference]) -> Self {
        let numbers = Self::of(differences);
        let by_way = compared.shown().filter_map(|(found, shown)| {
            let number = numbers.of_place(Part::Html, &shown.place, shown.change)?;
            Some(((of_pointer(found.place().as_str()), shown.change), number))
        });
        Self { by_way: by_way.collect(), ..Self::of(differences) }
    }

    pub(super) fn of_place(&self, part: Part, place: &str, change: Change) -> Option<usize> {
        self.by_place.get(&(part, of_text(place), change)).copied()
    }

    /// Of a difference in a document, by the way to it.
    pub(super) fn of_way(&self, way: &Way, change: Change) -> Option<usize> {
        if self.by_way.is_empty() { None } else { self.by_way.get(&(way.hash(), change)).copied() }
    }

    pub(super) fn rule(&self, number: Option<usize>) -> Option<&'d str> {
        self.differences.get(number?)?.hidden_by.as_deref()
    }
}

/// The way from the root of a document to a value, as the hashes of what it passes: every step knows all that
/// come before it.
#[derive(Default)]
pub(super) struct Way(Vec<u64>);

impl Way {
    pub(super) fn enter(&mut self, segment: &Segment<'_>) {
        let before = self.hash();
        self.0.push(match segment {
            Segment::Key(key) => step(before, key),
            Segment::Index(index) => step(before, &index.to_string()),
        });
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn leave(&mut self, len: usize) {
        self.0.truncate(len);
    }

    fn hash(&self) -> u64 {
        self.0.last().copied().unwrap_or_default()
    }
}

fn of_pointer(place: &str) -> u64 {
    Pointer::from(place).segments().fold(0, |before, segment| step(before, &segment))
}

fn step(before: u64, segment: &str) -> u64 {
    hash::mix(before, of_text(segment))
}

fn of_text(text: &str) -> u64 {
    hash::of_text(Tag::String, text)
}
