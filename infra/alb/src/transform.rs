//! Transforms of rules: host and path of a request are rewritten before it is forwarded.

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::pattern;

/// One rewrite of a part of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transform {
    /// What it rewrites.
    pub of: Rewritten,
    /// A regular expression.
    pub regex: String,
    /// What is put in for what it matches; `$1` is its first group.
    pub replace: String,
}

/// A part of a request that can be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rewritten {
    /// The host that the target sees.
    Host,
    /// Path and query.
    Url,
}

impl Transform {
    /// With its expression compiled; none where it is no expression.
    pub fn ready(&self) -> Option<Rewrite> {
        // It was compiled once before it was accepted.
        let regex = pattern::regex(&self.regex).ok()?;
        Some(Rewrite { of: self.of, regex, replace: self.replace.clone() })
    }
}

/// A transform made ready for many requests.
#[derive(Debug)]
pub struct Rewrite {
    /// What it rewrites.
    pub of: Rewritten,
    regex: Regex,
    replace: String,
}

impl Rewrite {
    /// The text rewritten; as it was where the expression does not fit.
    pub fn apply(&self, text: &str) -> String {
        let rewritten = self.regex.replace(text, self.replace.as_str());
        // What is written into a head must not end its line.
        rewritten.chars().filter(|letter| !letter.is_control() && *letter != ' ').collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_the_expression_are_put_in() {
        let transform = Transform {
            of: Rewritten::Url,
            regex: "^/api/v(\\d+)/(.*)$".to_owned(),
            replace: "/$2?version=$1".to_owned(),
        };
        let rewrite = transform.ready().unwrap();
        assert_eq!(rewrite.apply("/api/v2/items"), "/items?version=2");
        assert_eq!(rewrite.apply("/other"), "/other");
    }
}
