//! Actions of rules: forward by weights, answer, or redirect; before it somebody may have to sign in.

mod login;

use serde_json::{Value, json};
use viridian_alb::Action;
use viridian_aws_wire::{AwsError, Input};

use super::group;
use crate::world::World;

/// The one action of a rule or listener.
pub(super) fn read(world: &World, input: Input<'_>, member: &str) -> Result<Action, AwsError> {
    let actions: Vec<Input<'_>> = input.each(member).collect();
    match actions.as_slice() {
        [] => Err(input.bad("An action must be specified")),
        [one] => read_one(world, *one),
        _ => Err(AwsError::new("TooManyActions", "The sandbox takes one action for a rule.")),
    }
}

/// The same for a listener that may be one for HTTPS, or a rule of one: there somebody may have to sign in first.
pub(super) fn read_for(
    world: &World,
    input: Input<'_>,
    member: &str,
    is_https: bool,
) -> Result<Action, AwsError> {
    let mut actions: Vec<Input<'_>> = input.each(member).collect();
    // The order is what is said of it, or that of the list.
    let places = actions.iter().map(|action| action.number("Order")).collect::<Result<Vec<_>, _>>()?;
    if places.iter().all(Option::is_some) {
        actions.sort_by_key(|action| action.number("Order").ok().flatten());
    }
    match actions.as_slice() {
        [first, rest @ ..] if first.text("Type")? == "authenticate-oidc" => {
            if !is_https {
                return Err(AwsError::new(
                    "InvalidLoadBalancerAction",
                    "Actions of type 'authenticate-oidc' are supported only on HTTPS listeners",
                ));
            }
            let oidc = Box::new(login::read(*first)?);
            let [then] = rest else {
                return Err(AwsError::new(
                    "InvalidLoadBalancerAction",
                    "One action of type 'forward', 'redirect' or 'fixed-response' must come last",
                ));
            };
            Ok(Action::Authenticate { oidc, then: Box::new(read_one(world, *then)?) })
        }
        _ => read(world, input, member),
    }
}

fn read_one(world: &World, input: Input<'_>) -> Result<Action, AwsError> {
    match input.text("Type")? {
        "forward" => forward(world, input),
        "fixed-response" => {
            fixed(input.child("FixedResponseConfig").ok_or_else(|| input.missing("FixedResponseConfig"))?)
        }
        "redirect" => redirect(input.child("RedirectConfig").ok_or_else(|| input.missing("RedirectConfig"))?),
        other => Err(AwsError::new(
            "InvalidLoadBalancerAction",
            format!("The sandbox has no action of type '{other}'."),
        )),
    }
}

/// The actions as answers show them.
pub(super) fn show(action: &Action) -> Value {
    match action {
        Action::Authenticate { oidc, then } => {
            let mut last = show_one(then);
            last["Order"] = json!(2);
            json!([login::show(oidc), last])
        }
        one => json!([show_one(one)]),
    }
}

fn show_one(action: &Action) -> Value {
    match action {
        Action::Authenticate { oidc, .. } => login::show(oidc),
        Action::Forward { groups, sticky } => {
            let tuples: Vec<Value> =
                groups.iter().map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight})).collect();
            let sticky = match sticky {
                Some(seconds) => json!({"Enabled": true, "DurationSeconds": seconds}),
                None => json!({"Enabled": false}),
            };
            let mut shown = json!({ "Type": "forward" });
            // AWS shows the group beside the configuration only while there is a single one.
            if let [(arn, _)] = groups.as_slice() {
                shown["TargetGroupArn"] = json!(arn);
            }
            shown["Order"] = json!(1);
            shown["ForwardConfig"] = json!({"TargetGroups": tuples, "TargetGroupStickinessConfig": sticky});
            shown
        }
        Action::Fixed { status, kind, body } => json!({
            "Type": "fixed-response",
            "Order": 1,
            "FixedResponseConfig": viridian_aws_wire::read::without_nulls(json!({
                "MessageBody": body, "StatusCode": status.to_string(), "ContentType": kind,
            })),
        }),
        Action::Redirect { status, protocol, host, port, path, query } => json!({
            "Type": "redirect",
            "Order": 1,
            "RedirectConfig": {
                "Protocol": protocol, "Port": port, "Host": host, "Path": path, "Query": query,
                "StatusCode": format!("HTTP_{status}"),
            },
        }),
    }
}

