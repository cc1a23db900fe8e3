//! What differs between two answers, by kind of content.
//!
//! A difference has a place that a person can look up, and a spot: the same place without what varies from run
//! to run and from element to element (indices, line numbers), by which findings are named and clustered.
//! What a noise rule hides stays in the list, marked: it never counts and never looks like a difference.

pub(crate) mod align;
pub(crate) mod hash;
pub mod header;
pub mod html;
pub mod json;
pub mod text;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::{
    answer::Answer,
    body::{self, Content, Kind, Limits, Trouble},
    noise::rule::Rules,
    picture,
};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Difference {
    pub part: Part,
    /// Where exactly, as a person would look it up.
    pub place: String,
    /// Where, whatever the index or line.
    pub spot: String,
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

/// Which part of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Status,
    Version,
    Header,
    Json,
    Html,
    Text,
    Bytes,
    /// One of the answers cannot be compared as it should be.
    Trouble,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Added,
    Removed,
    Changed,
    Respelled,
    Moved,
}

impl Change {
    /// What became of a place, in words that go on after it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Added => "is new",
            Self::Removed => "is gone",
            Self::Changed => "differs",
            Self::Respelled => "is written otherwise",
            Self::Moved => "has moved",
        }
    }
}

/// What came of comparing two answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    pub differences: Vec<Difference>,
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
    pub fn visible(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|it| it.hidden_by.is_none())
    }

    pub fn hidden(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|it| it.hidden_by.is_some())
    }

    pub fn is_same(&self) -> bool {
        self.unlisted == 0 && self.visible().next().is_none()
    }
}

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

/// Compares what blue (left) and green (right) answered to the same probe.
pub fn between(left: &Answer, right: &Answer, rules: &Rules, limits: Limits) -> Outcome {
    let mut outcome = Outcome::default();
    let mut fact = |part, name: &str, left: String, right: String| {
        if left != right {
            outcome.differences.push(Difference::changed(part, name, left, right));
        }
    };
    fact(Part::Status, "status", left.status.to_string(), right.status.to_string());
    fact(Part::Version, "version", left.version.clone(), right.version.clone());
    let contents = [body::understand(left, limits), body::understand(right, limits)];
    let bodies_differ = contents[0].bytes() != contents[1].bytes();
    outcome.differences.extend(header::differences(&left.headers, &right.headers, rules, bodies_differ));
    bodies([left, right], &contents, rules, &mut outcome);
    outcome
}

fn bodies(answers: [&Answer; 2], contents: &[Content; 2], rules: &Rules, outcome: &mut Outcome) {
    let [left, right] = contents;
    oddities(contents.each_ref().map(|it| it.troubles.iter().map(Trouble::to_string).collect()), outcome);
    let is_readable = |content: &Content| !content.bytes().is_empty() || content.kind == Kind::Empty;
    if !is_readable(left) || !is_readable(right) {
        bytes(answers, outcome);
        return;
    }
    let kind = common_kind(left, right);
    outcome.compared_as = Some(kind);
    let before = outcome.differences.len();
    match (kind, left.text(), right.text()) {
        (Kind::Json, ..) => as_json(contents, rules, outcome),
        (Kind::Html, Some(from), Some(to)) => as_html(from, to, rules, outcome),
        (Kind::Text, Some(from), Some(to)) => add(text::differences(from, to, rules), outcome),
        (Kind::Empty, ..) => {}
        (Kind::Image, ..) if left.bytes() != right.bytes() => pictures(answers, contents, outcome),
        _ if left.bytes() != right.bytes() => bytes(answers, outcome),
        _ => {}
    }
    // What lies beyond the kept part is known by its hash alone.
    let is_cut = answers.iter().any(|answer| !answer.body.is_whole());
    let found = outcome.differences[before..].iter().any(|it| it.part == Part::Bytes);
    if is_cut && answers[0].body.sha256 != answers[1].body.sha256 && !found {
        bytes(answers, outcome);
    }
}

