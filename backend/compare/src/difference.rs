//! What differs between two answers, by kind of content.
//!
//! A difference has a place that a person can look up, and a spot: the same place without what varies from run
//! to run and from element to element (indices, line numbers), by which findings are named and clustered.
//! What a noise rule hides stays in the list, marked: it never counts and never looks like a difference.

mod bodies;
pub mod expected;
pub(crate) mod header;
pub(crate) mod html;
pub(crate) mod known_header;
pub mod rule;
mod selector;
pub(crate) mod text;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
pub use viridian_shared::comparison::finding::{Change, Part};

use self::rule::Rules;
use crate::{
    answer::WholeAnswer,
    body::{self, Kind, Trouble},
    json,
    work::{self, Limits, Spent},
};

/// One thing that differs between two answers, as one comparison finds it.
///
/// A run compares several pairs of answers. What people see of it is
/// [`Difference`](viridian_shared::comparison::finding::Difference), which says in how many of the pairs it was seen and
/// to which finding it belongs; a single pair cannot know either. It has instead the spot, from which the finding is
/// named. [`finding::shown`](crate::finding::shown) makes the one of the other, and nothing goes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mismatch {
    /// The part of the answers that differs.
    pub part: Part,
    /// Where exactly, as a person would look it up.
    pub place: String,
    /// Where, whatever the index or line.
    pub spot: String,
    /// In which way.
    pub change: Change,
    /// What blue has there, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// What green has there, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    /// The rule that hides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<String>,
}

/// What came of comparing two answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// In the order of the answer: head, headers, body. Those that rules hide are among them.
    pub differences: Vec<Mismatch>,
    /// Differences in the body that are counted and not listed.
    pub unlisted: usize,
    /// As what the bodies were compared.
    pub compared_as: Option<Kind>,
    /// Where order did not count, for the badge: path and how elements found each other.
    pub arrays: Vec<(json::Pattern, json::Arrays)>,
    /// What keeps both bodies alike from being compared as they should be. It is no difference between them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Outcome {
    /// What a person has to look at.
    pub fn visible(&self) -> impl Iterator<Item = &Mismatch> {
        self.differences.iter().filter(|it| it.hidden_by.is_none())
    }

    /// What rules hide.
    pub fn hidden(&self) -> impl Iterator<Item = &Mismatch> {
        self.differences.iter().filter(|it| it.hidden_by.is_some())
    }

    /// Lists no more than takes so many bytes. Gives what it takes.
    pub(crate) fn fit(&mut self, room: usize) -> usize {
        let mut left = room;
        let mut fits = |it: &Mismatch| {
            let texts = it.left.iter().chain(&it.right).map(String::len).sum::<usize>();
            let size = size_of::<Mismatch>() + it.place.len() + it.spot.len() + texts;
            let has_room = size <= left;
            left = left.saturating_sub(size);
            has_room
        };
        let stay = self.differences.iter().map_while(|it| fits(it).then_some(())).count();
        self.unlisted += self.differences.len() - stay;
        self.differences.truncate(stay);
        self.differences.shrink_to_fit();
        room - left
    }

    /// Whether nothing that counts differs.
    pub fn is_same(&self) -> bool {
        self.unlisted == 0 && self.visible().next().is_none()
    }
}

/// What the differences that one comparison lists may take, in bytes. The others are counted.
const LISTED: usize = 2 << 20;

/// How much of a value a difference shows; the whole stands in the captured answer.
const SHOWN: usize = 1000;

/// Before what differs, at least so much is shown.
const BEFORE: usize = 200;

/// Both sides, long ones around the first place where they differ.
fn shortened(left: Option<String>, right: Option<String>) -> (Option<String>, Option<String>) {
    let same = match (&left, &right) {
        (Some(left), Some(right)) => left.chars().zip(right.chars()).take_while(|(l, r)| l == r).count(),
        _ => 0,
    };
    let is_long = [&left, &right].iter().any(|it| it.as_ref().is_some_and(|it| it.chars().count() > SHOWN));
    let from = if is_long && same > BEFORE { same - BEFORE } else { 0 };
    let cut = |text: Option<String>| text.map(|text| window(&text, from));
    (cut(left), cut(right))
}

fn window(text: &str, from: usize) -> String {
    let mut letters = text.chars().skip(from);
    let mut out: String = if from > 0 { "…".to_owned() } else { String::new() };
    out.extend(letters.by_ref().take(SHOWN));
    if letters.next().is_some() {
        out.push('…');
    }
    out
}

