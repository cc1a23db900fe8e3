//! Changes a stack to another template: what is new and what has changed, each after what it waits for, and at the end
//! what is gone.
//!
//! CloudFormation does at once whatever does not wait for something else, so any order may come about. Here it is
//! the one that is worst: what is new before what changes, and what is gone last ("Update behaviors of stack
//! resources"). Listeners, policies, scaling and the pipeline become what the template says; everything else of a stack
//! stays as it was made. Parameters that are not given keep their values. A change that fails stays half done.

use std::collections::BTreeMap;

use serde_json::json;
use viridian_aws_wire::AwsError;

use super::{
    Error, Resource,
    deploy::{cloud_formation, outputs},
    find_exports,
    order::order,
    resource::{self, Site},
    scope::{Scope, shown},
    template::{Declared, Template},
};
use crate::world::{Caller, World};

/// Changes a stack that was made.
pub fn change(
    world: &mut World,
    name: &str,
    template: &str,
    parameters: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let Some(before) = world.cloudformation.list.get(name).cloned() else {
        return Err(Error::Parameter(format!("Stack [{name}] does not exist")));
    };
    let template = Template::read(name, template)?;
    let exports = find_exports(world);
    let declared = template.parameters(name)?;
    let mut given = parameters.clone();
    for (parameter, value) in &before.parameters {
        if declared.iter().any(|(known, _)| known == parameter) {
            given.entry(parameter.clone()).or_insert_with(|| value.clone());
        }
    }
    let mut scope = Scope::new(&template, (name, &before.id), &world.place.clone(), &given, exports)?;
    let caller = cloud_formation(world);
    let resources = carry_out(world, &caller, &mut scope, &template, &before.resources)?;
    let outputs = outputs(&scope, &template)?;
    let gone =
        before.resources.iter().rev().filter(|old| !resources.iter().any(|it| it.logical == old.logical));
    for old in gone {
        remove(world, &caller, old).map_err(|error| Error::resource(&old.logical, &old.kind, error))?;
    }
    if let Some(stack) = world.cloudformation.list.get_mut(name) {
        stack.parameters =
            scope.parameters.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
        (stack.resources, stack.outputs) = (resources, outputs);
    }
    Ok(())
}

fn carry_out(
    world: &mut World,
    caller: &Caller,
    scope: &mut Scope<'_>,
    template: &Template,
    before: &[Resource],
) -> Result<Vec<Resource>, Error> {
    let declared = template.resources(&scope.stack_name)?;
    let old = |logical: &str| before.iter().find(|it| it.logical == logical);
    // Of what was there the names are known from the beginning.
    let mut resources = Vec::new();
    let is_new = |logical: &str| {
        let is_wanted = |it: &Declared| scope.is_wanted(it.condition.as_deref());
        old(logical).is_none() && declared.iter().any(|(name, it)| *name == logical && is_wanted(it))
    };
    for at in order(&declared, is_new)? {
        let (logical, declared) = &declared[at];
        if !scope.is_wanted(declared.condition.as_deref()) {
            continue;
        }
        let properties = scope.resolve(logical, &declared.properties)?;
        let failed = |error| Error::resource(logical, &declared.kind, error);
        let known = old(logical).filter(|it| it.kind == declared.kind);
        let mut site = Site { world, caller, stack: &scope.stack_name, logical };
        let resource = if let Some(known) = known {
            resource::change(&mut site, known, &properties).map_err(failed)?;
            known.clone()
        } else {
            let made = resource::make(&mut site, &declared.kind, &properties).map_err(failed)?;
            made.into_resource(logical, &declared.kind, world.now())
        };
        scope.made.insert((*logical).to_owned(), resource.clone());
        resources.push(resource);
    }
    Ok(resources)
}

/// Takes away what the template has no more. Of roles and of what is opaque only the name goes.
fn remove(world: &mut World, caller: &Caller, old: &Resource) -> Result<(), AwsError> {
    const ELB: &str = "elasticloadbalancingv2";
    let it = old.physical.as_str();
    let (service, operation, input) = match old.kind.as_str() {
        "AWS::ApplicationAutoScaling::ScalableTarget" | "AWS::ApplicationAutoScaling::ScalingPolicy" => {
            return resource::remove_scaling(world, caller, old);
        }
        "AWS::ElasticLoadBalancingV2::Listener" => (ELB, "DeleteListener", json!({ "ListenerArn": it })),
        "AWS::ElasticLoadBalancingV2::ListenerRule" => (ELB, "DeleteRule", json!({ "RuleArn": it })),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
            (ELB, "DeleteLoadBalancer", json!({ "LoadBalancerArn": it }))
        }
        "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            (ELB, "DeleteTargetGroup", json!({ "TargetGroupArn": it }))
        }
        "AWS::Events::Rule" => {
            let targets = world.call(caller, "events", "ListTargetsByRule", json!({ "Rule": it }))?;
            let ids: Vec<_> =
                targets["Targets"].as_array().into_iter().flatten().map(|it| it["Id"].clone()).collect();
            world.call(caller, "events", "RemoveTargets", json!({ "Rule": it, "Ids": ids }))?;
            ("events", "DeleteRule", json!({ "Name": it }))
        }
        _ => return Ok(()),
    };
    world.call(caller, service, operation, input).map(|_| ())
}
