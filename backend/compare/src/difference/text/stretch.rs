//! What differs within a line, one by one, each with a name that outlives its value: the words before it, or where
//! it stands first, the words after it.

use regex::Regex;

use crate::{
    align,
    difference::rule::Rules,
    hash::{self, Tag},
    work,
};

/// A part of a line that differs.
#[derive(Debug)]
pub(super) struct Stretch<'r> {
    pub(super) left: Range,
    pub(super) right: Range,
    /// What stands around it, with `#` for what varies.
    pub(super) name: String,
    /// The rule that hides it.
    pub(super) rule: Option<&'r str>,
}

type Range = std::ops::Range<usize>;

/// So many words of what stands around a stretch are its name.
const NAMING: usize = 4;
const LONGEST_NAME: usize = 80;
/// Lines of which less than this part is common are two lines, and not one that changed: in hundredths.
const COMMON: usize = 25;
/// In longer lines, or with more of them, what differs is not told apart.
const MOST_ATOMS: usize = 4000;

/// What differs between two lines. Nothing when they have too little in common. Aligned from the same side whichever
/// line is called left, so that both views agree.
pub(super) fn stretches<'r>(left: &str, right: &str, rules: &'r Rules) -> Vec<Stretch<'r>> {
    if left <= right {
        return ordered(left, right, rules);
    }
    let mut found = ordered(right, left, rules);
    for stretch in &mut found {
        std::mem::swap(&mut stretch.left, &mut stretch.right);
    }
    found
}

fn ordered<'r>(left: &str, right: &str, rules: &'r Rules) -> Vec<Stretch<'r>> {
    let (lefts, rights) = (atoms(left, rules), atoms(right, rules));
    if lefts.len().max(rights.len()) > MOST_ATOMS {
        return Vec::new();
    }
    work::look();
    let hashes = |atoms: &[Atom<'_>]| atoms.iter().map(|it| it.hash).collect::<Vec<_>>();
    let pairs = align::common(&hashes(&lefts), &hashes(&rights));
    let letters = |atoms: &[Atom<'_>]| atoms.iter().map(|it| it.letters).sum::<usize>();
    let common: usize = pairs.iter().map(|pair| lefts[pair.0].letters).sum();
    if common * 100 < letters(&lefts).max(letters(&rights)) * COMMON || common == 0 {
        return Vec::new();
    }
    let (mut found, mut passed, mut from) = (Vec::new(), Vec::new(), (0, 0));
    let mut gaps = Vec::new();
    for pair in pairs.into_iter().chain([(lefts.len(), rights.len())]) {
        if from != pair {
            gaps.push((from.0..pair.0, from.1..pair.1, passed.len(), None));
            passed.push("#".to_owned());
        }
        if let (Some(one), Some(other)) = (lefts.get(pair.0), rights.get(pair.1)) {
            if one.text(left) != other.text(right) {
                // Alike but for what a rule hides.
                gaps.push((pair.0..pair.0 + 1, pair.1..pair.1 + 1, passed.len(), one.rule.or(other.rule)));
            }
            passed.push(one.plain(left));
        }
        from = (pair.0 + 1, pair.1 + 1);
    }
    for (left_atoms, right_atoms, at, rule) in gaps {
        let (left, right) = (span(&lefts, &left_atoms, left), span(&rights, &right_atoms, right));
        found.push(Stretch { left, right, name: name(&passed, at), rule });
    }
    found
}

/// A word, a number with what joins its parts, a space or a sign.
struct Atom<'r> {
    from: usize,
    to: usize,
    hash: u64,
    letters: usize,
    rule: Option<&'r str>,
}

impl Atom<'_> {
    fn text<'t>(&self, line: &'t str) -> &'t str {
        &line[self.from..self.to]
    }

    /// Without what varies.
    fn plain(&self, line: &str) -> String {
        if self.rule.is_some() { "#".to_owned() } else { super::spot(self.text(line)) + self.space(line) }
    }

    fn space<'t>(&self, line: &'t str) -> &'t str {
        if self.text(line).trim().is_empty() { " " } else { "" }
    }
}

