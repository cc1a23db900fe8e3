//! Paths with wildcards: the part of JSONPath in which every pattern can be read aloud.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Pointer;

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

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no path: {reason}")]
pub struct Unreadable {
    pattern: String,
    reason: &'static str,
}

impl Pattern {
    /// Where a walk that begins at the document's root stands in this pattern.
    pub(super) fn start(&self) -> Vec<usize> {
        self.settled(vec![0])
    }

    /// Where it stands after one more step.
    pub(super) fn after(&self, standing: &[usize], key: Result<&str, usize>) -> Vec<usize> {
        let mut next = Vec::new();
        for &at in standing {
            match (self.steps.get(at), key) {
                (Some(Step::Deep), _) => next.push(at),
                (Some(Step::Name(name)), Ok(key)) if name == key => next.push(at + 1),
                (Some(Step::Index(wanted)), Err(index)) if *wanted == index => next.push(at + 1),
                (Some(Step::AnyName), Ok(_)) | (Some(Step::AnyIndex), Err(_)) => next.push(at + 1),
                _ => {}
            }
        }
        self.settled(next)
    }

    pub(super) fn is_met(&self, standing: &[usize]) -> bool {
        standing.contains(&self.steps.len())
    }

    /// `..` may stand for no step at all.
    fn settled(&self, mut standing: Vec<usize>) -> Vec<usize> {
        let mut index = 0;
        while let Some(&at) = standing.get(index) {
            if self.steps.get(at) == Some(&Step::Deep) && !standing.contains(&(at + 1)) {
                standing.push(at + 1);
            }
            index += 1;
        }
        standing.sort_unstable();
        standing.dedup();
        standing
    }

    /// Whether a place is one that the pattern names. A number is taken for an index and for a key.
    pub fn names(&self, place: &Pointer) -> bool {
        let mut standing = self.start();
        for segment in place.segments() {
            let mut next = self.after(&standing, Ok(&segment));
            if let Ok(index) = segment.parse() {
                next.extend(self.after(&standing, Err(index)));
            }
            standing = next;
        }
        self.is_met(&standing)
    }

    /// The pattern of a place, whatever the indices.
    pub fn around(place: &Pointer) -> Self {
        let step = |segment: &str| match segment.parse::<usize>() {
            Ok(_) => Step::AnyIndex,
            Err(_) => Step::Name(segment.to_owned()),
        };
        Self { steps: place.segments().map(|segment| step(&segment)).collect() }
    }
}

impl FromStr for Pattern {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let fail = |reason| Unreadable { pattern: text.to_owned(), reason };
        let mut rest = text.strip_prefix('$').ok_or(fail("it must begin with `$`"))?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, left) = step(rest).map_err(fail)?;
            // `..name` is any number of steps and then the name.
            if step == Step::Deep && left.is_empty() {
                return Err(fail("`..` needs a name after it"));
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
        let (name, rest) = rest.split_once("']").ok_or("`['` is not closed")?;
        return Ok((Step::Name(name.to_owned()), rest));
    }
    let rest = text.strip_prefix('[').ok_or("expected `.` or `[`")?;
    let (inside, rest) = rest.split_once(']').ok_or("`[` is not closed")?;
    if inside == "*" {
        return Ok((Step::AnyIndex, rest));
    }
    let index = inside.parse().map_err(|_| "expected an index, `*` or `'key'` in `[…]`")?;
    Ok((Step::Index(index), rest))
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("$")?;
        let mut after_deep = false;
        for step in &self.steps {
            match step {
                Step::Name(name) if name.is_empty() || name.contains(['.', '[', '\'', '*']) => {
                    write!(out, "['{name}']")?;
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
    type Error = Unreadable;

    fn try_from(text: String) -> Result<Self, Unreadable> {
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
        for text in ["", "items", "$.", "$[", "$[x]", "$..", "$x", "$['a"] {
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