/// Two kinds that differ are compared as text where both are text, and else as bytes.
fn common_kind(left: &Content, right: &Content) -> Kind {
    if left.kind == right.kind {
        left.kind
    } else if left.text().is_some() && right.text().is_some() {
        Kind::Text
    } else {
        Kind::Binary
    }
}

fn add((differences, unlisted): (Vec<Difference>, usize), outcome: &mut Outcome) {
    outcome.differences.extend(differences);
    outcome.unlisted += unlisted;
}

fn as_html(left: &str, right: &str, rules: &Rules, outcome: &mut Outcome) {
    let too_deep = [left, right].map(|page| html::is_too_deep(page).then(|| Trouble::TooDeep.to_string()));
    if too_deep == [None, None] {
        return add(html::differences(left, right, rules), outcome);
    }
    oddities(too_deep.map(Vec::from_iter), outcome);
    outcome.compared_as = Some(Kind::Text);
    add(text::differences(left, right, rules), outcome);
}

fn as_json(contents: &[Content; 2], rules: &Rules, outcome: &mut Outcome) {
    let [left, right] = contents;
    if let Ok(comparison) = json::compare(left.bytes(), right.bytes(), rules.policy()) {
        outcome.arrays.clone_from(&rules.policy().arrays);
        outcome.unlisted += comparison.total - comparison.differences.len();
        outcome.differences.extend(comparison.differences.iter().map(Difference::of_json));
        let words = |notices: &[json::Notice]| notices.iter().map(json::Notice::words).collect();
        return oddities([words(&comparison.left_notices), words(&comparison.right_notices)], outcome);
    }
    let refused = contents.each_ref().map(|content| {
        let refused = content.text().and_then(|text| json::read(text, &mut Vec::new()).err());
        refused.map(|it| Trouble::NotJson { reason: it.to_string() }.to_string())
    });
    oddities(refused.map(Vec::from_iter), outcome);
    outcome.compared_as = Some(Kind::Text);
    if let (Some(from), Some(to)) = (left.text(), right.text()) {
        add(text::differences(from, to, rules), outcome);
    }
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
        outcome.differences.extend(only.into_iter().map(|words| Difference::oddity(side, words)));
        if side == "blue" {
            outcome.remarks.extend(both.into_iter().map(|words| format!("of both: {words}")));
        }
    }
}

fn bytes(answers: [&Answer; 2], outcome: &mut Outcome) {
    let [left, right] = answers.map(|answer| (answer.body.length, answer.body.sha256.clone()));
    if left != right {
        let say = |(length, hash): (u64, String)| {
            format!("{length} bytes, sha256 {}", hash.get(..16).unwrap_or(&hash))
        };
        outcome.differences.push(Difference::changed(Part::Bytes, "body", say(left), say(right)));
    }
}

/// By pixels where both can be read, and else as bytes.
fn pictures(answers: [&Answer; 2], contents: &[Content; 2], outcome: &mut Outcome) {
    let Ok(pixels) = picture::compare(contents[0].bytes(), contents[1].bytes()) else {
        return bytes(answers, outcome);
    };
    // The same pixels in another file are like a number that is written otherwise.
    let change = if pixels.are_same() { Change::Respelled } else { Change::Changed };
    let (left, right) = (pixels.left.words(), format!("{}; {}", pixels.right.words(), pixels.words()));
    outcome.differences.push(Difference::of(Part::Bytes, "picture", change, (Some(left), Some(right))));
}

impl Difference {
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

    fn of_json(found: &json::Difference) -> Self {
        let place = found.place();
        let (change, left, right) = match found.change.clone() {
            json::Change::Added { value } => (Change::Added, None, Some(value)),
            json::Change::Removed { value } => (Change::Removed, Some(value), None),
            json::Change::Changed { from, to } => (Change::Changed, Some(from), Some(to)),
            json::Change::Respelled { from, to } => (Change::Respelled, Some(from), Some(to)),
            json::Change::Moved => {
                (Change::Moved, Some(found.left.to_string()), Some(found.right.to_string()))
            }
        };
        Self {
            spot: json::Pattern::around(place).to_string(),
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
