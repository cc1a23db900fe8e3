//! A small world for tests: a stopped clock, images, a load balancer and a service.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{AwsError, Caller, Sandbox, World, clock::Clock, door};

/// A world whose clock only moves when it is told to, in a folder of its own.
pub(crate) fn world() -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut clock = Clock::new("2026-11-02T09:00:00Z".parse::<Timestamp>().unwrap(), 1.0);
    clock.pause();
    (World::new(folder.path().to_owned(), 7, clock), folder)
}

pub(crate) fn ask(
    world: &mut World,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/tester".to_owned() };
    // As a form would write it, every value may be a text.
    world.call(&caller, service, operation, door::typed(service, operation, input))
}

/// Calls an operation that must succeed.
pub(crate) fn ok(world: &mut World, service: &str, operation: &str, input: Value) -> Value {
    ask(world, service, operation, input).unwrap_or_else(|error| panic!("{service}:{operation}: {error}"))
}

pub(crate) fn ecs(world: &mut World, operation: &str, mut input: Value) -> Result<Value, AwsError> {
    input["cluster"] = json!("demo");
    if operation != "DescribeServices" {
        input["service"] = json!("web");
    }
    ask(world, "ecs", operation, input)
}

pub(crate) fn elb(world: &mut World, operation: &str, input: Value) -> Value {
    ok(world, "elasticloadbalancingv2", operation, input)
}

/// Lets virtual time pass, event by event.
pub(crate) fn pass(world: &mut World, seconds: i64) {
    let end = world.now().checked_add(SignedDuration::from_secs(seconds)).unwrap();
    while let Some(due) = world.timers.next_due().filter(|due| *due <= end) {
        world.clock.jump(due);
        world.step();
    }
    world.clock.jump(end);
}

/// Lets virtual time pass in a running sandbox.
pub(crate) async fn pass_in(sandbox: &Sandbox, seconds: i64) {
    sandbox.run_until(|_| false, SignedDuration::from_secs(seconds)).await;
}

/// Puts an image of these files into the registry; gives its name by digest.
pub(crate) fn image(world: &mut World, tag: &str, files: &[(&str, &str)]) -> String {
    let manifest = json!({ "schemaVersion": 2, "tag": tag, "layers": [] }).to_string();
    let digest = format!("{:x}", Sha256::digest(manifest.as_bytes()));
    let folder = world.folder.join("registry/images").join(format!("sha256-{digest}"));
    for (path, text) in files {
        let place = folder.join("root").join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    fs::write(folder.join("config.json"), "{}").unwrap();
    fs::write(folder.join("manifest.json"), &manifest).unwrap();
    // The repository may be there already.
    let _ = ask(world, "ecr", "CreateRepository", json!({ "repositoryName": "app" }));
    let put = json!({ "repositoryName": "app", "imageManifest": manifest, "imageTag": tag });
    ok(world, "ecr", "PutImage", put);
    format!("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/app@sha256:{digest}")
}

/// A page that answers with a text.
pub(crate) fn page(world: &mut World, text: &str) -> String {
    image(world, text, &[("usr/share/nginx/html/index.html", text)])
}

pub(crate) fn definition(world: &mut World, image: &str) -> String {
    let container = json!({ "name": "web", "image": image, "portMappings": [{ "containerPort": 80 }] });
    let input = json!({ "family": "app", "containerDefinitions": [container] });
    let answer = ok(world, "ecs", "RegisterTaskDefinition", input);
    answer["taskDefinition"]["taskDefinitionArn"].as_str().unwrap().to_owned()
}

/// A load balancer with a closed listener; gives the listener and its rule for everything.
pub(crate) fn balancer(world: &mut World) -> (String, String) {
    let text =
        |answer: &Value, member: &str, name: &str| answer[member][0][name].as_str().unwrap().to_owned();
    let made = elb(world, "CreateLoadBalancer", json!({ "Name": "demo" }));
    let closed = json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]);
    let made = elb(
        world,
        "CreateListener",
        json!({
            "LoadBalancerArn": text(&made, "LoadBalancers", "LoadBalancerArn"), "Port": 80, "Protocol": "HTTP",
            "DefaultActions": closed,
        }),
    );
    let listener = text(&made, "Listeners", "ListenerArn");
    let made = elb(
        world,
        "CreateRule",
        json!({
            "ListenerArn": listener, "Priority": "1", "Actions": closed,
            "Conditions": [{"Field": "path-pattern", "Values": ["*"]}],
        }),
    );
    (listener, text(&made, "Rules", "RuleArn"))
}

/// A target group with two checks ten seconds apart and a short delay.
pub(crate) fn group(world: &mut World, name: &str) -> String {
    let made = elb(
        world,
        "CreateTargetGroup",
        json!({
            "Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip",
            "HealthCheckIntervalSeconds": "10", "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2,
        }),
    );
    let arn = made["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap().to_owned();
    let delay = json!([{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]);
    elb(world, "ModifyTargetGroupAttributes", json!({ "TargetGroupArn": arn, "Attributes": delay }));
    arn
}

/// Lets a rule forward to groups by weight.
pub(crate) fn point(world: &mut World, rule: &str, groups: &[(&str, u32)]) -> Value {
    let tuples: Vec<Value> =
        groups.iter().map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight})).collect();
    let actions = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]);
    elb(world, "ModifyRule", json!({ "RuleArn": rule, "Actions": actions }))["Rules"][0]["Actions"][0].clone()
}

/// A cluster with a service that wants `desired` tasks.
pub(crate) fn service(world: &mut World, desired: u32) {
    ok(world, "ecs", "CreateCluster", json!({ "clusterName": "demo" }));
    ok(
        world,
        "ecs",
        "CreateService",
        json!({
            "cluster": "demo", "serviceName": "web", "desiredCount": desired,
            "deploymentController": { "type": "EXTERNAL" },
        }),
    );
}

/// Creates a task set at full scale; gives its ARN.
pub(crate) fn task_set(world: &mut World, definition: &str, group: &str) -> Result<String, AwsError> {
    let balancer = json!([{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]);
    let input = json!({
        "taskDefinition": definition, "launchType": "FARGATE", "loadBalancers": balancer,
        "scale": { "value": 100, "unit": "PERCENT" },
    });
    let made = ecs(world, "CreateTaskSet", input)?;
    Ok(made["taskSet"]["taskSetArn"].as_str().unwrap().to_owned())
}

/// A task set as it is described now, or null.
pub(crate) fn described(world: &mut World, set: &str) -> Value {
    ecs(world, "DescribeTaskSets", json!({ "taskSets": [set] })).unwrap()["taskSets"][0].clone()
}

/// States and reasons of a group's targets.
pub(crate) fn health(world: &mut World, group: &str) -> Vec<(String, String)> {
    let answer = elb(world, "DescribeTargetHealth", json!({ "TargetGroupArn": group }));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let targets = answer["TargetHealthDescriptions"].as_array().unwrap().clone();
    targets.iter().map(|t| (text(&t["TargetHealth"]["State"]), text(&t["TargetHealth"]["Reason"]))).collect()
}
