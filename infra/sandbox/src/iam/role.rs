//! Roles: who may take them, and what their policies let them do.

use std::collections::BTreeMap;

use serde_json::Value;
use viridian_aws_wire::AwsError;
use viridian_iam_policy::Policy;

pub(super) use crate::records::iam::Role;
use crate::world::World;

/// What a role's trust says of another role that wants to take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It names that role: no policy of its own is needed.
    Named,
    /// It names the account: the policies of that role decide.
    Account,
    Nobody,
}

/// Creates a role without policies; gives its ARN.
pub(crate) fn create_role(
    world: &mut World,
    name: &str,
    description: Option<&str>,
    trust: Value,
) -> Result<String, AwsError> {
    if has_role(world, name) {
        return Err(AwsError::new("EntityAlreadyExists", format!("Role with name {name} already exists."))
            .with_status(409));
    }
    let arn = world.place.iam_arn(&format!("role/{name}"));
    let role = Role {
        name: name.to_owned(),
        arn: arn.clone(),
        id: format!("AROA{}", world.ids.hex(17).to_uppercase()),
        description: description.map(str::to_owned),
        trust,
        policies: BTreeMap::new(),
        created: world.now(),
    };
    world.iam.roles.insert(name, role);
    Ok(arn)
}

/// Gives a role a policy, or replaces the one of that name.
pub(crate) fn put_policy(
    world: &mut World,
    role: &str,
    name: &str,
    document: &Value,
) -> Result<(), AwsError> {
    let policy = Policy::read(name, document)
        .map_err(|error| AwsError::new("MalformedPolicyDocument", error.to_string()))?;
    let found = world.iam.roles.get_mut(role).ok_or_else(|| missing(role))?;
    found.policies.insert(name.to_owned(), policy);
    Ok(())
}

pub(crate) fn has_role(world: &World, name: &str) -> bool {
    world.iam.roles.contains(name)
}

/// Whether there is any role at all.
pub(crate) fn has_roles(world: &World) -> bool {
    !world.iam.roles.is_empty()
}

pub(crate) fn policies_of<'a>(world: &'a World, role: &str) -> impl Iterator<Item = &'a Policy> + Clone {
    world.iam.roles.get(role).into_iter().flat_map(|role| role.policies.values())
}

/// What the trust of one role says of another.
pub(crate) fn trust(world: &World, role_arn: &str, other: &str) -> Trust {
    trust_in(world, role_arn, &world.place.iam_arn(&format!("role/{other}")))
}

/// What the trust of a role says of a user; a role that is not there trusts nobody.
pub(crate) fn trust_in_user(world: &World, role_arn: &str, user_arn: &str) -> Trust {
    trust_in(world, role_arn, user_arn)
}

fn trust_in(world: &World, role_arn: &str, arn: &str) -> Trust {
    let principals = principals(world, role_arn, "AWS");
    let account = world.place.account.as_str();
    let root = world.place.iam_arn("root");
    if principals.contains(&arn) {
        Trust::Named
    } else if principals.iter().any(|principal| [account, root.as_str(), "*"].contains(principal)) {
        Trust::Account
    } else {
        Trust::Nobody
    }
}

/// Whether a role lets a service take it. Where nobody uses IAM every role does.
pub(crate) fn lets_take(world: &World, role_arn: &str, service: &str) -> bool {
    !has_roles(world) || principals(world, role_arn, "Service").contains(&service)
}

/// Whom the trust of a role names, of one kind of principals.
fn principals<'a>(world: &'a World, role_arn: &str, kind: &str) -> Vec<&'a str> {
    let role = world.iam.roles.values().find(|role| role.arn == role_arn);
    role.into_iter()
        .flat_map(|role| each(&role.trust["Statement"]))
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| each(&statement["Principal"][kind]))
        .filter_map(Value::as_str)
        .collect()
}

/// The elements of a list, or the one value that stands in its place.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Value::Array(list) => (list.as_slice(), None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    list.iter().chain(one)
}

pub(super) fn missing(role: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("The role with name {role} cannot be found.")).with_status(404)
}