fn forward(world: &World, input: Input<'_>) -> Result<Action, AwsError> {
    let config = input.child("ForwardConfig");
    let mut groups = Vec::new();
    for tuple in config.iter().flat_map(|config| config.each("TargetGroups")) {
        let weight = tuple.number("Weight")?.unwrap_or(1);
        let weight = u32::try_from(weight).ok().filter(|weight| *weight <= 999);
        let weight = weight.ok_or_else(|| input.bad("Weights must be between 0 and 999."))?;
        groups.push((tuple.text("TargetGroupArn")?.to_owned(), weight));
    }
    if let Some(arn) = input.text_or_none("TargetGroupArn") {
        match groups.as_slice() {
            [] => groups.push((arn.to_owned(), 1)),
            [(same, _)] if same == arn => {}
            _ => return Err(input.bad("You cannot specify a target group ARN beside other target groups in the forward configuration.")),
        }
    }
    if groups.is_empty() {
        return Err(input.bad("You must specify a target group in a forward action."));
    }
    if groups.len() > 5 {
        return Err(input.bad("A forward action takes at most 5 target groups."));
    }
    for (number, (arn, _)) in groups.iter().enumerate() {
        group::find(world, arn)?;
        if groups[..number].iter().any(|(other, _)| other == arn) {
            return Err(input.bad(format!("Target group '{arn}' is named more than once.")));
        }
    }
    let sticky = stickiness(config)?;
    let keeps =
        |(arn, _): &(String, u32)| group::find(world, arn).is_ok_and(|group| group.sticky().is_some());
    if groups.len() > 1 && sticky.is_none() && groups.iter().any(keeps) {
        return Err(input.bad(
            "You must enable target group stickiness in the forward action: one of its target groups is sticky.",
        ));
    }
    Ok(Action::Forward { groups, sticky })
}

fn stickiness(config: Option<Input<'_>>) -> Result<Option<u32>, AwsError> {
    let Some(sticky) = config.and_then(|config| config.child("TargetGroupStickinessConfig")) else {
        return Ok(None);
    };
    if sticky.flag("Enabled")? != Some(true) {
        return Ok(None);
    }
    let seconds = sticky.number("DurationSeconds")?.ok_or_else(|| sticky.missing("DurationSeconds"))?;
    match u32::try_from(seconds) {
        Ok(seconds @ 1..=604_800) => Ok(Some(seconds)),
        _ => Err(sticky.bad("DurationSeconds must be between 1 and 604800.")),
    }
}

fn fixed(config: Input<'_>) -> Result<Action, AwsError> {
    let code = config.number("StatusCode")?.ok_or_else(|| config.missing("StatusCode"))?;
    let status = u16::try_from(code).ok().filter(|code| matches!(code, 200..=299 | 400..=599));
    let body = config.text_or_none("MessageBody");
    if body.is_some_and(|body| body.len() > 1024) {
        return Err(config.bad("MessageBody is at most 1024 characters long."));
    }
    Ok(Action::Fixed {
        status: status
            .ok_or_else(|| config.bad(format!("The status code '{code}' must be 2XX, 4XX or 5XX")))?,
        kind: config.text_or_none("ContentType").map(str::to_owned),
        body: body.map(str::to_owned),
    })
}

fn redirect(config: Input<'_>) -> Result<Action, AwsError> {
    let part = |name: &str, usual: &str| config.text_or_none(name).unwrap_or(usual).to_owned();
    let status = match config.text("StatusCode")? {
        "HTTP_301" => 301,
        "HTTP_302" => 302,
        other => {
            return Err(config.bad(format!("The redirect status '{other}' must be HTTP_301 or HTTP_302")));
        }
    };
    let action = Action::Redirect {
        status,
        protocol: part("Protocol", "#{protocol}"),
        host: part("Host", "#{host}"),
        port: part("Port", "#{port}"),
        path: part("Path", "/#{path}"),
        query: part("Query", "#{query}"),
    };
    let looped = Action::Redirect {
        status,
        protocol: "#{protocol}".to_owned(),
        host: "#{host}".to_owned(),
        port: "#{port}".to_owned(),
        path: "/#{path}".to_owned(),
        query: "#{query}".to_owned(),
    };
    if action == looped {
        return Err(AwsError::new(
            "InvalidLoadBalancerAction",
            "The redirect would lead to the same place again.",
        ));
    }
    Ok(action)
}
