//! Elastic Load Balancing's shapes as ours. Pure and total.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, TargetGroupTuple, TargetHealthDescription,
    TargetHealthReasonEnum, TargetHealthStateEnum,
};
use viridian_shared::traffic::{Answer, Target, TargetHealth, Weight};

/// The listener that a rule belongs to: the rule's ARN without its last part.
pub(crate) fn listener_arn(rule: &str) -> String {
    let listener = rule.replacen(":listener-rule/", ":listener/", 1);
    listener.rsplit_once('/').map_or(listener.clone(), |(listener, _)| listener.to_owned())
}

/// `targetgroup/NAME/ID` gives NAME.
pub(super) fn group_name(arn: &str) -> String {
    arn.rsplit('/').nth(1).unwrap_or(arn).to_owned()
}

/// What the last action of a rule does; the ones before it only authenticate.
pub(super) fn answer(actions: &[Action]) -> Answer {
    let mut ordered: Vec<_> = actions.iter().collect();
    ordered.sort_by_key(|action| action.order().unwrap_or_default());
    let Some(action) = ordered.last() else { return Answer::Other { name: "none".to_owned() } };
    match action.r#type() {
        Some(ActionTypeEnum::Forward) => Answer::Forward { to: weights(action) },
        Some(ActionTypeEnum::FixedResponse) => {
            let fixed = action.fixed_response_config();
            Answer::Fixed {
                status: fixed.and_then(|it| it.status_code()?.parse().ok()).unwrap_or_default(),
                message: fixed.and_then(|it| it.message_body()).unwrap_or_default().to_owned(),
            }
        }
        Some(ActionTypeEnum::Redirect) => {
            let to = action.redirect_config().map(|it| {
                let (host, path) = (it.host().unwrap_or("#{host}"), it.path().unwrap_or("/#{path}"));
                format!("{host}{path}")
            });
            Answer::Redirect { to: to.unwrap_or_default() }
        }
        other => Answer::Other { name: other.map(|it| it.as_str().to_owned()).unwrap_or_default() },
    }
}

/// With several groups AWS leaves `TargetGroupArn` out; with one it gives both. The list is the truth.
fn weights(action: &Action) -> Vec<Weight> {
    let listed = action.forward_config().map(ForwardActionConfig::target_groups).unwrap_or_default();
    if listed.is_empty() {
        let single = action.target_group_arn().map(str::to_owned);
        return single.map(|target_group| Weight { target_group, weight: 1 }).into_iter().collect();
    }
    listed.iter().filter_map(weight).collect()
}

fn weight(tuple: &TargetGroupTuple) -> Option<Weight> {
    let weight = u32::try_from(tuple.weight().unwrap_or(1)).unwrap_or_default();
    Some(Weight { target_group: tuple.target_group_arn()?.to_owned(), weight })
}

pub(super) fn groups_of(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Forward { to } => to.iter().map(|weight| weight.target_group.clone()).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn target(description: &TargetHealthDescription) -> Target {
    let health = description.target_health();
    let target = description.target();
    Target {
        id: target.and_then(|target| target.id()).unwrap_or_default().to_owned(),
        port: target.and_then(|target| u16::try_from(target.port()?).ok()).unwrap_or_default(),
        health: state(health.and_then(|health| health.state())),
        reason: health.and_then(|health| {
            match (health.reason().map(TargetHealthReasonEnum::as_str), health.description()) {
                (Some(code), Some(text)) => Some(format!("{code}: {text}")),
                (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
                (None, None) => None,
            }
        }),
    }
}

fn state(state: Option<&TargetHealthStateEnum>) -> TargetHealth {
    match state {
        Some(TargetHealthStateEnum::Initial) => TargetHealth::Initial,
        Some(TargetHealthStateEnum::Healthy) => TargetHealth::Healthy,
        Some(TargetHealthStateEnum::Unhealthy) => TargetHealth::Unhealthy,
        Some(TargetHealthStateEnum::Unused) => TargetHealth::Unused,
        Some(TargetHealthStateEnum::Draining | TargetHealthStateEnum::UnhealthyDraining) => {
            TargetHealth::Draining
        }
        Some(TargetHealthStateEnum::Unavailable) => TargetHealth::Unavailable,
        Some(other) => TargetHealth::Unknown(other.as_str().to_owned()),
        None => TargetHealth::Unknown(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::FixedResponseActionConfig;

    use super::*;

    fn forward(groups: &[(&str, Option<i32>)]) -> Action {
        let tuple = |(arn, weight): &(&str, Option<i32>)| {
            TargetGroupTuple::builder().target_group_arn(*arn).set_weight(*weight).build()
        };
        let groups = groups.iter().map(tuple).collect();
        let config = ForwardActionConfig::builder().set_target_groups(Some(groups)).build();
        Action::builder().r#type(ActionTypeEnum::Forward).forward_config(config).build()
    }

    #[test]
    fn several_groups_are_read_from_the_list_and_one_from_its_arn() {
        let both = answer(&[forward(&[("green", Some(1)), ("blue", Some(0))])]);
        assert_eq!(groups_of(&both), ["green", "blue"]);
        let single = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn("blue").build();
        assert_eq!(groups_of(&answer(&[single])), ["blue"]);
    }

    #[test]
    fn a_rule_without_actions_and_a_broken_status_code_are_read() {
        assert_eq!(answer(&[]), Answer::Other { name: "none".to_owned() });
        let fixed = FixedResponseActionConfig::builder().status_code("four hundred").build();
        let action = Action::builder().r#type(ActionTypeEnum::FixedResponse).fixed_response_config(fixed);
        assert_eq!(answer(&[action.build()]), Answer::Fixed { status: 0, message: String::new() });
    }

    #[test]
    fn a_later_action_and_an_unknown_health_keep_their_names() {
        let later = Action::builder().r#type(ActionTypeEnum::from("teleport")).build();
        assert_eq!(answer(&[later]), Answer::Other { name: "teleport".to_owned() });
        assert_eq!(state(Some(&"dozing".into())), TargetHealth::Unknown("dozing".to_owned()));
    }

    #[test]
    fn a_rule_knows_its_listener_and_a_group_its_name() {
        let rule = "arn:aws:elasticloadbalancing:r:1:listener-rule/app/lb/aa/bb/cc";
        assert_eq!(listener_arn(rule), "arn:aws:elasticloadbalancing:r:1:listener/app/lb/aa/bb");
        assert_eq!(group_name("arn:aws:elasticloadbalancing:r:1:targetgroup/tg-web/ff"), "tg-web");
    }
}
