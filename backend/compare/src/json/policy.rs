//! What a person has decided about a document: how its arrays compare, and what of it is noise.

use serde::{Deserialize, Serialize};

use super::{
    Kind, Pattern,
    document::{Document, Mark, Node},
};
use crate::{
    hash::{self, Tag},
    work,
};

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
    /// The first with the first; what was inserted or removed is found.
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
    /// Name of the noise rule.
    pub rule: String,
    /// The places that it hides.
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

impl Policy {
    pub(crate) fn mode(&self, mark: Mark) -> &Arrays {
        mark.arrays
            .and_then(|index| self.arrays.get(usize::from(index)))
            .map_or(&Arrays::InOrder, |(_, arrays)| arrays)
    }

    pub(crate) fn rule(&self, mark: Mark) -> Option<&Mask> {
        self.masks.get(usize::from(mark.mask?))
    }

    /// The rule that covers a part of a text.
    pub(crate) fn cover(&self, mark: Mark) -> Option<&Mask> {
        self.masks.get(usize::from(mark.covers?))
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.arrays.iter().map(|(pattern, _)| pattern).chain(self.masks.iter().map(|mask| &mask.path))
    }

    /// Marks the places that the patterns name, and hashes anew what they change.
    pub(crate) fn mark(&self, document: &mut Document<'_>) {
        if self.arrays.is_empty() && self.masks.is_empty() {
            return;
        }
        work::take(document.len() * size_of::<Mark>());
        let mut walk =
            Walk { policy: self, marks: vec![Mark::default(); document.len()], standing: Vec::new() };
        walk.standing.extend(self.patterns().map(Pattern::start));
        walk.node(document.root(), 0);
        let marks = walk.marks;
        document.set_marks(marks);
        self.count(document, &[]);
    }

    /// Hashes what counts, from the innermost values outward. Some hashes may be given.
    pub(crate) fn count(&self, document: &mut Document<'_>, given: &[(u32, u64)]) {
        work::take(document.len() * size_of::<u64>());
        let mut counted = vec![0; document.len()];
        let mut given = given.iter().rev().peekable();
        for at in (0..document.len()).rev() {
            work::step();
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let known = given.next_if(|it| it.0 == at).map(|it| it.1);
            let hash = known.unwrap_or_else(|| self.hash_of(document.node(at), &counted));
            counted[at as usize] = hash;
        }
        document.set_counted(counted);
    }

    fn hash_of(&self, node: Node<'_>, counted: &[u64]) -> u64 {
        let mark = node.mark();
        if mark.mask.is_some() {
            // A masked value still has its kind: another value is noise, another kind is not.
            let kind = if mark.whole { 0 } else { node.kind() as u64 + 1 };
            return hash::mix(hash::of_tag(Tag::Masked), kind);
        }
        let of = |node: Node<'_>| counted.get(node.at() as usize).copied().unwrap_or_default();
        match node.kind() {
            Kind::Array if *self.mode(mark) == Arrays::InOrder => {
                let mut hash = hash::Sequence::default();
                node.children().for_each(|it| hash.push(of(it)));
                hash.end()
            }
            Kind::Array => {
                let mut hash = hash::Bag::default();
                node.children().for_each(|it| hash.push(of(it)));
                hash.end(Tag::Array)
            }
            Kind::Object => {
                let mut hash = hash::Bag::default();
                let counting = node.children().filter(|it| !it.mark().whole);
                counting.for_each(|it| hash.push(hash::mix(it.key_hash(), of(it))));
                hash.end(Tag::Object)
            }
            _ => node.exact(),
        }
    }
}

/// Goes through a document and finds the places that patterns name.
struct Walk<'p> {
    policy: &'p Policy,
    marks: Vec<Mark>,
    /// Where the walk stands in each pattern, for every value that is open.
    standing: Vec<u64>,
}

impl Walk<'_> {
    /// `from` is where its own standing begins.
    fn node(&mut self, node: Node<'_>, from: usize) {
        work::step();
        let to = self.standing.len();
        if self.standing[from..].iter().all(|it| *it == 0) {
            return;
        }
        self.marks[node.at() as usize] = self.mark_of(&self.standing[from..]);
        for (index, child) in node.children().enumerate() {
            let key = child.key();
            let key = key.as_deref().ok_or(index);
            for (nth, pattern) in self.policy.patterns().enumerate() {
                self.standing.push(pattern.after(self.standing[from + nth], key));
            }
            self.node(child, to);
            self.standing.truncate(to);
        }
    }

    fn mark_of(&self, standing: &[u64]) -> Mark {
        let arrays = self.policy.arrays.len();
        let mut mark = Mark::default();
        for (index, (pattern, at)) in self.policy.patterns().zip(standing).enumerate() {
            if !pattern.is_met(*at) {
                continue;
            }
            let narrow = |index: usize| u16::try_from(index).ok();
            if index < arrays {
                mark.arrays = mark.arrays.or(narrow(index));
            } else if mark.mask.is_none() {
                mark.mask = narrow(index - arrays);
                mark.whole = self.policy.masks.get(index - arrays).is_some_and(|it| it.whole);
            }
        }
        mark
    }
}
