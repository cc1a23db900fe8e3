//! The judgement: what a set of policies says to one action on one resource.

use crate::{
    condition,
    document::{Effect, Policy, Statement},
    need::Need,
    pattern::{fits, fits_action},
};

/// What policies say to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement allows it.
    NotAllowed,
    /// A statement denies it.
    Denied,
}

/// Judges a need by policies. An explicit deny wins over every allow.
pub fn judge<'a>(policies: impl Iterator<Item = &'a Policy> + Clone, need: &Need) -> Verdict {
    let statements = || policies.clone().flat_map(|policy| &policy.statements);
    let says = |effect: Effect| statements().any(|known| known.effect == effect && applies(known, need));
    if says(Effect::Deny) {
        Verdict::Denied
    } else if says(Effect::Allow) {
        Verdict::Allowed
    } else {
        Verdict::NotAllowed
    }
}

/// Whether a statement speaks of an action on a resource under its conditions.
fn applies(statement: &Statement, need: &Need) -> bool {
    let names = |patterns: &[String]| patterns.iter().any(|pattern| fits_action(pattern, &need.action));
    let reaches = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, &need.resource));
    let action =
        if statement.action.is_empty() { !names(&statement.not_action) } else { names(&statement.action) };
    let resource = if statement.resource.is_empty() {
        !reaches(&statement.not_resource)
    } else {
        reaches(&statement.resource)
    };
    action && resource && condition::hold(&statement.condition, &need.keys)
}
