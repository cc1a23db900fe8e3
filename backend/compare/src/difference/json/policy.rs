//! What a person has decided about a document: how its arrays compare, and what of it is noise.

use serde::{Deserialize, Serialize};

use super::{
    Pattern,
    node::{Mark, Node, Value},
};
use crate::difference::hash::{self, Tag};

/// How to compare documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Arrays that are not compared in order. The first pattern that fits counts.
    pub arrays: Vec<(Pattern, Arrays)>,
    /// What an accepted noise rule hides.
    pub masks: Vec<Mask>,
    /// How many differences are listed; the rest is counted.
    pub limit: usize,
}

/// How the elements of an array find each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrays {
    #[default]
    InOrder,
    /// By the value of a key of each element. Order does not count.
    ByKey(String),
    /// As equal elements. Order does not count, number does.
    AsSet,
}

/// A place that is noise, by the name of the rule that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    pub rule: String,
    pub path: Pattern,
    /// Hides also that the value is missing or of another kind. Without it only another value of the same kind
    /// is hidden.
    #[serde(default)]
    pub whole: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { arrays: Vec::new(), masks: Vec::new(), limit: 10_000 }
    }
}

/// Where a walk stands in each pattern: the arrays' first, then the masks'.
type Standing = Vec<Vec<usize>>;

impl Policy {
    pub(super) fn mode(&self, mark: Mark) -> &Arrays {
        mark.arrays
            .and_then(|index| self.arrays.get(usize::from(index)))
            .map_or(&Arrays::InOrder, |(_, arrays)| arrays)
    }

    pub(super) fn rule(&self, mark: Mark) -> Option<&Mask> {
        self.masks.get(usize::from(mark.mask?))
    }

    /// The rule that covers a part of a text.
    pub(super) fn cover(&self, mark: Mark) -> Option<&Mask> {
        self.masks.get(usize::from(mark.covers?))
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.arrays.iter().map(|(pattern, _)| pattern).chain(self.masks.iter().map(|mask| &mask.path))
    }

    /// Marks the places that the patterns name, and hashes anew what they change.
    pub(super) fn mark(&self, root: &mut Node<'_>) {
        if !self.arrays.is_empty() || !self.masks.is_empty() {
            self.mark_node(root, &self.patterns().map(Pattern::start).collect());
        }
    }

    fn mark_node(&self, node: &mut Node<'_>, standing: &Standing) {
        if standing.iter().all(Vec::is_empty) {
            return;
        }
        match &mut node.value {
            Value::Object(members) => {
                for member in members {
                    self.mark_node(&mut member.node, &self.after(standing, Ok(&member.key)));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.mark_node(item, &self.after(standing, Err(index)));
                }
            }
            _ => {}
        }
        node.mark = self.mark_of(standing);
        node.hash = self.hash_of(node);
    }

    fn after(&self, standing: &Standing, key: Result<&str, usize>) -> Standing {
        self.patterns().zip(standing).map(|(pattern, at)| pattern.after(at, key)).collect()
    }

    fn mark_of(&self, standing: &Standing) -> Mark {
        let met: Vec<_> = self.patterns().zip(standing).map(|(pattern, at)| pattern.is_met(at)).collect();
        let (arrays, masks) = met.split_at(self.arrays.len());
        let first = |met: &[bool]| met.iter().position(|it| *it).and_then(|it| u16::try_from(it).ok());
        let mask = first(masks);
        let whole = mask.and_then(|it| self.masks.get(usize::from(it))).is_some_and(|it| it.whole);
        Mark { arrays: first(arrays), mask, whole, covers: None }
    }

    pub(in crate::difference) fn hash_of(&self, node: &Node<'_>) -> u64 {
        if node.mark.mask.is_some() {
            // A masked value still has its kind: another value is noise, another kind is not.
            let kind = if node.mark.whole { 0 } else { node.kind() as u64 + 1 };
            return hash::mix(hash::of_tag(Tag::Masked), kind);
        }
        match &node.value {
            Value::Array(items) if *self.mode(node.mark) != Arrays::InOrder => {
                hash::of_bag(Tag::Array, items.iter().map(|it| it.hash))
            }
            Value::Object(members) => {
                let counted = members.iter().filter(|it| !it.node.mark.whole);
                hash::of_bag(Tag::Object, counted.map(|it| hash::mix(it.key_hash, it.node.hash)))
            }
            value => value.hash(|it| it.hash),
        }
    }
}
