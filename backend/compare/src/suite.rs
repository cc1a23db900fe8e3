//! A named list of probes with what a person has decided about their answers: a TOML file in the repository.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{
    difference::rule::{self, Rule, Rules},
    json::{Arrays, Pattern},
    probe::{Probe, Text},
};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    pub name: String,
    #[serde(default, rename = "probe", skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// Arrays that are not compared in order.
    #[serde(default, rename = "array", skip_serializing_if = "Vec::is_empty")]
    pub arrays: Vec<Unordered>,
    /// Accepted noise.
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// An array whose order does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unordered {
    pub path: Pattern,
    /// By this key its elements find each other; without it they form a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Why a suite cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the suite is not as it should be: {0}")]
    Malformed(String),
    #[error("the suite names `{0}` twice")]
    Twice(String),
    #[error("the suite has no probe")]
    Empty,
    #[error("the path of `{0}` must begin with `/`")]
    Path(String),
    #[error("`{0}` cannot be sent: its {1} is none that HTTP knows")]
    Unsendable(String, &'static str),
    #[error(
        "`{0}` sends the secret header `{1}` in the open; write `env:NAME` and set NAME where the console runs"
    )]
    OpenSecret(String, String),
    #[error(transparent)]
    Rule(#[from] rule::Refused),
}

/// Headers whose values are secret.
const SECRET: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token", "x-amz-security-token"];

/// Reads a suite and checks everything that can be wrong with it.
pub fn read(text: &str) -> Result<Suite, Unusable> {
    let suite: Suite = toml::from_str(text).map_err(|error| malformed(text, &error))?;
    let mut names = HashSet::new();
    for probe in &suite.probes {
        if !names.insert(probe.name.as_str()) {
            return Err(Unusable::Twice(probe.name.clone()));
        }
        if !probe.path.starts_with('/') {
            return Err(Unusable::Path(probe.name.clone()));
        }
        if let Some(what) = probe.unsendable() {
            return Err(Unusable::Unsendable(probe.name.clone(), what));
        }
        for (name, text) in &probe.headers {
            if is_secret(name) && matches!(text, Text::Plain(_)) {
                return Err(Unusable::OpenSecret(probe.name.clone(), name.clone()));
            }
        }
    }
    if suite.probes.is_empty() {
        return Err(Unusable::Empty);
    }
    suite.rules(None)?;
    Ok(suite)
}

/// What is wrong and in which line. The line itself is not repeated: it may hold a secret.
fn malformed(text: &str, error: &toml::de::Error) -> Unusable {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    Unusable::Malformed(format!("{}{}", line.unwrap_or_default(), error.message()))
}

/// As a file. It holds no secret, since probes only name them.
pub fn write(suite: &Suite) -> Result<String, Unusable> {
    toml::to_string_pretty(suite).map_err(|error| Unusable::Malformed(error.to_string()))
}

impl Suite {
    /// The rules made ready: all of them, or those for a probe.
    pub fn rules(&self, probe: Option<&str>) -> Result<Rules, rule::Refused> {
        let mode = |it: &Unordered| it.key.clone().map_or(Arrays::AsSet, Arrays::ByKey);
        let arrays = self.arrays.iter().map(|it| (it.path.clone(), mode(it))).collect();
        match probe {
            Some(probe) => Rules::of_probe(&self.rules, probe, arrays),
            None => Rules::new(self.rules.clone(), arrays),
        }
    }
}

pub fn is_secret(header: &str) -> bool {
    SECRET.contains(&header.to_ascii_lowercase().as_str())
}
