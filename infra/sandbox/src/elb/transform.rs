//! Transforms of rules: host and path of a request are rewritten before it is forwarded.

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::pattern;
use crate::{error::AwsError, read::Input};

/// One rewrite of a part of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Transform {
    pub(super) of: Rewritten,
    regex: String,
    replace: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Rewritten {
    Host,
    /// Path and query.
    Url,
}

impl Rewritten {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Host => ("host-header-rewrite", "HostHeaderRewriteConfig"),
            Self::Url => ("url-rewrite", "UrlRewriteConfig"),
        }
    }
}

/// The transforms of a rule: at most one of each kind.
pub(super) fn read(input: Input<'_>) -> Result<Vec<Transform>, AwsError> {
    let mut transforms: Vec<Transform> = Vec::new();
    for transform in input.each("Transforms") {
        let of = match transform.text("Type")? {
            "host-header-rewrite" => Rewritten::Host,
            "url-rewrite" => Rewritten::Url,
            other => {
                return Err(input.bad(format!(
                    "Transform type '{other}' must be one of '[host-header-rewrite, url-rewrite]'"
                )));
            }
        };
        let (name, config) = of.names();
        if transforms.iter().any(|other| other.of == of) {
            return Err(input.bad(format!("A rule takes one transform of type '{name}'")));
        }
        let config = transform.child(config).ok_or_else(|| transform.missing(config))?;
        let rewrites: Vec<Input<'_>> = config.each("Rewrites").collect();
        let [rewrite] = rewrites.as_slice() else {
            return Err(input.bad(format!("A transform of type '{name}' takes exactly one rewrite")));
        };
        let (regex, replace) = (rewrite.text("Regex")?, rewrite.text_or_none("Replace").unwrap_or_default());
        pattern::regex(regex)
            .map_err(|error| input.bad(format!("The regular expression '{regex}' is not valid: {error}")))?;
        transforms.push(Transform { of, regex: regex.to_owned(), replace: replace.to_owned() });
    }
    Ok(transforms)
}

impl Transform {
    pub(super) fn show(&self) -> Value {
        let (name, config) = self.of.names();
        json!({"Type": name, config: {"Rewrites": [{"Regex": self.regex, "Replace": self.replace}]}})
    }

    pub(super) fn ready(&self) -> Option<Rewrite> {
        // It was compiled once before it was accepted.
        let regex = pattern::regex(&self.regex).ok()?;
        Some(Rewrite { of: self.of, regex, replace: self.replace.clone() })
    }
}

/// A transform made ready for many requests.
#[derive(Debug)]
pub(super) struct Rewrite {
    pub(super) of: Rewritten,
    regex: Regex,
    replace: String,
}

impl Rewrite {
    pub(super) fn apply(&self, text: &str) -> String {
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
