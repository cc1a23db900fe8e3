//! Application Auto Scaling: scalable targets, their suspension, and policies.

use serde_json::{Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input, seconds},
};

pub use crate::records::application_auto_scaling::ApplicationAutoScaling;
use crate::records::application_auto_scaling::{Policy, Target};
use crate::world::{Caller, World};

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let input = Input::new(&input, "ValidationException");
    match operation {
        "RegisterScalableTarget" => register(world, input),
        "DescribeScalableTargets" => describe(world, input),
        "DeregisterScalableTarget" => deregister(world, input),
        "PutScalingPolicy" => put_policy(world, input),
        "DescribeScalingPolicies" => describe_policies(world, input),
        "DeleteScalingPolicy" => delete_policy(world, input),
        _ => Err(AwsError::not_implemented("applicationautoscaling", operation)),
    }
}

/// The key of a target, from the three members that name it.
fn key(input: Input<'_>) -> Result<String, AwsError> {
    let (namespace, resource) = (input.text("ServiceNamespace")?, input.text("ResourceId")?);
    Ok(format!("{namespace}|{resource}|{}", input.text("ScalableDimension")?))
}

fn register(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let key = key(input)?;
    let known = world.application_auto_scaling.targets.get(&key).cloned();
    let (least, most) = (input.number("MinCapacity")?, input.number("MaxCapacity")?);
    let least = least.or(known.as_ref().map(|target| target.least));
    let most = most.or(known.as_ref().map(|target| target.most));
    let (Some(least), Some(most)) = (least, most) else {
        return Err(input.bad("MinCapacity and MaxCapacity are required to register a new scalable target."));
    };
    if least < 0 || least > most {
        return Err(input.bad("MinCapacity must be at least 0 and at most MaxCapacity."));
    }
    let mut suspended = known.as_ref().map(|target| target.suspended).unwrap_or_default();
    if let Some(state) = input.child("SuspendedState") {
        suspended.scale_in = state.flag("DynamicScalingInSuspended")?.unwrap_or(suspended.scale_in);
        suspended.scale_out = state.flag("DynamicScalingOutSuspended")?.unwrap_or(suspended.scale_out);
        suspended.schedule = state.flag("ScheduledScalingSuspended")?.unwrap_or(suspended.schedule);
    }
    let (arn, created) = if let Some(target) = known {
        (target.arn, target.created)
    } else {
        let name = format!("scalable-target/{}", world.ids.hex(36));
        (world.place.arn("application-autoscaling", &name), world.now())
    };
    let target = Target {
        namespace: input.text("ServiceNamespace")?.to_owned(),
        resource: input.text("ResourceId")?.to_owned(),
        dimension: input.text("ScalableDimension")?.to_owned(),
        arn: arn.clone(),
        least,
        most,
        created,
        suspended,
    };
    keep_within(world, &target)?;
    world.application_auto_scaling.targets.insert(key, target);
    Ok(json!({ "ScalableTargetARN": arn }))
}