/// Compares what blue (left) and green (right) answered to the same probe. What would cost more than the limits
/// allow is compared more cheaply, and says so.
pub fn between(left: &WholeAnswer, right: &WholeAnswer, rules: &Rules, limits: Limits) -> Outcome {
    let compared = work::bounded(limits, || {
        let mut outcome = compared(left, right, rules, limits);
        outcome.fit(LISTED);
        outcome
    });
    compared.unwrap_or_else(|spent| {
        let mut outcome = Outcome::default();
        let words = costly(spent, body::HASHED);
        oddities([vec![words.clone()], vec![words]], &mut outcome);
        let (from, to) = (left.status.to_string(), right.status.to_string());
        if from != to {
            outcome.differences.push(Mismatch::changed(Part::Status, "status", from, to));
        }
        bodies::bytes([left, right], &mut outcome);
        outcome
    })
}

/// What is said of a comparison that was made more cheaply.
fn costly(spent: Spent, instead: &str) -> String {
    Trouble::Costly { reason: spent.to_string(), instead: instead.to_owned() }.to_string()
}

fn compared(left: &WholeAnswer, right: &WholeAnswer, rules: &Rules, limits: Limits) -> Outcome {
    let mut outcome = Outcome::default();
    let mut fact = |part, name: &str, left: String, right: String| {
        if left != right {
            outcome.differences.push(Mismatch::changed(part, name, left, right));
        }
    };
    fact(Part::Status, "status", left.status.to_string(), right.status.to_string());
    fact(Part::Version, "version", left.version.clone(), right.version.clone());
    let contents = [body::understand_here(left, limits), body::understand_here(right, limits)];
    let bodies_differ = left.body.sha256 != right.body.sha256 || contents[0].bytes() != contents[1].bytes();
    let headers = [left.with_joined_names(), right.with_joined_names()];
    outcome.differences.extend(header::differences(&headers[0], &headers[1], rules, bodies_differ));
    outcome.remarks.extend(header::of_transport(&left.headers, &right.headers));
    bodies::bodies([left, right], &contents, rules, &mut outcome);
    if outcome.differences.is_empty() && outcome.unlisted == 0 {
        outcome.remarks.extend(unlisted([left, right], bodies_differ));
    }
    outcome
}

/// What is written otherwise although nothing differs that counts.
fn unlisted([left, right]: [&WholeAnswer; 2], bodies_differ: bool) -> impl Iterator<Item = String> {
    let bodies = bodies_differ.then(|| {
        "the bodies are not the same byte for byte; what is written otherwise there does not count".to_owned()
    });
    let names = header::not_listed(&left.headers, &right.headers);
    let headers = (!names.is_empty()).then(|| {
        format!("these headers are written otherwise in a way that does not count: {}", names.join(", "))
    });
    bodies.into_iter().chain(headers)
}

/// What is odd about one body is a difference; what is odd about both in the same way is only remarked. Offsets
/// and sizes do not count: they shift with whatever stands before them.
fn oddities([mut left, mut right]: [Vec<String>; 2], outcome: &mut Outcome) {
    left.dedup();
    right.dedup();
    let is_among =
        |words: &str, others: &[String]| others.iter().any(|it| text::spot(it) == text::spot(words));
    for (side, these, others) in [("blue", &left, &right), ("green", &right, &left)] {
        let (both, only): (Vec<_>, Vec<_>) = these.iter().partition(|it| is_among(it, others));
        outcome.differences.extend(only.into_iter().map(|words| Mismatch::oddity(side, words)));
        if side == "blue" {
            outcome.remarks.extend(both.into_iter().map(|words| format!("of both: {words}")));
        }
    }
}

impl Mismatch {
    pub(crate) fn changed(part: Part, place: &str, left: String, right: String) -> Self {
        Self::of(part, place, Change::Changed, (Some(left), Some(right)))
    }

    pub(crate) fn of(
        part: Part,
        place: &str,
        change: Change,
        (left, right): (Option<String>, Option<String>),
    ) -> Self {
        let (place, spot) = (place.to_owned(), place.to_owned());
        let (left, right) = shortened(left, right);
        Self { part, place, spot, change, left, right, hidden_by: None }
    }

    fn of_json(found: &json::Edit) -> Self {
        let place = found.place();
        let (change, left, right) = match found.change.clone() {
            json::EditKind::Added { value } => (Change::Added, None, Some(value)),
            json::EditKind::Removed { value } => (Change::Removed, Some(value), None),
            json::EditKind::Changed { from, to } => (Change::Changed, Some(from), Some(to)),
            json::EditKind::Respelled { from, to } => (Change::Respelled, Some(from), Some(to)),
            json::EditKind::Moved => {
                (Change::Moved, Some(found.left.to_string()), Some(found.right.to_string()))
            }
        };
        Self {
            spot: found.around.to_string(),
            hidden_by: found.hidden_by.clone(),
            ..Self::of(Part::Json, place.as_str(), change, (left, right))
        }
    }

    fn oddity(side: &str, words: &str) -> Self {
        let spot = format!("{side}: {}", text::spot(words));
        let words = Some(words.to_owned());
        let sides = if side == "green" { (None, words) } else { (words, None) };
        Self { spot, ..Self::of(Part::Trouble, side, Change::Changed, sides) }
    }
}
