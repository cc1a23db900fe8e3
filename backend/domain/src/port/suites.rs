//! Suites that the console keeps, noise that people accepted, and what the sentinel is told.
//!
//! Noise is kept beside the suites, by the name of the suite: so it is there for suites of the repository too,
//! which the console never changes.

use async_trait::async_trait;
use jiff::Timestamp;
use viridian_shared::comparison::suite::{NoiseRule, Suite};

use super::PortError;
use crate::Warrant;

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

    async fn set_sentinel(
        &self,
        warrant: &Warrant,
        service: &str,
        setting: &SentinelSetting,
    ) -> Result<(), PortError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSuite {
    pub name: String,
    pub suite: Suite,
    pub by: String,
    pub at: Timestamp,
    /// What its import left out or changed.
    pub remarks: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptNoise {
    pub suite: String,
    pub rule: NoiseRule,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentinelSetting {
    pub is_on: bool,
    pub suite: String,
    pub period_minutes: u32,
}
