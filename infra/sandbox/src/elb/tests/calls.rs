//! What the calls about groups, rules and targets accept and refuse, each by AWS's name for it.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::ELB;
use crate::{
    World,
    testing::{ask, balancer, elb, group, point, world},
};

struct Front {
    world: World,
    listener: String,
    rule: String,
    blue: String,
    _folder: TempDir,
}

fn front() -> Front {
    let (mut world, folder) = world();
    let (listener, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    Front { world, listener, rule, blue, _folder: folder }
}

impl Front {
    fn refused(&mut self, operation: &str, input: Value) -> String {
        let asked = input.clone();
        match ask(&mut self.world, ELB, operation, input) {
            Ok(answer) => panic!("{operation} {asked} was answered with {answer}"),
            Err(error) => error.code,
        }
    }

    /// A rule with conditions, at a priority of its own.
    fn rule(&mut self, priority: u32, conditions: &Value) -> Result<Value, crate::AwsError> {
        let input = json!({
            "ListenerArn": self.listener, "Priority": priority, "Conditions": conditions,
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        });
        ask(&mut self.world, ELB, "CreateRule", input).map(|made| made["Rules"][0].clone())
    }
}

#[test]
fn every_kind_of_condition_is_kept_as_it_was_given() {
    let mut front = front();
    let regex =
        |member: &str, field: &str| json!([{"Field": field, (member): {"RegexValues": ["^/a[0-9]+$"]}}]);
    let header = |member: &str, values: Value| json!([{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", (member): values}}]);
    let all = [
        json!([{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*", "/b?"]}}]),
        json!([{"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}}]),
        json!([{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "PURGE"]}}]),
        json!([{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b"}, {"Value": "c*"}]}}]),
        json!([{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8", "2001:db8::/32"]}}]),
        header("Values", json!(["green", "gr*"])),
        header("RegexValues", json!(["^gr.+n$"])),
        regex("PathPatternConfig", "path-pattern"),
        regex("HostHeaderConfig", "host-header"),
    ];
    for (priority, conditions) in (10..).zip(&all) {
        let mut shown = front.rule(priority, conditions).unwrap()["Conditions"].clone();
        // The older form is shown beside the newer one for hosts and paths.
        shown[0].as_object_mut().unwrap().retain(|name, _| name != "Values");
        assert_eq!(shown, *conditions);
    }
}

#[test]
fn conditions_outside_their_bounds_are_refused() {
    let mut front = front();
    let path = |values: Value| json!([{"Field": "path-pattern", "PathPatternConfig": {"Values": values}}]);
    let header = |name: &str, value: &str| json!([{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": [value]}}]);
    let ips = |value: &str| json!([{"Field": "source-ip", "SourceIpConfig": {"Values": [value]}}]);
    for conditions in [
        json!([]),
        json!([{"Field": "weekday", "Values": ["Monday"]}]),
        json!([{"Field": "http-header", "HttpHeaderConfig": {"Values": ["x"]}}]),
        path(json!([])),
        path(json!(["/1", "/2", "/3", "/4", "/5", "/6"])),
        path(json!(["/*", "/*/*", "/*/*/*"])),
        path(json!(["x".repeat(129)])),
        header("Host", "x"),
        header(&"x".repeat(41), "x"),
        header("X-Env", &"x".repeat(129)),
        ips("10.0.0.1"),
        ips("10.0.0.0/33"),
        ips("example.com/8"),
        json!([{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["get"]}}]),
        json!([{"Field": "http-request-method", "HttpRequestMethodConfig": {"RegexValues": ["GET"]}}]),
        json!([{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["("]}}]),
        json!([{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/"], "RegexValues": ["/"]}}]),
        json!([{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a"}]}}]),
    ] {
        let error = front.rule(5, &conditions).unwrap_err();
        assert_eq!(error.code, "ValidationError", "{conditions}: {}", error.message);
    }
    assert!(front.rule(5, &path(json!(["/"]))).is_ok());
}

#[test]
fn actions_outside_their_bounds_are_refused() {
    let mut front = front();
    let groups: Vec<Value> = (0..6)
        .map(|number| json!({"TargetGroupArn": group(&mut front.world, &format!("g{number}")), "Weight": 1}))
        .collect();
    let forward = |tuples: &[Value]| json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]);
    let sticky = |seconds: u32| {
        json!([{"Type": "forward", "ForwardConfig": {
            "TargetGroups": groups[..2], "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": seconds},
        }}])
    };
    let heavy = json!({"TargetGroupArn": front.blue, "Weight": 1000});
    let unknown = front.blue.replace("blue", "grey");
    let fixed = |config: Value| json!([{"Type": "fixed-response", "FixedResponseConfig": config}]);
    let redirect = |config: Value| json!([{"Type": "redirect", "RedirectConfig": config}]);
    let long = "x".repeat(1025);
    for (actions, code) in [
        (json!([]), ""),
        (forward(&[]), "ValidationError"),
        (forward(&groups), "ValidationError"),
        (forward(&[heavy]), "ValidationError"),
        (forward(&[groups[0].clone(), groups[0].clone()]), "ValidationError"),
        (forward(&[json!({"TargetGroupArn": unknown})]), "TargetGroupNotFound"),
        (sticky(0), "ValidationError"),
        (sticky(604_801), "ValidationError"),
        (fixed(json!({"StatusCode": "302"})), "ValidationError"),
        (fixed(json!({"StatusCode": "200", "MessageBody": long})), "ValidationError"),
        (redirect(json!({"StatusCode": "HTTP_307", "Path": "/a"})), "ValidationError"),
        (redirect(json!({"StatusCode": "HTTP_301"})), "InvalidLoadBalancerAction"),
        (json!([{"Type": "authenticate-oidc"}]), "InvalidLoadBalancerAction"),
        (json!([forward(&groups[..1])[0], fixed(json!({"StatusCode": "200"}))[0]]), "TooManyActions"),
    ] {
        let input = json!({"RuleArn": front.rule, "Actions": actions});
        let answer = ask(&mut front.world, ELB, "ModifyRule", input);
        let found = answer.err().map(|error| error.code).unwrap_or_default();
        assert_eq!(found, code, "{actions}");
    }
}

#[test]
fn a_sticky_group_needs_a_sticky_rule_as_soon_as_there_are_two() {
    let mut front = front();
    let green = group(&mut front.world, "green");
    let sticky = json!([{"Key": "stickiness.enabled", "Value": "true"}]);
    elb(
        &mut front.world,
        "ModifyTargetGroupAttributes",
        json!({"TargetGroupArn": green, "Attributes": sticky}),
    );
    let tuples = json!([{"TargetGroupArn": front.blue, "Weight": 9}, {"TargetGroupArn": green, "Weight": 1}]);
    let actions = |sticky: Value| json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples, "TargetGroupStickinessConfig": sticky}}]);
    let rule = front.rule.clone();
    let input = |sticky: Value| json!({"RuleArn": rule, "Actions": actions(sticky)});
    assert_eq!(front.refused("ModifyRule", input(json!({"Enabled": false}))), "ValidationError");
    elb(&mut front.world, "ModifyRule", input(json!({"Enabled": true, "DurationSeconds": 60})));
}

#[test]
fn priorities_are_exchanged_at_once_or_not_at_all() {
    let mut front = front();
    let path = |value: &str| json!([{"Field": "path-pattern", "Values": [value]}]);
    let one = front.rule(10, &path("/1")).unwrap()["RuleArn"].clone();
    let two = front.rule(20, &path("/2")).unwrap()["RuleArn"].clone();
    let pairs = |first: u32, second: u32| json!({"RulePriorities": [{"RuleArn": one, "Priority": first}, {"RuleArn": two, "Priority": second}]});
    assert_eq!(front.refused("SetRulePriorities", pairs(1, 5)), "PriorityInUse");
    assert_eq!(front.refused("SetRulePriorities", pairs(5, 5)), "PriorityInUse");
    assert_eq!(front.refused("SetRulePriorities", pairs(5, 50_001)), "ValidationError");
    elb(&mut front.world, "SetRulePriorities", pairs(20, 10));
    let shown = elb(&mut front.world, "DescribeRules", json!({"ListenerArn": front.listener}));
    let order: Vec<&Value> =
        shown["Rules"].as_array().unwrap().iter().map(|rule| &rule["Priority"]).collect();
    assert_eq!(order, ["1", "10", "20", "default"]);
    assert_eq!(shown["Rules"][1]["RuleArn"], two);
    let default = shown["Rules"][3]["RuleArn"].clone();
    for (operation, input) in [
        ("DeleteRule", json!({"RuleArn": default})),
        ("ModifyRule", json!({"RuleArn": default, "Conditions": path("/")})),
        ("SetRulePriorities", json!({"RulePriorities": [{"RuleArn": default, "Priority": 3}]})),
    ] {
        assert_eq!(front.refused(operation, input), "OperationNotPermitted", "{operation}");
    }
}

#[test]
fn a_listener_has_a_hundred_rules_and_a_load_balancer_a_hundred_groups() {
    let mut front = front();
    let conditions = json!([{"Field": "path-pattern", "Values": ["/"]}]);
    for priority in 2..=100 {
        front.rule(priority, &conditions).unwrap();
    }
    assert_eq!(front.rule(101, &conditions).unwrap_err().code, "TooManyRules");
    let shown = elb(&mut front.world, "DescribeRules", json!({"ListenerArn": front.listener}));
    let rules: Vec<String> = shown["Rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["RuleArn"].as_str().unwrap().to_owned())
        .collect();
    for (number, rule) in rules.iter().take(20).enumerate() {
        let groups: Vec<String> =
            (0..5).map(|place| group(&mut front.world, &format!("g{number}-{place}"))).collect();
        let tuples: Vec<(&str, u32)> = groups.iter().map(|arn| (arn.as_str(), 1)).collect();
        point(&mut front.world, rule, &tuples);
    }
    let actions = json!([{"Type": "forward", "TargetGroupArn": front.blue}]);
    let one_more = json!({"RuleArn": rules[30], "Actions": actions});
    assert_eq!(front.refused("ModifyRule", one_more), "TooManyUniqueTargetGroupsPerLoadBalancer");
}

#[test]
fn groups_are_created_once_for_the_same_settings() {
    let mut front = front();
    let wish = json!({
        "Name": "green", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip",
        "HealthCheckPath": "/health",
    });
    let made = elb(&mut front.world, "CreateTargetGroup", wish.clone());
    let again = elb(&mut front.world, "CreateTargetGroup", wish.clone());
    assert_eq!(made, again);
    let changed = |member: &str, value: Value| {
        let mut input = wish.clone();
        input[member] = value;
        input
    };
    let other = changed("HealthCheckPath", json!("/"));
    assert_eq!(front.refused("CreateTargetGroup", other), "DuplicateTargetGroupName");
    for (member, value) in [
        ("Name", json!("x".repeat(33))),
        ("Name", json!("-green")),
        ("Name", json!("green-")),
        ("Name", json!("a_b")),
        ("Port", json!(0)),
        ("Port", json!(65_536)),
        ("Protocol", json!("HTTPS")),
        ("TargetType", json!("lambda")),
        ("HealthCheckPath", json!("health")),
        ("HealthCheckIntervalSeconds", json!(4)),
        ("HealthCheckTimeoutSeconds", json!(30)),
        ("HealthyThresholdCount", json!(11)),
        ("UnhealthyThresholdCount", json!(1)),
    ] {
        assert_eq!(front.refused("CreateTargetGroup", changed(member, value)), "ValidationError", "{member}");
    }
    for (key, value) in [
        ("deregistration_delay.timeout_seconds", "3601"),
        ("slow_start.duration_seconds", "29"),
        ("stickiness.type", "app_cookie"),
        ("stickiness.enabled", "yes"),
        ("stickiness.lb_cookie.duration_seconds", "604801"),
        ("unknown", "1"),
    ] {
        let attributes = json!([{"Key": key, "Value": value}]);
        let input = json!({"TargetGroupArn": front.blue, "Attributes": attributes});
        assert_eq!(front.refused("ModifyTargetGroupAttributes", input), "ValidationError", "{key}");
    }
}

#[test]
fn targets_are_addresses_and_what_is_unknown_is_not_registered() {
    let mut front = front();
    let register = |id: &str| json!({"TargetGroupArn": front.blue, "Targets": [{"Id": id}]});
    let (good, bad) = (register("10.0.0.9"), register("i-1234"));
    assert_eq!(front.refused("RegisterTargets", bad), "ValidationError");
    elb(&mut front.world, "RegisterTargets", good);
    let asked = json!({"TargetGroupArn": front.blue, "Targets": [{"Id": "10.0.0.9"}, {"Id": "10.0.0.8"}]});
    let shown = elb(&mut front.world, "DescribeTargetHealth", asked)["TargetHealthDescriptions"].clone();
    assert_eq!(shown[0]["TargetHealth"]["Reason"], "Target.NotInUse");
    assert_eq!(shown[1]["TargetHealth"]["Reason"], "Target.NotRegistered");
    let missing = front.blue.replace("blue", "grey");
    let input = json!({"TargetGroupArn": missing, "Targets": [{"Id": "10.0.0.9"}]});
    for operation in ["RegisterTargets", "DeregisterTargets", "DescribeTargetHealth"] {
        assert_eq!(front.refused(operation, input.clone()), "TargetGroupNotFound");
    }
    // A group that is not there may be deleted: AWS models no error for it.
    elb(&mut front.world, "DeleteTargetGroup", json!({"TargetGroupArn": missing}));
}

#[test]
fn a_group_belongs_to_one_load_balancer() {
    let mut front = front();
    point(&mut front.world, &front.rule.clone(), &[(&front.blue.clone(), 1)]);
    let other = elb(&mut front.world, "CreateLoadBalancer", json!({"Name": "other"}));
    let arn = other["LoadBalancers"][0]["LoadBalancerArn"].clone();
    let listener = json!({
        "LoadBalancerArn": arn, "Port": 80, "Protocol": "HTTP",
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": front.blue}],
    });
    assert_eq!(front.refused("CreateListener", listener), "TargetGroupAssociationLimit");
    for (operation, input, code) in [
        (
            "CreateListener",
            json!({"LoadBalancerArn": "x", "Port": 80, "Protocol": "HTTP", "DefaultActions": [
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}},
            ]}),
            "LoadBalancerNotFound",
        ),
        ("DescribeRules", json!({"ListenerArn": "x"}), "ListenerNotFound"),
        ("DescribeRules", json!({"RuleArns": ["x"]}), "RuleNotFound"),
        ("DescribeRules", json!({}), "ValidationError"),
        ("DescribeTargetGroups", json!({"Names": ["grey"]}), "TargetGroupNotFound"),
        ("DescribeLoadBalancers", json!({"Names": ["grey"]}), "LoadBalancerNotFound"),
    ] {
        assert_eq!(front.refused(operation, input), code, "{operation}");
    }
}

#[test]
fn a_condition_has_its_values_in_one_place() {
    let mut front = front();
    for (priority, condition) in [
        json!({"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a"]}}),
        json!({"Field": "host-header", "Values": ["a.b"], "HostHeaderConfig": {"Values": ["c.d"]}}),
        json!({"Field": "path-pattern", "Values": ["/a"], "HostHeaderConfig": {"Values": ["a.b"]}}),
        json!({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X", "Values": ["a"]}, "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}),
    ]
    .into_iter()
    .enumerate()
    {
        let priority = 100 + u32::try_from(priority).unwrap();
        let error = front.rule(priority, &json!([condition])).unwrap_err();
        assert_eq!(error.code, "ValidationError", "{condition}");
    }
    front.rule(200, &json!([{"Field": "path-pattern", "Values": ["/a"]}])).unwrap();
}