fn span(atoms: &[Atom<'_>], of: &Range, line: &str) -> Range {
    let from = atoms.get(of.start).map_or(line.len(), |it| it.from);
    let to = if of.is_empty() { from } else { atoms.get(of.end - 1).map_or(line.len(), |it| it.to) };
    from..to
}

/// What stands before, and where no word does, what stands after.
fn name(passed: &[String], at: usize) -> String {
    let is_word = |it: &&String| it.chars().any(char::is_alphabetic);
    let before = &passed[..at];
    let mut count = 0;
    let begin = before.iter().rposition(|it| {
        count += usize::from(it.chars().any(char::is_alphanumeric) || it == "#");
        count == NAMING
    });
    let before = &before[begin.unwrap_or_default()..];
    let mut name = before.concat();
    name.push('#');
    if !before.iter().any(|it| is_word(&it)) {
        let after = passed.get(at + 1..).unwrap_or_default();
        let end = after.iter().position(|it| is_word(&it)).map_or(0, |it| it + 1);
        name.push_str(&after[..end].concat());
    }
    let from = name.char_indices().rev().nth(LONGEST_NAME).map_or(0, |(at, _)| at);
    name[from..].trim().to_owned()
}

fn atoms<'r>(line: &str, rules: &'r Rules) -> Vec<Atom<'r>> {
    let noise = noise(line, rules.expressions());
    let (mut atoms, mut at) = (Vec::new(), 0);
    for (range, rule) in noise.into_iter().chain([(line.len()..line.len(), "")]) {
        plain_atoms(line, at..range.start, &mut atoms);
        if !range.is_empty() {
            let (hash, letters) = (hash::of_text(Tag::Masked, ""), 0);
            atoms.push(Atom { from: range.start, to: range.end, hash, letters, rule: Some(rule) });
        }
        at = range.end;
    }
    atoms
}

/// What expressions find, in order and without overlaps.
fn noise<'r>(line: &str, expressions: &'r [(String, Regex)]) -> Vec<(Range, &'r str)> {
    let found = expressions
        .iter()
        .flat_map(|(rule, expression)| expression.find_iter(line).map(move |it| (it.range(), rule.as_str())));
    let mut found: Vec<_> = found.filter(|(range, _)| !range.is_empty()).collect();
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(range, _)| {
        let is_free = range.start >= end;
        end = if is_free { range.end } else { end };
        is_free
    });
    found
}

fn plain_atoms(line: &str, range: Range, atoms: &mut Vec<Atom<'_>>) {
    let text = &line[range.clone()];
    let mut push = |from: usize, to: usize| {
        let atom = &text[from..to];
        atoms.push(Atom {
            from: range.start + from,
            to: range.start + to,
            hash: hash::of_text(Tag::String, atom),
            letters: atom.chars().filter(|it| it.is_alphanumeric()).count(),
            rule: None,
        });
    };
    let mut from = 0;
    while from < text.len() {
        work::step();
        let mut to = from + word(&text[from..]);
        if to == from {
            to += text[from..].chars().next().map_or(1, char::len_utf8);
        } else {
            // The parts of a time, a date, a version or an id are one.
            while let Some(more) = joined(&text[from..to], &text[to..]) {
                to += more;
            }
        }
        push(from, to);
        from = to;
    }
}

/// In bytes, the letters and digits that a text begins with.
fn word(text: &str) -> usize {
    text.find(|it: char| !it.is_alphanumeric()).unwrap_or(text.len())
}

/// How much more belongs to what has digits: a sign that joins, and what has digits too.
fn joined(before: &str, after: &str) -> Option<usize> {
    let has_digit = |it: &str| it.bytes().any(|it| it.is_ascii_digit());
    let rest = after.strip_prefix(['-', ':', '.', '+', '_'])?;
    let length = word(rest);
    (has_digit(before) && has_digit(&rest[..length])).then_some(length + 1)
}
