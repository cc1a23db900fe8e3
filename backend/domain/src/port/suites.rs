//! Suites that the console keeps, noise that people accepted, and what the sentinel is told.
//!
//! Noise is kept beside the suites, by the name of the suite: so it is there for suites of the repository too,
//! which the console never changes.

use async_trait::async_trait;
use jiff::Timestamp;
use viridian_shared::comparison::suite::{NoiseRule, Suite};

use super::PortError;
use crate::Warrant;

/// What the console keeps of how services are compared.
#[async_trait]
pub trait Suites: Send + Sync {
    /// Those that the console keeps for a service, by name.
    async fn suites(&self, service: &str) -> Result<Vec<KeptSuite>, PortError>;

    /// Keeps a suite in place of one of the same name.
    async fn save(&self, warrant: &Warrant, service: &str, suite: &KeptSuite) -> Result<(), PortError>;

    /// Forgets a suite and the noise that was accepted for it.
    async fn delete(&self, warrant: &Warrant, service: &str, name: &str) -> Result<(), PortError>;

    /// Noise of a service, oldest first.
    async fn noise(&self, service: &str) -> Result<Vec<KeptNoise>, PortError>;

    /// Adds a rule. One of that name for that suite is `Conflict`.
    async fn accept(&self, warrant: &Warrant, service: &str, noise: &KeptNoise) -> Result<(), PortError>;

    /// Takes a rule back. `Missing` if there is none.
    async fn withdraw(
        &self,
        warrant: &Warrant,
        service: &str,
        suite: &str,
        name: &str,
    ) -> Result<(), PortError>;

    /// None until somebody has set it.
    async fn sentinel(&self, service: &str) -> Result<Option<SentinelSetting>, PortError>;

    /// Keeps the setting in place of the one before.
    async fn set_sentinel(
        &self,
        warrant: &Warrant,
        service: &str,
        setting: &SentinelSetting,
    ) -> Result<(), PortError>;
}

/// A suite that the console keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSuite {
    /// Unique in its service.
    pub name: String,
    /// What is asked; noise is kept beside it.
    pub suite: Suite,
    /// Name of the person who kept it.
    pub by: String,
    /// When it was kept.
    pub at: Timestamp,
    /// What its import left out or changed.
    pub remarks: Vec<String>,
}

/// A rule that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNoise {
    /// Name of the suite that it is for.
    pub suite: String,
    /// The rule, with its person and reason.
    pub rule: NoiseRule,
    /// When it was accepted.
    pub at: Timestamp,
}

/// What the sentinel is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentinelSetting {
    /// Whether it runs while a window is open.
    pub is_on: bool,
    /// Name of the suite that it runs.
    pub suite: String,
    /// From the start of one run to the start of the next, in minutes.
    pub period_minutes: u32,
}
