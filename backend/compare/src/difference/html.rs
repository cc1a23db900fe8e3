//! Pages compared by document tree, after normalisation for comparison.
//!
//! A page becomes the same kind of tree as a JSON document, so insertions and moves are recognised by the same
//! code. Normalised away is what browsers do not show either: runs of spaces outside `pre`, the order of
//! attributes and classes, comments. Nothing else: a nonce or a hashed name is noise only by a rule. Code within a
//! page is compared by statement, and each thing that differs in one has a name of its own.

pub(crate) mod parse;
mod pinned;
mod place;
mod readable;
mod space;
mod tree;
mod xml;

use super::{Change, Mismatch, Part, rule::Rules, text};
use crate::{
    body::Kind,
    json::{self, Document, Policy},
};

pub(crate) use pinned::is_pinned;
use place::Places;
pub(crate) use readable::readable;
pub(crate) use tree::is_in_code;

/// Two pages as trees, with where they differ.
pub(crate) struct Compared {
    pub(crate) left: Document<'static>,
    pub(crate) right: Document<'static>,
    pub(crate) policy: Policy,
    found: Vec<json::Edit>,
    total: usize,
    doctypes: [Option<String>; 2],
}

/// Two pages, or two XML documents; or why they are none.
pub(crate) fn compared(
    kind: Kind,
    left: &str,
    right: &str,
    rules: &Rules,
) -> Result<Compared, [Option<String>; 2]> {
    let policy = tree::policy(rules);
    let read = |text: &str| match kind {
        Kind::Xml => tree::read_xml(text, rules, &policy),
        _ => Ok(tree::read(text, rules, &policy)),
    };
    let ((left, from), (right, to)) = match (read(left), read(right)) {
        (Ok(left), Ok(right)) => (left, right),
        (left, right) => return Err([left.err(), right.err()]),
    };
    let (found, total) = json::walk::differences(left.root(), right.root(), &policy);
    Ok(Compared { left, right, policy, found, total, doctypes: [from, to] })
}

/// The differences by element, attribute and text, and how many more there are than are listed.
pub(super) fn differences(
    kind: Kind,
    left: &str,
    right: &str,
    rules: &Rules,
) -> Result<(Vec<Mismatch>, usize), [Option<String>; 2]> {
    let mut compared = compared(kind, left, right, rules)?;
    let unlisted = compared.total - compared.found.len();
    let doctype = doctype(std::mem::take(&mut compared.doctypes));
    let listed = compared.shown().flat_map(|(_, shown)| of_code(shown, rules));
    Ok((doctype.into_iter().chain(listed).collect(), unlisted))
}

/// Without one, or with another, browsers lay a page out by other rules.
fn doctype([from, to]: [Option<String>; 2]) -> Option<Mismatch> {
    let change = match (&from, &to) {
        (from, to) if from == to => return None,
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    Some(Mismatch::of(Part::Html, "doctype", change, (from, to)))
}

/// What differs in a line of code, one by one. What is not code stays as it is.
fn of_code(shown: Mismatch, rules: &Rules) -> Vec<Mismatch> {
    if !tree::is_code(&shown.spot) || shown.change == Change::Moved {
        return vec![shown];
    }
    text::by_stretch(shown, rules)
}

impl Compared {
    /// Each difference as the tree has it, and as a person reads it.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&json::Edit, Mismatch)> {
        let mut left = Places::of(self.left.root());
        let mut right = Places::of(self.right.root());
        self.found.iter().map(move |found| (found, shown(found, &mut left, &mut right)))
    }
}

fn shown(found: &json::Edit, left: &mut Places<'_>, right: &mut Places<'_>) -> Mismatch {
    let is_new = matches!(found.change, json::EditKind::Added { .. });
    let (place, spot) = if is_new { right.of_pointer(&found.right) } else { left.of_pointer(&found.left) };
    let text = |value: &str| Some(tree::markup(value));
    let (change, from, to) = match &found.change {
        json::EditKind::Added { value } => (Change::Added, None, text(value)),
        json::EditKind::Removed { value } => (Change::Removed, text(value), None),
        json::EditKind::Changed { from, to } | json::EditKind::Respelled { from, to } => {
            (Change::Changed, text(from), text(to))
        }
        json::EditKind::Moved => (Change::Moved, Some(place.clone()), Some(right.of_pointer(&found.right).0)),
    };
    Mismatch {
        spot,
        hidden_by: found.hidden_by.clone(),
        ..Mismatch::of(Part::Html, &place, change, (from, to))
    }
}
