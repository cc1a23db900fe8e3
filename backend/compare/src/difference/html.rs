//! Pages compared by document tree, after normalisation for comparison.
//!
//! A page becomes the same kind of tree as a JSON document, so insertions and moves are recognised by the same
//! code. Normalised away is what browsers do not show either: runs of spaces outside `pre`, the order of
//! attributes and classes, comments. Nothing else: a nonce or a hashed name is noise only by a rule.

mod depth;
mod place;
mod space;
mod tree;

use super::{Change, Difference, Part, json};
use crate::noise::rule::Rules;

pub(crate) use depth::is_too_deep;

/// The differences by element, attribute and text, and how many more there are than are listed.
pub(super) fn differences(left: &str, right: &str, rules: &Rules) -> (Vec<Difference>, usize) {
    let policy = tree::policy(rules);
    let (left, right) = (tree::read(left, rules, &policy), tree::read(right, rules, &policy));
    let (found, total) = json::walk::differences(left.root(), right.root(), &policy);
    let unlisted = total - found.len();
    (found.iter().map(|it| shown(it, left.root(), right.root())).collect(), unlisted)
}

fn shown(found: &json::Difference, left: json::Node<'_>, right: json::Node<'_>) -> Difference {
    let page = if matches!(found.change, json::Change::Added { .. }) { right } else { left };
    let (place, spot) = place::of(page, found.place());
    let text = |value: &str| Some(tree::markup(value));
    let (change, from, to) = match &found.change {
        json::Change::Added { value } => (Change::Added, None, text(value)),
        json::Change::Removed { value } => (Change::Removed, text(value), None),
        json::Change::Changed { from, to } | json::Change::Respelled { from, to } => {
            (Change::Changed, text(from), text(to))
        }
        json::Change::Moved => (Change::Moved, Some(place.clone()), Some(place::of(right, &found.right).0)),
    };
    Difference {
        spot,
        hidden_by: found.hidden_by.clone(),
        ..Difference::of(Part::Html, &place, change, (from, to))
    }
}
