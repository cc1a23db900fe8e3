//! What identities may do: every call is judged by the identity policies of the role in whose session it is made.
//!
//! The judgement is IAM's own for one account: an explicit deny wins, else one statement must allow each action
//! that the operation asks for, on each resource that it names, under the statement's conditions. Everything that
//! was asked is remembered, so that it can be told what of a policy is used and what is not.
//!
//! Who has no role is not judged: users of the sandbox (an access key that nobody registered is one) and the
//! services themselves may do everything. Resource policies, boundaries and session policies are not modelled.

mod needs;
mod operation;
mod refusal;
mod request_context;
#[cfg(test)]
mod tests;

use serde_json::Value;
use viridian_aws_wire::AwsError;
pub use viridian_iam_policy::Need;
use viridian_iam_policy::{Verdict, judge};

pub use crate::usage::{Request, Usage};
pub use operation::{action_of, is_known};
pub(crate) use request_context::RequestContext;
pub use viridian_iam_policy::{Part, Policy, review};

use crate::{
    iam::{self, Trust},
    world::{Caller, World},
};

/// Judges a call before it is carried out.
pub(crate) fn check(
    world: &mut World,
    caller: &Caller,
    service: &str,
    operation: &str,
    input: &Value,
) -> Result<(), AwsError> {
    let Some(role) = judged_role(world, caller)? else {
        may_take(world, caller, service, operation, input)?;
        return may_be_taken(world, service, operation, input);
    };
    for need in needs::of(world, service, operation, input) {
        let trust = match need.action.as_str() {
            "sts:AssumeRole" => iam::trust(world, &need.resource, &role),
            _ => Trust::Account,
        };
        decide(world, caller, &role, (service, trust), need)?;
    }
    may_be_taken(world, service, operation, input)
}

/// Who is not judged may take every role that is there and trusts the account.
fn may_take(
    world: &World,
    caller: &Caller,
    service: &str,
    operation: &str,
    input: &Value,
) -> Result<(), AwsError> {
    if (service, operation) != ("sts", "AssumeRole") {
        return Ok(());
    }
    let role = input["RoleArn"].as_str().unwrap_or_default();
    if iam::trust_in_user(world, role, &caller.arn) == Trust::Nobody {
        return Err(refusal::not_trusted(&caller.arn, role));
    }
    Ok(())
}

/// A role that is handed to a service must let that service take it. ECS and EventBridge look only when they do.
fn may_be_taken(world: &World, service: &str, operation: &str, input: &Value) -> Result<(), AwsError> {
    if matches!(service, "ecs" | "events") {
        return Ok(());
    }
    for (role, by) in needs::passed_roles(service, operation, input) {
        if !iam::lets_take(world, role, by) {
            return Err(refusal::not_taken(service, role, by));
        }
    }
    Ok(())
}

/// Judges what a service does in a role's name besides calling operations.
pub(crate) fn perform(
    world: &mut World,
    caller: &Caller,
    context: RequestContext<'_>,
) -> Result<(), AwsError> {
    let Some(role) = judged_role(world, caller)? else { return Ok(()) };
    for need in context.needs(&world.place) {
        let service = need.action.split(':').next().unwrap_or_default().to_owned();
        decide(world, caller, &role, (&service, Trust::Account), need)?;
    }
    Ok(())
}

/// `trust` is what the resource itself says: the policies decide where it names the account as a whole, as
/// everything does that has no policy of its own.
fn decide(
    world: &mut World,
    caller: &Caller,
    role: &str,
    (service, trust): (&str, Trust),
    need: Need,
) -> Result<(), AwsError> {
    let verdict = match (judge(iam::policies_of(world, role), &need), trust) {
        (Verdict::NotAllowed, Trust::Named) => Verdict::Allowed,
        (Verdict::Allowed, Trust::Nobody) => Verdict::NotAllowed,
        (verdict, _) => verdict,
    };
    let error = (verdict != Verdict::Allowed).then(|| refusal::error(service, &caller.arn, &need, verdict));
    world.usage.note(role, need, error.is_none());
    error.map_or(Ok(()), Err)
}

/// The role whose policies decide. `None` for who is not judged; an error for the session of a role that is gone.
fn judged_role(world: &World, caller: &Caller) -> Result<Option<String>, AwsError> {
    let Some(session) = caller.arn.split_once(":assumed-role/").map(|(_, session)| session) else {
        return Ok(None);
    };
    let role = session.split('/').next().unwrap_or_default();
    if iam::has_role(world, role) {
        return Ok(Some(role.to_owned()));
    }
    // Where nobody uses IAM there is nothing to judge by.
    if iam::has_roles(world) { Err(refusal::unknown_role()) } else { Ok(None) }
}
