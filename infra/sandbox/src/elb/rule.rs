//! Rules of listeners.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use viridian_alb::{Action, Condition};
use viridian_aws_wire::{AwsError, Input};

use super::{action, condition, describe, find, health, tags, transform};
pub(super) use crate::records::elb::Rule;
use crate::{arn, world::World};

impl Rule {
    pub(super) fn default_of(listener: &str, arn: &str, action: Action) -> Self {
        Self {
            arn: arn.to_owned(),
            listener: listener.to_owned(),
            priority: None,
            conditions: Vec::new(),
            action,
            transforms: Vec::new(),
        }
    }

    /// Whether the action names the group, with whatever weight.
    pub(super) fn refers_to(&self, group: &str) -> bool {
        self.action.groups().iter().any(|(arn, _)| arn == group)
    }

    fn show(&self) -> Value {
        let mut shown = json!({
            "RuleArn": self.arn,
            "Priority": self.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string()),
            "Conditions": self.conditions.iter().map(condition::show).collect::<Vec<_>>(),
            "Actions": action::show(&self.action),
            "IsDefault": self.priority.is_none(),
        });
        if !self.transforms.is_empty() {
            shown["Transforms"] = self.transforms.iter().map(transform::show).collect();
        }
        shown
    }
}

pub(super) fn create(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let listener = find::listener(world, input.text("ListenerArn")?)?.clone();
    let priority = read_priority(input)?;
    check_free(world, &listener.arn, priority)?;
    if world.elb.rules.values().filter(|rule| rule.listener == listener.arn).count() > 100 {
        return Err(AwsError::new(
            "TooManyRules",
            "The maximum number of rules on the listener has been reached",
        ));
    }
    let conditions = read_conditions(input)?;
    let action = action::read_for(world, input, "Actions", listener.is_https)?;
    check_groups(world, &listener.balancer, &action)?;
    let path =
        arn::resource(&listener.arn).and_then(|path| path.strip_prefix("listener/")).unwrap_or_default();
    let path = format!("listener-rule/{path}/{}", world.ids.hex(16));
    let arn = world.place.arn("elasticloadbalancing", &path);
    let transforms = transform::read(input)?;
    let (listener, priority) = (listener.arn, Some(priority));
    let rule = Rule { arn: arn.clone(), listener, priority, conditions, action, transforms };
    let answer = json!({ "Rules": [rule.show()] });
    world.elb.rules.insert(arn.clone(), rule);
    tags::set(world, &arn, input);
    health::usage_changed(world);
    Ok(answer)
}

pub(super) fn describe(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arns = input.texts("RuleArns");
    let listener = input.text_or_none("ListenerArn");
    if arns.is_empty() == listener.is_none() {
        return Err(input.bad("You must specify either listener rule ARNs or a listener ARN"));
    }
    if let Some(arn) = listener {
        find::listener(world, arn)?;
    }
    for arn in &arns {
        find(world, arn)?;
    }
    let mut rules: Vec<&Rule> = world
        .elb
        .rules
        .values()
        .filter(|rule| listener.is_none_or(|arn| rule.listener == arn))
        .filter(|rule| arns.is_empty() || arns.contains(&rule.arn.as_str()))
        .collect();
    rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
    describe::paged("Rules", rules.into_iter().map(Rule::show).collect(), input)
}

pub(super) fn modify(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("RuleArn")?;
    let rule = find(world, arn)?.clone();
    not_default(&rule, "modified")?;
    let conditions = match input.list("Conditions") {
        [] => rule.conditions,
        _ => read_conditions(input)?,
    };
    let action = if input.list("Actions").is_empty() {
        rule.action
    } else {
        let listener = find::listener(world, &rule.listener)?;
        let (balancer, is_https) = (listener.balancer.clone(), listener.is_https);
        let action = action::read_for(world, input, "Actions", is_https)?;
        check_groups(world, &balancer, &action)?;
        action
    };
    let transforms = match (input.flag("ResetTransforms")?, transform::read(input)?) {
        (Some(true), new) if new.is_empty() => new,
        (Some(true), _) => return Err(input.bad("You cannot specify both Transforms and ResetTransforms")),
        (_, new) if new.is_empty() => rule.transforms,
        (_, new) => new,
    };
    if let Some(rule) = world.elb.rules.get_mut(arn) {
        rule.conditions = conditions;
        rule.action = action;
        rule.transforms = transforms;
    }
    health::usage_changed(world);
    Ok(json!({ "Rules": [find(world, arn)?.show()] }))
}

pub(super) fn delete(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let arn = input.text("RuleArn")?;
    not_default(find(world, arn)?, "deleted")?;
    world.elb.rules.remove(arn);
    world.elb.tags.remove(arn);
    health::usage_changed(world);
    Ok(json!({}))
}

