//! Roles and their policies.

use serde_json::Value;
use viridian_aws_wire::AwsError;

use super::{Made, Site};
use crate::iam;

pub(super) fn role(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "RoleName", 64);
    let trust = properties["AssumeRolePolicyDocument"].clone();
    let arn = iam::create_role(site.world, &name, properties["Description"].as_str(), trust)?;
    for policy in properties["Policies"].as_array().into_iter().flatten() {
        let policy_name = policy["PolicyName"].as_str().unwrap_or_default();
        iam::put_policy(site.world, &name, policy_name, &policy["PolicyDocument"])?;
    }
    // What a policy of AWS's own holds is not known here, so a role that leans on one may do less.
    for managed in properties["ManagedPolicyArns"].as_array().into_iter().flatten() {
        tracing::warn!(role = %name, policy = %managed, "a managed policy is not modelled and allows nothing");
    }
    Ok(Made::new(name, [("Arn", arn)]))
}

/// An inline policy of some roles.
pub(super) fn policy(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "PolicyName", 128);
    attach(site, properties, &name)?;
    Ok(Made::new(name, []))
}

/// A policy of its own, which here is the same.
pub(super) fn managed_policy(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "ManagedPolicyName", 128);
    attach(site, properties, &name)?;
    let arn = site.world.place.iam_arn(&format!("policy/{name}"));
    Ok(Made::new(arn.clone(), [("PolicyArn", arn)]))
}

fn attach(site: &mut Site<'_>, properties: &Value, name: &str) -> Result<(), AwsError> {
    for role in properties["Roles"].as_array().into_iter().flatten() {
        let role = role.as_str().unwrap_or_default();
        iam::put_policy(site.world, role, name, &properties["PolicyDocument"])?;
    }
    Ok(())
}
