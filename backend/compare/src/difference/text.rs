//! Text compared by line, and changed lines by word: what differs within a line is told apart, and each of it is
//! named by what stands around it, so that what a person says of one says nothing of another. Long lines, as
//! minified code has them, are taken apart after what ends a statement, a value or an element.

mod expression;
mod stretch;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Change, Mismatch, Part};
use crate::{
    align,
    difference::rule::Rules,
    hash::{self, Tag},
    work::{self, Lent},
};

pub(crate) use expression::around;
use stretch::Stretch;

const LISTED: usize = 10_000;
/// Longer lines are taken apart.
const LONGEST_LINE: usize = 200;
/// A spot is no longer; what is beyond it is known by its hash.
const LONGEST_SPOT: usize = 120;
/// So much of a line is shown around what differs, where more than one thing does.
const AROUND: usize = 60;
/// So many lines back the line is looked for under which another one is indented.
const ABOVE: usize = 200;
/// What a line takes while it is compared, without its text.
const A_LINE: usize = 96;

/// A stretch of words within a changed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub text: String,
    pub side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Side {
    Both,
    Left,
    Right,
}

/// The differences by line, and how many more there are than are listed.
pub(super) fn differences(left: &str, right: &str, rules: &Rules) -> (Vec<Mismatch>, usize) {
    let (lefts, rights) = (Lines::of(left, rules), Lines::of(right, rules));
    let mut found = Found::default();
    let mut from = (0, 0);
    let pairs = if left <= right {
        align::common(&lefts.hashes, &rights.hashes)
    } else {
        let turned = align::common(&rights.hashes, &lefts.hashes).into_iter();
        turned.map(|(right, left)| (left, right)).collect()
    };
    for pair in pairs.into_iter().chain([(lefts.texts.len(), rights.texts.len())]) {
        found.gap((&lefts, from.0..pair.0), (&rights, from.1..pair.1), rules);
        if let (Some(left), Some(right)) = (lefts.texts.get(pair.0), rights.texts.get(pair.1))
            && left != right
        {
            // Equal but for what an expression hides.
            let rule = lefts.rules[pair.0].or(rights.rules[pair.1]);
            let at = (&lefts, pair.0, lefts.numbers[pair.0]);
            found.changed(at, (left, right), rules, rule);
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    (found.listed, found.unlisted)
}

/// What of a changed line changed.
pub(crate) fn words(left: &str, right: &str) -> Vec<Words> {
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

/// A line without what varies, by which a finding in it is named. It is all of the line: what is too long to be
/// written out is known by its hash.
pub(super) fn spot(line: &str) -> String {
    let mut spot = String::new();
    for letter in line.trim().chars() {
        if !letter.is_ascii_digit() {
            spot.push(letter);
        } else if !spot.ends_with('#') {
            spot.push('#');
        }
    }
    match spot.char_indices().nth(LONGEST_SPOT) {
        None => spot,
        Some((end, _)) => {
            let hash = hash::of_text(Tag::String, &spot[end..]);
            format!("{}… {:08x}", &spot[..end], hash & 0xFFFF_FFFF)
        }
    }
}

struct Lines<'t, 'r> {
    texts: Vec<&'t str>,
    /// Of each, or of the line that it is a part of, from 1.
    numbers: Vec<usize>,
    hashes: Vec<u64>,
    rules: Vec<Option<&'r str>>,
    _lent: Lent,
}

impl<'t, 'r> Lines<'t, 'r> {
    fn of(text: &'t str, rules: &'r Rules) -> Self {
        // The end of the last line is not a line; `\r\n` against `\n` is a difference.
        let lent = Lent::default();
        let lines = text.split_inclusive('\n').zip(1..).flat_map(|(line, number)| {
            let is_long = line.len() > LONGEST_LINE;
            let ends = move |letter: char| is_long && matches!(letter, ';' | '}' | '{' | '>' | ',');
            line.split_inclusive(ends).map(move |piece| (piece, number))
        });
        let (texts, numbers): (Vec<_>, Vec<_>) = lines
            .inspect(|_| {
                work::step();
                lent.more(A_LINE);
            })
            .unzip();
        let clean = |line: &&str| {
            work::step();
            if rules.expressions().is_empty() {
                return (hash::of_text(Tag::String, line), None);
            }
            let (clean, rule) = rules.without_noise(line);
            (hash::of_text(Tag::String, &clean), rule)
        };
        let (hashes, rules) = texts.iter().map(clean).unzip();
        Self { texts, numbers, hashes, rules, _lent: lent }
    }

    /// The line under which one is indented, without what varies.
    fn above(&self, at: usize) -> String {
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let own = indent(self.texts[at]);
        let before = self.texts[..at].iter().rev().take(ABOVE).filter(|line| !line.trim().is_empty());
        let above = before.filter(|_| own > 0).find(|line| indent(line) < own);
        above.map(|line| format!("{} › ", spot(line))).unwrap_or_default()
    }
}

/// What differs in one changed text, one by one, each with a place and a spot within those of the text.
pub(super) fn by_stretch(whole: Mismatch, rules: &Rules) -> Vec<Mismatch> {
    let name = |line: &Option<String>| line.as_deref().map(spot).unwrap_or_default();
    let (Some(left), Some(right)) = (&whole.left, &whole.right) else {
        let line = name(&whole.left) + &name(&whole.right);
        return vec![Mismatch { spot: format!("{} {line}", whole.spot), ..whole }];
    };
    let stretches = stretch::stretches(left, right, rules);
    if stretches.is_empty() {
        return vec![Mismatch { spot: format!("{} {}", whole.spot, spot(left)), ..whole }];
    }
    let is_alone = stretches.len() == 1;
    let one = |(nth, it): (usize, &Stretch<'_>)| Mismatch {
        place: if nth == 0 { whole.place.clone() } else { format!("{} ({})", whole.place, nth + 1) },
        spot: format!("{} {}", whole.spot, it.name),
        left: Some(if is_alone { left.clone() } else { window(left, &stretches, nth, |it| &it.left) }),
        right: Some(if is_alone { right.clone() } else { window(right, &stretches, nth, |it| &it.right) }),
        hidden_by: whole.hidden_by.clone().or_else(|| it.rule.map(str::to_owned)),
        ..whole.clone()
    };
    stretches.iter().enumerate().map(one).collect()
}

/// A stretch with what stands around it, up to the next one.
fn window<'r>(
    line: &str,
    stretches: &[Stretch<'r>],
    nth: usize,
    side: impl for<'s> Fn(&'s Stretch<'r>) -> &'s Range,
) -> String {
    let own = side(&stretches[nth]);
    let before = nth.checked_sub(1).map_or(0, |it| side(&stretches[it]).end);
    let after = stretches.get(nth + 1).map_or(line.len(), |it| side(it).start);
    let from = line.ceil_char_boundary(own.start.saturating_sub(AROUND)).max(before);
    let to = line.floor_char_boundary(own.end + AROUND).min(after).max(own.end);
    line[from..to].to_owned()
}

#[derive(Default)]
struct Found {
    listed: Vec<Mismatch>,
    unlisted: usize,
    /// How many there are in each line.
    in_line: HashMap<(usize, Change), usize>,
}

type Range = std::ops::Range<usize>;

impl Found {
    /// Lines that changed are pairs from the top; the longer side's rest was added or removed.
    fn gap(
        &mut self,
        (lefts, left): (&Lines<'_, '_>, Range),
        (rights, right): (&Lines<'_, '_>, Range),
        rules: &Rules,
    ) {
        for step in 0..left.len().max(right.len()) {
            let (i, j) = (left.start + step, right.start + step);
            let from = left.contains(&i).then(|| lefts.texts[i]);
            let to = right.contains(&j).then(|| rights.texts[j]);
            match (from, to) {
                (Some(from), Some(to)) => {
                    self.changed((lefts, i, lefts.numbers[i]), (from, to), rules, None);
                }
                (Some(line), None) => {
                    self.push(lefts.numbers[i], Change::Removed, (from, None), spot(line), None);
                }
                (None, Some(line)) => {
                    self.push(rights.numbers[j], Change::Added, (None, to), spot(line), None);
                }
                (None, None) => {}
            }
        }
    }

    /// What differs in a line, one by one. A rule hides all of it where the rest is alike.
    fn changed(
        &mut self,
        (lines, at, number): (&Lines<'_, '_>, usize, usize),
        (left, right): (&str, &str),
        rules: &Rules,
        rule: Option<&str>,
    ) {
        let stretches = if rule.is_none() { stretch::stretches(left, right, rules) } else { Vec::new() };
        if stretches.is_empty() {
            return self.push(number, Change::Changed, (Some(left), Some(right)), spot(left), rule);
        }
        let above = lines.above(at);
        for (nth, it) in stretches.iter().enumerate() {
            let (from, to) = if stretches.len() == 1 {
                (left.to_owned(), right.to_owned())
            } else {
                (window(left, &stretches, nth, |it| &it.left), window(right, &stretches, nth, |it| &it.right))
            };
            let name = format!("{above}{}", it.name);
            self.push(number, Change::Changed, (Some(&from), Some(&to)), name, it.rule);
        }
    }

    fn push(
        &mut self,
        line: usize,
        change: Change,
        texts: (Option<&str>, Option<&str>),
        spot: String,
        rule: Option<&str>,
    ) {
        work::step();
        if self.listed.len() == LISTED || !work::spare(4 * super::SHOWN) {
            self.unlisted += 1;
            return;
        }
        let nth = self.in_line.entry((line, change)).or_default();
        *nth += 1;
        let place = if *nth == 1 { format!("line {line}") } else { format!("line {line} ({nth})") };
        let (left, right) = (texts.0.map(str::to_owned), texts.1.map(str::to_owned));
        self.listed.push(Mismatch {
            spot,
            hidden_by: rule.map(str::to_owned),
            ..Mismatch::of(Part::Text, &place, change, (left, right))
        });
    }
}
