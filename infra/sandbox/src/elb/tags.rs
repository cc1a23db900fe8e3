//! Tags of every resource, by its ARN.

use serde_json::{Value, json};
use viridian_aws_wire::{AwsError, Input};

use super::describe;
use crate::world::World;

/// Gives a new resource the tags of its creation.
pub(super) fn set(world: &mut World, arn: &str, input: Input<'_>) {
    if let Ok(tags) = describe::read_pairs(input, "Tags") {
        world.elb.tags.insert(arn, tags);
    }
}

pub(super) fn add(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let new = describe::read_pairs(input, "Tags")?;
    for arn in input.texts("ResourceArns") {
        let Some(tags) = world.elb.tags.get_mut(arn) else { return Err(not_found(arn)) };
        tags.extend(new.clone());
    }
    Ok(json!({}))
}

pub(super) fn remove(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    for arn in input.texts("ResourceArns") {
        let Some(tags) = world.elb.tags.get_mut(arn) else { return Err(not_found(arn)) };
        for key in input.texts("TagKeys") {
            tags.remove(key);
        }
    }
    Ok(json!({}))
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let shown: Result<Vec<Value>, AwsError> = input
        .texts("ResourceArns")
        .into_iter()
        .map(|arn| {
            let tags = world.elb.tags.get(arn).ok_or_else(|| not_found(arn))?;
            Ok(json!({ "ResourceArn": arn, "Tags": describe::pairs(tags) }))
        })
        .collect();
    Ok(json!({ "TagDescriptions": shown? }))
}

fn not_found(arn: &str) -> AwsError {
    let (code, thing) = match arn.split(':').nth(5).and_then(|resource| resource.split('/').next()) {
        Some("targetgroup") => ("TargetGroupNotFound", "Target groups"),
        Some("listener") => ("ListenerNotFound", "Listeners"),
        Some("listener-rule") => ("RuleNotFound", "Rules"),
        _ => ("LoadBalancerNotFound", "Load balancers"),
    };
    AwsError::new(code, format!("{thing} '{arn}' not found"))
}
