//! The policies of gates as they were found right, with their versions, hours and places.

pub(crate) mod hours;
pub(crate) mod seats;

use std::collections::BTreeMap;

use viridian_shared::{people::Person, pipeline::GateKind, policy::Policy};

use self::{hours::Timetable, seats::Seats};
use crate::digest;

/// More approvals than a team has people are a mistake.
const MOST_APPROVALS: u32 = 20;
/// Digits of a version.
const DIGITS: usize = 12;

/// The policies of a service's gates.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    by_kind: BTreeMap<GateKind, GatePolicy>,
    plain: GatePolicy,
}

/// A policy that was found right.
#[derive(Debug, Clone, Default)]
pub struct GatePolicy {
    /// What it asks for.
    pub policy: Policy,
    /// Names what it says; empty where nothing is configured.
    pub version: String,
    pub(crate) hours: Option<Timetable>,
}

impl Policies {
    /// Checks what the configuration says; an error is a sentence for a person.
    pub fn new(given: &BTreeMap<GateKind, Policy>) -> Result<Self, String> {
        let mut by_kind = BTreeMap::new();
        for (kind, policy) in given {
            by_kind.insert(*kind, GatePolicy::new(policy.clone())?);
        }
        Ok(Self { by_kind, plain: GatePolicy::default() })
    }

    /// The policy of a gate; one approval decides where nothing is configured.
    pub fn of(&self, kind: GateKind) -> &GatePolicy {
        self.by_kind.get(&kind).unwrap_or(&self.plain)
    }
}

impl GatePolicy {
    fn new(policy: Policy) -> Result<Self, String> {
        if policy.approvals == 0 || policy.needed() > MOST_APPROVALS {
            return Err(format!(
                "approvals must lie between 1 and {MOST_APPROVALS}, those in `from` added up."
            ));
        }
        if policy.from.iter().any(|quota| quota.of.is_empty() || quota.approvals == 0) {
            return Err(
                "each entry of `from` names groups or roles in `of`, and at least one approval.".to_owned()
            );
        }
        let hours = policy.hours.as_ref().map(Timetable::new).transpose()?;
        let version = if policy == Policy::default() { String::new() } else { version(&policy) };
        Ok(Self { policy, version, hours })
    }

    /// Groups and roles that it names, as far as the person has them.
    pub(crate) fn names_of(&self, person: &Person) -> Vec<String> {
        let mut names: Vec<_> = self.policy.from.iter().flat_map(|quota| quota.of.clone()).collect();
        names.retain(|name| person.counts_as(name));
        names.sort();
        names.dedup();
        names
    }

    /// Whether these people together could approve.
    pub fn could_be_met_by(&self, people: &[&Person]) -> bool {
        let names: Vec<_> = people.iter().map(|person| self.names_of(person)).collect();
        let names: Vec<&[String]> = names.iter().map(Vec::as_slice).collect();
        Seats::of(&self.policy, &names).number_free() == 0
    }

    /// Whether it takes knowing who committed to the release, or who started it.
    pub(crate) fn looks_back(&self) -> bool {
        !self.policy.committers_vote || !self.policy.starter_votes
    }
}

fn version(policy: &Policy) -> String {
    let mut version = digest::hex(serde_json::to_string(policy).unwrap_or_default());
    version.truncate(DIGITS);
    version
}
