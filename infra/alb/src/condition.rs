//! Conditions of rules: what a request must look like for the rule to apply.

use serde::{Deserialize, Serialize};

/// One condition; it holds when one of its values does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Patterns of the path; `*` and `?` are wildcards.
    Path(Vec<String>),
    /// Patterns of the host, whatever its capitals.
    Host(Vec<String>),
    /// Methods, to the letter.
    Method(Vec<String>),
    /// Patterns of the values of a header.
    Header {
        /// Its name, whatever its capitals.
        name: String,
        /// Patterns, of which one must fit.
        values: Vec<String>,
    },
    /// Patterns of a key, where one is given, and of its value.
    Query(Vec<(Option<String>, String)>),
    /// Blocks of addresses in CIDR's form.
    Source(Vec<String>),
    /// Regular expressions in place of wildcards.
    Regex {
        /// The part that they are compared with.
        of: Part,
        /// Regular expressions, of which one must fit.
        values: Vec<String>,
    },
}

/// A part of a request that regular expressions are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Without the query.
    Path,
    /// Without the port.
    Host,
    /// Of the header of this name.
    Header(String),
}

impl Condition {
    fn values(&self) -> Vec<&str> {
        match self {
            Self::Path(values)
            | Self::Host(values)
            | Self::Method(values)
            | Self::Source(values)
            | Self::Header { values, .. }
            | Self::Regex { values, .. } => values.iter().map(String::as_str).collect(),
            Self::Query(pairs) => pairs.iter().map(|(_, value)| value.as_str()).collect(),
        }
    }

    /// The values that count against the limit of five for a rule.
    pub fn size(&self) -> usize {
        self.values().len()
    }

    /// The wildcards that count against the limit of five for a rule.
    pub fn wildcards(&self) -> usize {
        if matches!(self, Self::Regex { .. } | Self::Method(_) | Self::Source(_)) {
            return 0;
        }
        let keys = match self {
            Self::Query(pairs) => pairs.iter().filter_map(|(key, _)| key.as_deref()).collect(),
            _ => Vec::new(),
        };
        let all = self.values().into_iter().chain(keys);
        all.map(|value| value.matches(['*', '?']).count()).sum()
    }
}
