//! Who calls: access keys, the users and role sessions they belong to, and the roles with their policies.

mod role;
mod service;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{Input, iso},
};
use viridian_iam_policy::Policy;

pub use crate::records::iam::Iam;
use crate::records::iam::Key;
use crate::{
    arn,
    world::{Caller, World},
};
pub(crate) use role::{
    Trust, create_role, has_role, has_roles, lets_take, policies_of, put_policy, trust, trust_in_user,
};
pub(crate) use service::call as call_iam;

/// Lets an access key stand for an identity.
pub fn register(world: &mut World, access_key: &str, arn: &str) {
    world.iam.keys.insert(access_key, Key { arn: arn.to_owned(), expires: None });
}

/// The identity behind an access key; any key that nobody registered is the user `sandbox`.
pub fn caller(world: &World, access_key: &str) -> Result<Caller, AwsError> {
    match world.iam.keys.get(access_key) {
        Some(key) if key.expires.is_some_and(|expires| expires <= world.now()) => Err(AwsError::new(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        )),
        Some(key) => Ok(Caller { arn: key.arn.clone() }),
        None => Ok(Caller { arn: world.place.iam_arn("user/sandbox") }),
    }
}

/// The policies of a role.
pub fn policies(world: &World, role: &str) -> Vec<Policy> {
    policies_of(world, role).cloned().collect()
}

/// The session of a role, as its ARN names it.
pub fn session(world: &World, role: &str, name: &str) -> Caller {
    let role = arn::short_name(role);
    Caller { arn: format!("arn:aws:sts::{}:assumed-role/{role}/{name}", world.place.account) }
}

pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "UserId": arn::short_name(&caller.arn),
            "Account": world.place.account,
            "Arn": caller.arn,
        })),
        "AssumeRole" => assume_role(world, Input::new(&input, "ValidationError")),
        _ => Err(AwsError::not_implemented("sts", operation)),
    }
}

fn assume_role(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let role = input.text("RoleArn")?;
    let name = input.text("RoleSessionName")?;
    let seconds = input.number("DurationSeconds")?.unwrap_or(3600);
    let arn = session(world, role, name).arn;
    let expires = world.now().checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    let access_key = format!("ASIA{}", world.ids.hex(16).to_uppercase());
    let secret = world.ids.hex(40);
    let token = world.ids.hex(64);
    let unique = format!("AROA{}", world.ids.hex(16).to_uppercase());
    world.iam.keys.insert(access_key.clone(), Key { arn: arn.clone(), expires: Some(expires) });
    Ok(json!({
        "Credentials": {
            "AccessKeyId": access_key,
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": iso(expires),
        },
        "AssumedRoleUser": { "AssumedRoleId": format!("{unique}:{name}"), "Arn": arn },
    }))
}
