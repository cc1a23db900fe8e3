//! IAM, as far as roles and their policies need it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{Input, iso, without_nulls},
};
use viridian_iam_policy::{Need, Verdict, judge};

use super::role::{Role, create_role, missing, policies_of, put_policy};
use crate::{arn, world::World};

pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, AwsError> {
    let input = Input::new(input, "ValidationError");
    match operation {
        "CreateRole" => {
            let trust = document(input, "AssumeRolePolicyDocument")?;
            let name = input.text("RoleName")?;
            create_role(world, name, input.text_or_none("Description"), trust)?;
            Ok(json!({ "Role": show(find(world, name)?) }))
        }
        "GetRole" => Ok(json!({ "Role": show(find(world, input.text("RoleName")?)?) })),
        "ListRoles" => {
            let roles: Vec<Value> = world.iam.roles.values().map(show).collect();
            Ok(json!({ "Roles": roles, "IsTruncated": false }))
        }
        "DeleteRole" => delete_role(world, input.text("RoleName")?),
        "PutRolePolicy" => {
            let document = document(input, "PolicyDocument")?;
            put_policy(world, input.text("RoleName")?, input.text("PolicyName")?, &document)?;
            Ok(json!({}))
        }
        "GetRolePolicy" => policy(world, input),
        "ListRolePolicies" => {
            let role = find(world, input.text("RoleName")?)?;
            let names: Vec<&String> = role.policies.keys().collect();
            Ok(json!({ "PolicyNames": names, "IsTruncated": false }))
        }
        "DeleteRolePolicy" => delete(world, input),
        "SimulatePrincipalPolicy" => simulate(world, input),
        _ => Err(AwsError::not_implemented("iam", operation)),
    }
}

fn find<'a>(world: &'a World, name: &str) -> Result<&'a Role, AwsError> {
    world.iam.roles.get(name).ok_or_else(|| missing(name))
}

fn show(role: &Role) -> Value {
    without_nulls(json!({
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "Path": "/",
        "Description": role.description,
        "CreateDate": iso(role.created),
        "MaxSessionDuration": 3600,
        "AssumeRolePolicyDocument": encoded(&role.trust),
    }))
}

/// A document that arrives as text.
fn document(input: Input<'_>, member: &str) -> Result<Value, AwsError> {
    let malformed = |error: serde_json::Error| {
        AwsError::new("MalformedPolicyDocument", format!("{member} is not JSON: {error}"))
    };
    serde_json::from_str(input.text(member)?).map_err(malformed)
}

/// What RFC 3986 leaves as it is stays; everything else is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Documents in answers are percent-encoded.
fn encoded(document: &Value) -> String {
    utf8_percent_encode(&document.to_string(), RESERVED).to_string()
}

fn delete_role(world: &mut World, name: &str) -> Result<Value, AwsError> {
    if !find(world, name)?.policies.is_empty() {
        let message = "Cannot delete entity, must delete policies first.";
        return Err(AwsError::new("DeleteConflict", message).with_status(409));
    }
    world.iam.roles.remove(name);
    Ok(json!({}))
}

fn no_policy(name: &str) -> AwsError {
    let message = format!("The role policy with name {name} cannot be found.");
    AwsError::new("NoSuchEntity", message).with_status(404)
}

fn policy(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let (role, name) = (find(world, input.text("RoleName")?)?, input.text("PolicyName")?);
    let policy = role.policies.get(name).ok_or_else(|| no_policy(name))?;
    Ok(json!({
        "RoleName": role.name, "PolicyName": name, "PolicyDocument": encoded(&policy.document),
    }))
}

fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let (role, name) = (input.text("RoleName")?, input.text("PolicyName")?);
    let found = world.iam.roles.get_mut(role).ok_or_else(|| missing(role))?;
    found.policies.remove(name).map(|_| json!({})).ok_or_else(|| no_policy(name))
}

/// What a role's policies would say, without doing anything.
fn simulate(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let source = input.text("PolicySourceArn")?;
    let role = arn::short_name(source);
    // Users are never judged.
    let is_user = source.contains(":user/");
    if !is_user {
        find(world, role)?;
    }
    let resources = match input.texts("ResourceArns") {
        none if none.is_empty() => vec!["*"],
        some => some,
    };
    let mut results = Vec::new();
    for action in input.texts("ActionNames") {
        for resource in &resources {
            let mut need = Need::new(action, *resource);
            for entry in input.each("ContextEntries") {
                let value = entry.texts("ContextKeyValues").first().copied().unwrap_or_default();
                need.keys.insert(entry.text("ContextKeyName")?.to_owned(), value.to_owned());
            }
            let decision = match judge(policies_of(world, role), &need) {
                _ if is_user => "allowed",
                Verdict::Allowed => "allowed",
                Verdict::NotAllowed => "implicitDeny",
                Verdict::Denied => "explicitDeny",
            };
            results.push(json!({
                "EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision,
                "MatchedStatements": [], "MissingContextValues": [],
            }));
        }
    }
    Ok(json!({ "EvaluationResults": results, "IsTruncated": false }))
}
