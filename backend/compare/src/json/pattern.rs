//! Paths with wildcards: the part of JSONPath in which every pattern can be read aloud.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Pointer, pointer::Segment};

/// `$`, then `.key`, `['key']`, `[0]`, `[*]`, `.*`, or `..` for any number of steps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    Name(String),
    Index(usize),
    AnyName,
    AnyIndex,
    Deep,
}

/// A walk remembers where it stands in 64 bits.
const MOST_STEPS: usize = 60;

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no path: {reason}")]
pub struct UnreadablePattern {
    pattern: String,
    reason: &'static str,
}

impl Pattern {
    /// Where a walk that begins at the document's root stands in this pattern: a bit for each step that may come
    /// next. None: the walk has left it.
    pub(super) fn start(&self) -> u64 {
        self.settled(1)
    }

    /// Where it stands after one more step.
    pub(super) fn after(&self, standing: u64, key: Result<&str, usize>) -> u64 {
        let mut next = 0;
        for (at, step) in self.steps.iter().enumerate().filter(|(at, _)| standing >> at & 1 == 1) {
            next |= match (step, key) {
                (Step::Deep, _) => 1 << at,
                (Step::Name(name), Ok(key)) if name == key => 1 << (at + 1),
                (Step::Index(wanted), Err(index)) if *wanted == index => 1 << (at + 1),
                (Step::AnyName, Ok(_)) | (Step::AnyIndex, Err(_)) => 1 << (at + 1),
                // As earlier versions wrote the place of such a key.
                (Step::AnyIndex, Ok(key)) if is_number(key) => 1 << (at + 1),
                _ => 0,
            };
        }
        self.settled(next)
    }

    pub(super) fn is_met(&self, standing: u64) -> bool {
        standing >> self.steps.len() & 1 == 1
    }

    /// `..` may stand for no step at all.
    fn settled(&self, mut standing: u64) -> u64 {
        for (at, step) in self.steps.iter().enumerate() {
            if *step == Step::Deep && standing >> at & 1 == 1 {
                standing |= 1 << (at + 1);
            }
        }
        standing
    }

    /// Whether a place is one that the pattern names. A number is taken for an index and for a key.
    pub fn names(&self, place: &Pointer) -> bool {
        let mut standing = self.start();
        for segment in place.segments() {
            let index = segment.parse().map_or(0, |index| self.after(standing, Err(index)));
            standing = self.after(standing, Ok(&segment)) | index;
        }
        self.is_met(standing)
    }

    /// The pattern of a place, whatever the indices. A key that looks like a number is a key.
    pub(super) fn around(place: &[Segment<'_>]) -> Self {
        let step = |segment: &Segment<'_>| match segment {
            Segment::Index(_) => Step::AnyIndex,
            Segment::Key(key) => Step::Name(key.to_string()),
        };
        let mut steps: Vec<_> = place.iter().map(step).collect();
        if steps.len() > MOST_STEPS {
            // The end says more than the beginning.
            steps.drain(..=steps.len() - MOST_STEPS);
            steps.insert(0, Step::Deep);
        }
        Self { steps }
    }
}

impl Default for Pattern {
    /// The whole document.
    fn default() -> Self {
        Self { steps: Vec::new() }
    }
}

fn is_number(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|it| it.is_ascii_digit())
}

impl FromStr for Pattern {
    type Err = UnreadablePattern;

    fn from_str(text: &str) -> Result<Self, UnreadablePattern> {
        let fail = |reason| UnreadablePattern { pattern: text.to_owned(), reason };
        let mut rest = text.strip_prefix('$').ok_or(fail("it must begin with `$`"))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, left) = step(rest).map_err(fail)?;
            // `..name` is any number of steps and then the name.
            if step == Step::Deep && left.is_empty() {
                return Err(fail("`..` needs a name after it"));
            }
            if steps.len() == MOST_STEPS {
                return Err(fail("it has more than 60 steps"));
            }
            rest = left;
            steps.push(step);
        }
        Ok(Self { steps })
    }
}

fn step(text: &str) -> Result<(Step, &str), &'static str> {
    if let Some(rest) = text.strip_prefix("..") {
        let is_bracket = rest.starts_with('[');
        // The dot that the name needs is the second one of the two.
        return Ok((Step::Deep, if is_bracket || rest.is_empty() { rest } else { &text[1..] }));
    }
    if let Some(rest) = text.strip_prefix(".*") {
        return Ok((Step::AnyName, rest));
    }
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        if name.is_empty() {
            return Err("a name is missing after `.`");
        }
        return Ok((Step::Name(name.to_owned()), rest));
    }
    if let Some(rest) = text.strip_prefix("['") {
        return quoted(rest).ok_or("`['` is not closed");
    }
    let rest = text.strip_prefix('[').ok_or("expected `.` or `[`")?;
    let (inside, rest) = rest.split_once(']').ok_or("`[` is not closed")?;
    if inside == "*" {
        return Ok((Step::AnyIndex, rest));
    }
    let index = inside.parse().map_err(|_| "expected an index, `*` or `'key'` in `[…]`")?;
    Ok((Step::Index(index), rest))
}

/// A key up to `']`. A backslash stands before an apostrophe or a backslash of its own.
fn quoted(text: &str) -> Option<(Step, &str)> {
    let (mut name, mut letters) = (String::new(), text.chars());
    while let Some(letter) = letters.next() {
        let rest = letters.as_str();
        match letter {
            '\\' if rest.starts_with(['\'', '\\']) => name.extend(letters.next()),
            '\'' if rest.starts_with(']') => return Some((Step::Name(name), &rest[1..])),
            other => name.push(other),
        }
    }
    None
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("$")?;
        let mut after_deep = false;
        for step in &self.steps {
            match step {
                Step::Name(name)
                    if is_number(name) || name.is_empty() || name.contains(['.', '[', '\'', '*', '\\']) =>
                {
                    write!(out, "['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))?;
                }
                Step::Name(name) if after_deep => write!(out, "{name}")?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::Index(index) => write!(out, "[{index}]")?,
                Step::AnyName if after_deep => out.write_str("*")?,
                Step::AnyName => out.write_str(".*")?,
                Step::AnyIndex => out.write_str("[*]")?,
                Step::Deep => out.write_str("..")?,
            }
            after_deep = *step == Step::Deep;
        }
        Ok(())
    }
}

impl TryFrom<String> for Pattern {
    type Error = UnreadablePattern;

    fn try_from(text: String) -> Result<Self, UnreadablePattern> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn names(pattern: &str, place: &str) -> bool {
        pattern.parse::<Pattern>().unwrap().names(&place.into())
    }

    #[test]
    fn a_pattern_names_its_places_and_no_others() {
        assert!(names("$", ""));
        assert!(names("$.items[*].id", "/items/7/id"));
        assert!(!names("$.items[*].id", "/items/7/name"));
        assert!(!names("$.items[*].id", "/items/7"));
        assert!(names("$..id", "/a/b/3/id") && names("$..id", "/id"));
        assert!(names("$['a.b'][0].*", "/a.b/0/x"));
        assert!(!names("$.items[1]", "/items/0"));
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        let long = format!("${}", ".a".repeat(61));
        for text in ["", "items", "$.", "$[", "$[x]", "$..", "$x", "$['a", &long] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in ["$", "$.items[*].id", "$..id", "$['a.b'][0].*", "$..*.x", "$..[*]"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
    }
}
