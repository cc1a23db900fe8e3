//! A named list of probes with what a person has decided about their answers: a TOML file in the repository, or
//! imported from what a team has already.

pub mod curl;
pub mod har;
pub mod hurl;
pub mod list;
pub mod openapi;
pub mod sitemap;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{
    difference::json::{Arrays, Pattern},
    noise::rule::{self, Rule, Rules},
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
    #[error(
        "`{0}` sends the secret header `{1}` in the open; write `env:NAME` and set NAME where the console runs"
    )]
    OpenSecret(String, String),
    #[error(transparent)]
    Rule(#[from] rule::Refused),
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    pub probes: Vec<Probe>,
    /// What was left out or changed, in words.
    pub remarks: Vec<String>,
}

/// Headers whose values are secret.
const SECRET: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token", "x-amz-security-token"];

/// Headers that belong to a connection and not to what is asked.
const OF_CONNECTION: [&str; 6] =
    ["connection", "content-length", "host", "keep-alive", "te", "transfer-encoding"];

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

impl Imported {
    /// Takes a request over: without its origin, without what belongs to the connection, and with references
    /// in place of secrets.
    fn push(&mut self, method: &str, url: &str, headers: Vec<(String, String)>, body: Option<String>) {
        let method = method.to_ascii_uppercase();
        let Some(path) = path_of(url) else {
            self.remarks.push(format!("{method} request left out: its address is not one of HTTP"));
            return;
        };
        let mut kept = Vec::new();
        for (name, value) in headers {
            let lower = name.to_ascii_lowercase();
            if OF_CONNECTION.contains(&lower.as_str()) || name.starts_with(':') {
                continue;
            }
            if is_secret(&name) {
                let reference = format!("PROBE_{}", lower.to_ascii_uppercase().replace('-', "_"));
                self.remarks.push(format!("{method} {path}: set {reference} where the console runs"));
                kept.push((name, Text::Secret(reference)));
            } else {
                kept.push((name, Text::Plain(value)));
            }
        }
        self.probes.push(Probe { name: format!("{method} {path}"), method, path, headers: kept, body });
    }

    /// Gives probes of the same name a number, and drops those that are wholly the same.
    fn numbered(mut self) -> Self {
        let mut known: Vec<Probe> = Vec::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for mut probe in std::mem::take(&mut self.probes) {
            if known.contains(&probe) {
                continue;
            }
            known.push(probe.clone());
            let count = names.entry(probe.name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                probe.name = format!("{} ({count})", probe.name);
            }
            self.probes.push(probe);
        }
        self
    }
}

/// Path and query of an address, or of a path.
fn path_of(url: &str) -> Option<String> {
    let url = url.trim();
    let url = url.split('#').next().unwrap_or_default();
    if url.starts_with('/') && !url.starts_with("//") {
        return url.parse::<http::Uri>().is_ok().then(|| url.to_owned());
    }
    let address = if url.contains("://") { url.to_owned() } else { format!("http://{}", bare(url)?) };
    let uri: http::Uri = address.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https"))
        .then(|| uri.path_and_query().map_or("/".to_owned(), |it| it.as_str().to_owned()))
}

/// An address without a scheme, as curl takes it. `data:` and `mailto:` are none.
fn bare(url: &str) -> Option<&str> {
    let host = url.split(['/', '?']).next().unwrap_or_default();
    let port = host.split_once(':').map_or("", |(_, port)| port);
    (!host.is_empty() && port.bytes().all(|it| it.is_ascii_digit())).then_some(url)
}
