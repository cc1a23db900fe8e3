//! A named list of probes with what a person has decided about their answers: a TOML file in the repository.

mod file;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

pub use viridian_shared::comparison::suite::Suite;
use viridian_shared::comparison::suite::Unordered;

use crate::{
    difference::rule::{self, Rules},
    json::Arrays,
    probe,
};
use file::File;

/// Why a suite cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
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
    Rule(#[from] rule::RefusedRule),
}

/// Headers whose values are secret.
const SECRET: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token", "x-amz-security-token"];

/// Reads a suite with its name, and checks everything that can be wrong with it.
pub fn read(text: &str) -> Result<(String, Suite), Unusable> {
    let file: File = toml::from_str(text).map_err(|error| malformed(text, &error))?;
    let (name, suite) = file.suite();
    check(&suite)?;
    Ok((name, suite))
}

fn check(suite: &Suite) -> Result<(), Unusable> {
    let mut names = HashSet::new();
    for probe in &suite.probes {
        if !names.insert(probe.name.as_str()) {
            return Err(Unusable::Twice(probe.name.clone()));
        }
        if !probe.path.starts_with('/') {
            return Err(Unusable::Path(probe.name.clone()));
        }
        if let Some(what) = probe::unsendable(probe) {
            return Err(Unusable::Unsendable(probe.name.clone(), what));
        }
        for header in &probe.headers {
            if is_secret(&header.name) && probe::reference(&header.value).is_none() {
                return Err(Unusable::OpenSecret(probe.name.clone(), header.name.clone()));
            }
        }
    }
    if suite.probes.is_empty() {
        return Err(Unusable::Empty);
    }
    rules(suite, None)?;
    Ok(())
}

/// What is wrong and in which line. The line itself is not repeated: it may hold a secret.
fn malformed(text: &str, error: &toml::de::Error) -> Unusable {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    Unusable::Malformed(format!("{}{}", line.unwrap_or_default(), error.message()))
}

/// As a file. It holds no secret, since probes only name them.
pub fn write(name: &str, suite: &Suite) -> Result<String, Unusable> {
    toml::to_string_pretty(&File::of(name, suite)).map_err(|error| Unusable::Malformed(error.to_string()))
}

/// The rules of a suite made ready: all of them, or those for a probe.
pub fn rules(suite: &Suite, probe: Option<&str>) -> Result<Rules, rule::RefusedRule> {
    let array = |it: &Unordered| {
        let mode = it.key.clone().map_or(Arrays::AsSet, Arrays::ByKey);
        Ok((it.path.parse()?, mode))
    };
    let arrays = suite.arrays.iter().map(array).collect::<Result<_, rule::RefusedRule>>()?;
    match probe {
        Some(probe) => Rules::of_probe(&suite.noise, probe, arrays),
        None => Rules::new(suite.noise.clone(), arrays),
    }
}

/// Whether the values of this header are secret by what HTTP uses it for.
pub fn is_secret(header: &str) -> bool {
    SECRET.contains(&header.to_ascii_lowercase().as_str())
}
