//! Rules about groups and rules, and the health of targets over time.

mod calls;
mod plane;
mod states;

use serde_json::json;

use crate::testing::{
    ask, balancer, definition, elb, group, health, page, pass, point, service, task_set, world,
};

const ELB: &str = "elasticloadbalancingv2";

#[test]
fn a_group_in_a_rule_is_not_deleted_even_with_weight_zero() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let (blue, green) = (group(&mut world, "blue"), group(&mut world, "green"));
    let shown = point(&mut world, &rule, &[(&green, 1), (&blue, 0)]);
    assert!(shown.get("TargetGroupArn").is_none());
    let error = ask(&mut world, ELB, "DeleteTargetGroup", json!({ "TargetGroupArn": blue })).unwrap_err();
    assert_eq!(error.code, "ResourceInUse");
    let shown = point(&mut world, &rule, &[(&green, 1)]);
    assert_eq!(shown["TargetGroupArn"], json!(green));
    elb(&mut world, "DeleteTargetGroup", json!({ "TargetGroupArn": blue }));
    let error =
        ask(&mut world, ELB, "DescribeTargetGroups", json!({ "TargetGroupArns": [blue] })).unwrap_err();
    assert_eq!(error.code, "TargetGroupNotFound");
}

#[test]
fn a_target_waits_for_a_rule_then_for_its_checks() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    service(&mut world, 1);
    let image = page(&mut world, "blue");
    let definition = definition(&mut world, &image);
    task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 120);
    let state = |state: &str, reason: &str| vec![(state.to_owned(), reason.to_owned())];
    assert_eq!(health(&mut world, &blue), state("unused", "Target.NotInUse"));
    point(&mut world, &rule, &[(&blue, 1)]);
    assert_eq!(health(&mut world, &blue), state("initial", "Elb.RegistrationInProgress"));
    pass(&mut world, 4);
    assert_eq!(health(&mut world, &blue), state("initial", "Elb.InitialHealthChecking"));
    pass(&mut world, 10);
    assert_eq!(health(&mut world, &blue), state("healthy", ""));
    let waiting = world.timers.next_due();
    assert!(waiting.is_none(), "a settled target needs no further checks: {waiting:?}");
}

#[test]
fn only_the_lowest_number_of_a_free_priority_is_taken() {
    let (mut world, _folder) = world();
    let (listener, rule) = balancer(&mut world);
    let closed = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]);
    let everything = json!([{"Field": "path-pattern", "Values": ["*"]}]);
    let again =
        json!({ "ListenerArn": listener, "Priority": 1, "Actions": closed, "Conditions": everything });
    assert_eq!(ask(&mut world, ELB, "CreateRule", again).unwrap_err().code, "PriorityInUse");
    let six = json!([{"Field": "path-pattern", "Values": ["/1", "/2", "/3", "/4", "/5", "/6"]}]);
    let six = json!({ "ListenerArn": listener, "Priority": 2, "Actions": closed, "Conditions": six });
    assert_eq!(ask(&mut world, ELB, "CreateRule", six).unwrap_err().code, "ValidationError");
    let shown = elb(&mut world, "DescribeRules", json!({ "ListenerArn": listener, "PageSize": "1" }));
    assert_eq!((&shown["Rules"][0]["RuleArn"], &shown["NextMarker"]), (&json!(rule), &json!("1")));
    let next = json!({ "ListenerArn": listener, "PageSize": "1", "Marker": "1" });
    assert_eq!(elb(&mut world, "DescribeRules", next)["Rules"][0]["Priority"], "default");
}
