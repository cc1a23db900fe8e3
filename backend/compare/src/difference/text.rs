//! Text compared by line, and changed lines by word.

use serde::{Deserialize, Serialize};

use super::{
    Change, Difference, Part, align,
    hash::{self, Tag},
};
use crate::{
    noise::rule::Rules,
    work::{self, Lent},
};

const LISTED: usize = 10_000;
/// What a line takes while it is compared, without its text.
const A_LINE: usize = 96;

/// A stretch of words within a changed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub text: String,
    pub side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    Both,
    Left,
    Right,
}

/// The differences by line, and how many more there are than are listed.
pub(super) fn differences(left: &str, right: &str, rules: &Rules) -> (Vec<Difference>, usize) {
    let (lefts, rights) = (Lines::of(left, rules), Lines::of(right, rules));
    let mut found = Found::default();
    let mut from = (0, 0);
    let pairs = align::common(&lefts.hashes, &rights.hashes);
    for pair in pairs.into_iter().chain([(lefts.texts.len(), rights.texts.len())]) {
        found.gap((&lefts, from.0..pair.0), (&rights, from.1..pair.1));
        if let (Some(left), Some(right)) = (lefts.texts.get(pair.0), rights.texts.get(pair.1))
            && left != right
        {
            // Equal but for what an expression hides.
            let rule = lefts.rules[pair.0].or(rights.rules[pair.1]);
            found.push(pair.0, Change::Changed, (Some(left), Some(right)), rule);
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    (found.listed, found.unlisted)
}

/// What of a changed line changed.
pub fn words(left: &str, right: &str) -> Vec<Words> {
    let (lefts, rights) = (split(left), split(right));
    let hashes = |words: &[&str]| words.iter().map(|it| hash::of_text(Tag::String, it)).collect::<Vec<_>>();
    let mut out: Vec<Words> = Vec::new();
    let mut push = |text: &str, side| match out.last_mut() {
        Some(last) if last.side == side => last.text.push_str(text),
        _ => out.push(Words { text: text.to_owned(), side }),
    };
    let mut from = (0, 0);
    let pairs = align::common(&hashes(&lefts), &hashes(&rights));
    for pair in pairs.into_iter().chain([(lefts.len(), rights.len())]) {
        lefts[from.0..pair.0].iter().for_each(|text| push(text, Side::Left));
        rights[from.1..pair.1].iter().for_each(|text| push(text, Side::Right));
        if let Some(text) = lefts.get(pair.0) {
            push(text, Side::Both);
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    out
}

/// Runs of letters and digits, and every other character alone.
fn split(line: &str) -> Vec<&str> {
    let (mut words, mut from, mut was_word) = (Vec::new(), 0, false);
    for (at, letter) in line.char_indices() {
        let is_word = letter.is_alphanumeric();
        if at > from && !(is_word && was_word) {
            words.push(&line[from..at]);
            from = at;
        }
        was_word = is_word;
    }
    words.extend(Some(&line[from..]).filter(|rest| !rest.is_empty()));
    words
}

/// A line without what varies, by which a finding in it is named.
pub(super) fn spot(line: &str) -> String {
    let mut spot = String::new();
    for letter in line.trim().chars().take(120) {
        if !letter.is_ascii_digit() {
            spot.push(letter);
        } else if !spot.ends_with('#') {
            spot.push('#');
        }
    }
    spot
}

struct Lines<'t, 'r> {
    texts: Vec<&'t str>,
    hashes: Vec<u64>,
    rules: Vec<Option<&'r str>>,
    _lent: Lent,
}

impl<'t, 'r> Lines<'t, 'r> {
    fn of(text: &'t str, rules: &'r Rules) -> Self {
        // The end of the last line is not a line; `\r\n` against `\n` is a difference.
        let lent = Lent::default();
        let lines = text.split_inclusive('\n').inspect(|_| {
            work::step();
            lent.more(A_LINE);
        });
        let texts: Vec<_> = lines.collect();
        let clean = |line: &&str| {
            work::step();
            if rules.expressions().is_empty() {
                return (hash::of_text(Tag::String, line), None);
            }
            let (clean, rule) = rules.without_noise(line);
            (hash::of_text(Tag::String, &clean), rule)
        };
        let (hashes, rules) = texts.iter().map(clean).unzip();
        Self { texts, hashes, rules, _lent: lent }
    }
}

#[derive(Default)]
struct Found {
    listed: Vec<Difference>,
    unlisted: usize,
}

type Range = std::ops::Range<usize>;

impl Found {
    /// Lines that changed are pairs from the top; the longer side's rest was added or removed.
    fn gap(&mut self, (lefts, left): (&Lines<'_, '_>, Range), (rights, right): (&Lines<'_, '_>, Range)) {
        for step in 0..left.len().max(right.len()) {
            let (i, j) = (left.start + step, right.start + step);
            let from = left.contains(&i).then(|| lefts.texts[i]);
            let to = right.contains(&j).then(|| rights.texts[j]);
            let change = match (from, to) {
                (None, _) => Change::Added,
                (_, None) => Change::Removed,
                _ => Change::Changed,
            };
            self.push(if from.is_some() { i } else { j }, change, (from, to), None);
        }
    }

    fn push(&mut self, at: usize, change: Change, texts: (Option<&str>, Option<&str>), rule: Option<&str>) {
        work::step();
        if self.listed.len() == LISTED || !work::spare(4 * super::SHOWN) {
            self.unlisted += 1;
            return;
        }
        let (left, right) = (texts.0.map(str::to_owned), texts.1.map(str::to_owned));
        self.listed.push(Difference {
            spot: spot(texts.0.or(texts.1).unwrap_or_default()),
            hidden_by: rule.map(str::to_owned),
            ..Difference::of(Part::Text, &format!("line {}", at + 1), change, (left, right))
        });
    }
}
