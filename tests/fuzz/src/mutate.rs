//! Inputs from inputs: a few small changes, some of which know brackets, numbers and words.

use crate::random::Random;

/// No input grows longer.
const LONGEST: usize = 64 * 1024;

/// Numbers at which programs go wrong.
const NUMBERS: [&str; 18] = [
    "0",
    "-1",
    "1",
    "127",
    "255",
    "65536",
    "2147483647",
    "-2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "1e999",
    "-0.0",
    "1e-320",
    "99999999",
];

const BRACKETS: [(u8, u8); 4] = [(b'[', b']'), (b'{', b'}'), (b'(', b')'), (b'"', b'"')];

/// Changes an input a few times. `others` are inputs to borrow from.
pub(crate) fn mutate(random: &mut Random, input: &[u8], others: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut text = input.to_vec();
    for _ in 0..=random.below(4) {
        change(random, &mut text, others, words);
        text.truncate(LONGEST);
    }
    text
}

fn change(random: &mut Random, text: &mut Vec<u8>, others: &[Vec<u8>], words: &[Vec<u8>]) {
    if text.is_empty() {
        text.extend(random.pick(words).cloned().unwrap_or_else(|| vec![b'0']));
        return;
    }
    let range = random.range(text.len());
    match random.below(12) {
        0 => text[range.start] = u8::try_from(random.below(256)).unwrap_or(0),
        1 => text[range.start] ^= 1 << random.below(8),
        2 => drop(text.drain(range)),
        3 => repeat(random, text, range),
        4 | 5 => put(text, range.start..range.start, random.pick(words)),
        6 => put(text, token(text, range.start), random.pick(words)),
        7 => number(random, text, range.start),
        8 => wrap(random, text, range),
        9 | 10 => borrow(random, text, range, others),
        _ => swap(random, text, range),
    }
}

fn put(text: &mut Vec<u8>, range: std::ops::Range<usize>, new: Option<&Vec<u8>>) {
    text.splice(range, new.into_iter().flatten().copied());
}

/// A part again and again, a few times or very often.
fn repeat(random: &mut Random, text: &mut Vec<u8>, range: std::ops::Range<usize>) {
    let times = 1 << random.below(if range.len() < 8 { 13 } else { 5 });
    let part = text[range.clone()].repeat(times);
    text.splice(range.end..range.end, part);
}

/// The word or number around a place.
fn token(text: &[u8], place: usize) -> std::ops::Range<usize> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$-".contains(byte);
    let from = text[..place].iter().rposition(|byte| !inside(byte)).map_or(0, |before| before + 1);
    let to = text[place..].iter().position(|byte| !inside(byte)).map_or(text.len(), |after| place + after);
    if to > from { from..to } else { place..place + 1 }
}

fn number(random: &mut Random, text: &mut Vec<u8>, place: usize) {
    let near = text[place..].iter().position(u8::is_ascii_digit).map_or(place, |near| place + near);
    let range = token(text, near);
    let new = random.pick(&NUMBERS).map(|number| number.as_bytes().to_vec());
    put(text, range, new.as_ref());
}

/// Brackets around a part, once or very deep.
fn wrap(random: &mut Random, text: &mut Vec<u8>, range: std::ops::Range<usize>) {
    let (open, close) = *random.pick(&BRACKETS).unwrap_or(&BRACKETS[0]);
    let deep = 1 << random.below(13);
    text.splice(range.end..range.end, std::iter::repeat_n(close, deep));
    text.splice(range.start..range.start, std::iter::repeat_n(open, deep));
}

/// A part of another input in place of a part of this one.
fn borrow(random: &mut Random, text: &mut Vec<u8>, range: std::ops::Range<usize>, others: &[Vec<u8>]) {
    let Some(other) = random.pick(others).filter(|other| !other.is_empty()) else { return };
    let from = random.range(other.len());
    text.splice(range, other[from].iter().copied());
}

/// Two parts change places.
fn swap(random: &mut Random, text: &mut Vec<u8>, range: std::ops::Range<usize>) {
    let other = token(text, random.below(text.len()));
    let range = token(text, range.start);
    let (first, second) = if range.start <= other.start { (range, other) } else { (other, range) };
    if first.end <= second.start {
        let (left, right) = (text[first.clone()].to_vec(), text[second.clone()].to_vec());
        text.splice(second, left);
        text.splice(first, right);
    }
}