pub(super) fn set_priorities(world: &mut World, input: Input<'_>) -> Result<Value, AwsError> {
    let wanted: Vec<(String, u32)> = input
        .each("RulePriorities")
        .map(|pair| Ok((pair.text("RuleArn")?.to_owned(), read_priority(pair)?)))
        .collect::<Result<_, AwsError>>()?;
    for (arn, priority) in &wanted {
        let rule = find(world, arn)?;
        not_default(rule, "modified")?;
        let taken = world.elb.rules.values().any(|other| {
            other.listener == rule.listener
                && other.priority == Some(*priority)
                && !wanted.iter().any(|(moved, _)| *moved == other.arn)
        });
        let twice = wanted.iter().filter(|(_, other)| other == priority).count() > 1;
        if taken || twice {
            return Err(in_use(*priority));
        }
    }
    for (arn, priority) in &wanted {
        if let Some(rule) = world.elb.rules.get_mut(arn) {
            rule.priority = Some(*priority);
        }
    }
    let shown: Vec<Value> =
        wanted.iter().filter_map(|(arn, _)| world.elb.rules.get(arn)).map(Rule::show).collect();
    Ok(json!({ "Rules": shown }))
}

/// How many target groups the rules of a load balancer may name together.
const MAX_GROUPS: usize = 100;

/// A group serves one load balancer only, and a load balancer a hundred groups.
pub(super) fn check_groups(world: &World, balancer: &str, action: &Action) -> Result<(), AwsError> {
    for (group, _) in action.groups() {
        let elsewhere = world.elb.rules.values().filter(|rule| rule.refers_to(group)).any(|rule| {
            world.elb.listeners.get(&rule.listener).is_some_and(|listener| listener.balancer != balancer)
        });
        if elsewhere {
            return Err(AwsError::new(
                "TargetGroupAssociationLimit",
                format!(
                    "The following target groups cannot be associated with more than one load balancer: {group}"
                ),
            ));
        }
    }
    let of_balancer = |rule: &&Rule| {
        world.elb.listeners.get(&rule.listener).is_some_and(|listener| listener.balancer == balancer)
    };
    let rules = world.elb.rules.values().filter(of_balancer);
    let mut named: BTreeSet<&String> =
        rules.flat_map(|rule| rule.action.groups()).map(|(group, _)| group).collect();
    named.extend(action.groups().iter().map(|(group, _)| group));
    if named.len() > MAX_GROUPS {
        return Err(AwsError::new(
            "TooManyUniqueTargetGroupsPerLoadBalancer",
            format!("The maximum number of target groups on the load balancer is {MAX_GROUPS}"),
        ));
    }
    Ok(())
}

fn find<'a>(world: &'a World, arn: &str) -> Result<&'a Rule, AwsError> {
    let missing = || AwsError::new("RuleNotFound", format!("One or more rules not found: '{arn}'"));
    world.elb.rules.get(arn).ok_or_else(missing)
}

fn not_default(rule: &Rule, verb: &str) -> Result<(), AwsError> {
    if rule.priority.is_some() {
        return Ok(());
    }
    Err(AwsError::new("OperationNotPermitted", format!("Default rule '{}' cannot be {verb}", rule.arn)))
}

fn read_priority(input: Input<'_>) -> Result<u32, AwsError> {
    let priority = input.number("Priority")?.ok_or_else(|| input.missing("Priority"))?;
    let priority = u32::try_from(priority).ok().filter(|priority| (1..=50_000).contains(priority));
    priority.ok_or_else(|| input.bad("Priority must be between 1 and 50000."))
}

fn check_free(world: &World, listener: &str, priority: u32) -> Result<(), AwsError> {
    let taken =
        world.elb.rules.values().any(|rule| rule.listener == listener && rule.priority == Some(priority));
    if taken { Err(in_use(priority)) } else { Ok(()) }
}

fn in_use(priority: u32) -> AwsError {
    AwsError::new("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

fn read_conditions(input: Input<'_>) -> Result<Vec<Condition>, AwsError> {
    let conditions: Vec<Condition> =
        input.each("Conditions").map(condition::read).collect::<Result<_, _>>()?;
    if conditions.iter().map(Condition::wildcards).sum::<usize>() > 5 {
        return Err(input.bad("The maximum number of wildcard characters for a rule is 5"));
    }
    match conditions.iter().map(Condition::size).sum() {
        0 => Err(input.bad("A condition must be specified")),
        1..=5 => Ok(conditions),
        _ => Err(input.bad("The maximum number of condition values for a rule is 5")),
    }
}