/// Registering moves the present capacity into the new bounds, also when only the suspension changes.
fn keep_within(world: &mut World, target: &Target) -> Result<(), AwsError> {
    let mut parts = target.resource.split('/');
    let (Some("service"), Some(cluster), Some(service)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    // By its own role: that the caller may do the same is asked when the call is judged.
    let service_itself = Caller { arn: "ecs.application-autoscaling.amazonaws.com".to_owned() };
    let described = world.call(
        &service_itself,
        "ecs",
        "DescribeServices",
        json!({"cluster": cluster, "services": [service]}),
    );
    let Some(desired) = described.ok().and_then(|answer| answer["services"][0]["desiredCount"].as_i64())
    else {
        return Err(AwsError::new(
            "ValidationException",
            format!("ECS service doesn't exist: {}", target.resource),
        ));
    };
    let wanted = desired.clamp(target.least, target.most);
    if wanted != desired {
        let input = json!({"cluster": cluster, "service": service, "desiredCount": wanted});
        world.call(&service_itself, "ecs", "UpdateService", input)?;
    }
    Ok(())
}

fn describe(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let namespace = input.text("ServiceNamespace")?;
    let resources = input.texts("ResourceIds");
    let dimension = input.text_or_none("ScalableDimension");
    let shown: Vec<Value> = world
        .application_auto_scaling
        .targets
        .values()
        .filter(|target| target.namespace == namespace)
        .filter(|target| resources.is_empty() || resources.contains(&target.resource.as_str()))
        .filter(|target| dimension.is_none_or(|dimension| target.dimension == dimension))
        .map(|target| show(target, &world.place.account))
        .collect();
    let (page, next) = read::page(shown, input.text_or_none("NextToken"), 50);
    Ok(read::without_nulls(json!({ "ScalableTargets": page, "NextToken": next })))
}

fn show(target: &Target, account: &str) -> Value {
    let role = "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService";
    json!({
        "ServiceNamespace": target.namespace,
        "ResourceId": target.resource,
        "ScalableDimension": target.dimension,
        "MinCapacity": target.least,
        "MaxCapacity": target.most,
        "RoleARN": format!("arn:aws:iam::{account}:role/{role}"),
        "CreationTime": seconds(target.created),
        "SuspendedState": {
            "DynamicScalingInSuspended": target.suspended.scale_in,
            "DynamicScalingOutSuspended": target.suspended.scale_out,
            "ScheduledScalingSuspended": target.suspended.schedule,
        },
        "ScalableTargetARN": target.arn,
    })
}

fn deregister(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let key = key(input)?;
    if world.application_auto_scaling.targets.remove(&key).is_none() {
        return Err(not_found("scalable target", &key));
    }
    let orphans = world.application_auto_scaling.policies.iter().filter(|(_, policy)| policy.target == key);
    let orphans: Vec<String> = orphans.map(|(key, _)| key.to_owned()).collect();
    for policy in orphans {
        world.application_auto_scaling.policies.remove(&policy);
    }
    Ok(json!({}))
}

fn put_policy(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let target = key(input)?;
    let name = input.text("PolicyName")?;
    if !world.application_auto_scaling.targets.contains(&target) {
        return Err(not_found("scalable target", &target));
    }
    let members = [
        "PolicyName",
        "ServiceNamespace",
        "ResourceId",
        "ScalableDimension",
        "PolicyType",
        "StepScalingPolicyConfiguration",
        "TargetTrackingScalingPolicyConfiguration",
    ];
    let settings =
        members.iter().filter_map(|name| Some(((*name).to_owned(), input.maybe(name)?.clone()))).collect();
    let key = format!("{target}|{name}");
    let (arn, created) = if let Some(policy) = world.application_auto_scaling.policies.get(&key) {
        (policy.arn.clone(), policy.created)
    } else {
        let (id, resource) = (world.ids.uuid(), input.text("ResourceId")?);
        let path = format!("scalingPolicy:{id}:resource/ecs/{resource}:policyName/{name}");
        (world.place.arn("autoscaling", &path), world.now())
    };
    let policy = Policy { arn: arn.clone(), target, created, settings: Value::Object(settings) };
    world.application_auto_scaling.policies.insert(key, policy);
    Ok(json!({ "PolicyARN": arn, "Alarms": [] }))
}

fn describe_policies(world: &World, input: Input<'_>) -> Result<Value, AwsError> {
    let namespace = input.text("ServiceNamespace")?;
    let names = input.texts("PolicyNames");
    let same = |policy: &&Policy, member: &str| {
        input.text_or_none(member).is_none_or(|wanted| policy.settings[member] == wanted)
    };
    let shown: Vec<Value> = world
        .application_auto_scaling
        .policies
        .values()
        .filter(|policy| policy.settings["ServiceNamespace"] == namespace)
        .filter(|policy| same(policy, "ResourceId") && same(policy, "ScalableDimension"))
        .filter(|policy| {
            names.is_empty() || policy.settings["PolicyName"].as_str().is_some_and(|n| names.contains(&n))
        })
        .map(|policy| {
            let mut shown = policy.settings.clone();
            shown["PolicyARN"] = json!(policy.arn);
            shown["CreationTime"] = seconds(policy.created);
            shown["Alarms"] = json!([]);
            shown
        })
        .collect();
    Ok(json!({ "ScalingPolicies": shown }))
}

fn delete_policy(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let key = format!("{}|{}", key(input)?, input.text("PolicyName")?);
    world
        .application_auto_scaling
        .policies
        .remove(&key)
        .map(|_| json!({}))
        .ok_or_else(|| not_found("scaling policy", &key))
}

fn not_found(thing: &str, key: &str) -> AwsError {
    AwsError::new("ObjectNotFoundException", format!("No {thing} found for {}.", key.replace('|', ", ")))
}
