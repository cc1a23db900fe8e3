//! The port to `viridian-compare`: whom a service may be asked at, which secrets probes may use, where the work is
//! done, and what is kept of it and shown.

#![warn(missing_docs)]

mod ask;
mod asset;
pub mod desk;
mod effect;
mod import;
mod secret;
pub mod view;

use std::sync::{Arc, atomic::AtomicU32};

use async_trait::async_trait;
use viridian_compare::{
    finding, latency,
    probe::{
        Limits, Tls,
        guard::{Guard, Origin, RefusedOrigin},
    },
    suite as file, work,
};
use viridian_domain::port::{
    Comparer,
    comparer::{Answered, Imported, Order, Ran, RuleEffect},
};
use viridian_shared::comparison::{
    finding::{Finding, Ruling, Verdict},
    latency::Latency,
    probe::Times,
    run::Side,
    suite::{ImportFormat, NoiseRule, Suite},
};

pub use secret::Secrets;

/// How bodies are understood, in a run as when they are shown.
pub fn body_limits() -> work::Limits {
    work::Limits::default()
}

/// A way to a colour: how people write it, and how the console reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// As people write it.
    pub shown: Origin,
    /// Where requests go.
    pub asked: Origin,
}

/// The comparer of one service.
pub struct Compare {
    ends: Vec<End>,
    guard: Guard,
    tls: Option<Tls>,
    secrets: Secrets,
    limits: Limits,
}

impl Compare {
    /// Asks at these ends only, and on loopback only when told so: that is for the sandbox.
    pub fn new(ends: Vec<End>, allows_loopback: bool, tls: Option<Tls>, secrets: Secrets) -> Self {
        let allowed = ends.iter().map(|end| end.asked.clone()).collect();
        Self { ends, guard: Guard { allowed, allows_loopback }, tls, secrets, limits: Limits::default() }
    }

    /// With other limits of an exchange.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Where a side is asked.
    fn end(&self, side: &Side) -> Result<End, String> {
        let shown: Origin = side.origin.parse().map_err(|error: RefusedOrigin| sentence(&error))?;
        let end = self.ends.iter().find(|end| end.shown == shown).cloned();
        end.ok_or_else(|| sentence(&RefusedOrigin::NotListed))
    }
}

#[async_trait]
impl Comparer for Compare {
    fn check(&self, name: &str, suite: &Suite) -> Result<(), String> {
        self.secrets.check(suite)?;
        // The file's own checks, so that what the console keeps can always be written into a repository.
        let text = file::write(name, suite).map_err(|error| sentence(&error))?;
        file::read(&text).map(|_| ()).map_err(|error| sentence(&error))
    }

    fn read(&self, text: &str) -> Result<(String, Suite), String> {
        let (name, suite) = file::read(text).map_err(|error| sentence(&error))?;
        self.secrets.check(&suite)?;
        Ok((name, suite))
    }

    fn write(&self, name: &str, suite: &Suite) -> Result<String, String> {
        file::write(name, suite).map_err(|error| sentence(&error))
    }

    async fn import(&self, format: ImportFormat, text: &str) -> Result<Imported, String> {
        import::import(format, text.to_owned()).await
    }

    async fn run(&self, order: &Order, answered: &Arc<AtomicU32>) -> Result<Ran, String> {
        self.ask(order, answered).await
    }

    async fn effect(
        &self,
        suite: &Suite,
        rule: &NoiseRule,
        answered: Answered,
    ) -> Result<RuleEffect, String> {
        effect::effect(suite, rule, answered).await
    }

    fn latency(&self, probes: &[Vec<Times>]) -> Latency {
        latency::over_suite(probes)
    }

    fn judge(&self, findings: &mut [Finding], rulings: &[Ruling], release: &str) -> Verdict {
        finding::judge(findings, rulings, release)
    }
}

/// A count as it is told; more than fits is never counted.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// An error of the crate as a sentence for a person.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
