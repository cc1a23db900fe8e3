//! Pages compared by document tree, after normalisation for comparison.
//!
//! A page becomes the same kind of tree as a JSON document, so insertions and moves are recognised by the same
//! code. Normalised away is what browsers do not show either: runs of spaces outside `pre`, the order of
//! attributes and classes, comments. Nothing else: a nonce or a hashed name is noise only by a rule.

pub(crate) mod parse;
mod place;
mod readable;
mod space;
mod tree;

use super::{
    Change, Difference, Part,
    json::{self, Document, Policy},
};
use crate::noise::rule::Rules;

use place::Places;
pub(crate) use readable::readable;

/// Two pages as trees, with where they differ.
pub(crate) struct Compared {
    pub(crate) left: Document<'static>,
    pub(crate) right: Document<'static>,
    pub(crate) policy: Policy,
    found: Vec<json::Difference>,
    total: usize,
}

pub(crate) fn compared(left: &str, right: &str, rules: &Rules) -> Compared {
    let policy = tree::policy(rules);
    let (left, right) = (tree::read(left, rules, &policy), tree::read(right, rules, &policy));
    let (found, total) = json::walk::differences(left.root(), right.root(), &policy);
    Compared { left, right, policy, found, total }
}

/// The differences by element, attribute and text, and how many more there are than are listed.
pub(super) fn differences(left: &str, right: &str, rules: &Rules) -> (Vec<Difference>, usize) {
    let compared = compared(left, right, rules);
    let unlisted = compared.total - compared.found.len();
    (compared.shown().map(|(_, shown)| shown).collect(), unlisted)
}

impl Compared {
    /// Each difference as the tree has it, and as a person reads it.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&json::Difference, Difference)> {
        let mut left = Places::of(self.left.root());
        let mut right = Places::of(self.right.root());
        self.found.iter().map(move |found| (found, shown(found, &mut left, &mut right)))
    }
}

fn shown(found: &json::Difference, left: &mut Places<'_>, right: &mut Places<'_>) -> Difference {
    let is_new = matches!(found.change, json::Change::Added { .. });
    let (place, spot) = if is_new { right.of_pointer(&found.right) } else { left.of_pointer(&found.left) };
    let text = |value: &str| Some(tree::markup(value));
    let (change, from, to) = match &found.change {
        json::Change::Added { value } => (Change::Added, None, text(value)),
        json::Change::Removed { value } => (Change::Removed, text(value), None),
        json::Change::Changed { from, to } | json::Change::Respelled { from, to } => {
            (Change::Changed, text(from), text(to))
        }
        json::Change::Moved => (Change::Moved, Some(place.clone()), Some(right.of_pointer(&found.right).0)),
    };
    Difference {
        spot,
        hidden_by: found.hidden_by.clone(),
        ..Difference::of(Part::Html, &place, change, (from, to))
    }
}
