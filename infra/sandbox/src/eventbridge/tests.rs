//! Who hears what.

use serde_json::{Value, json};

use super::publish;
use crate::signal::Entry;
use crate::{
    World,
    testing::{ask, balancer, definition, group, ok, page, pass, point, service, task_set, world},
};

fn listen(world: &mut World, pattern: &Value) -> String {
    let made = ok(world, "sqs", "CreateQueue", json!({ "QueueName": "events" }));
    let rule = json!({ "Name": "all", "EventPattern": pattern.to_string() });
    ok(world, "events", "PutRule", rule);
    let target = json!({ "Id": "queue", "Arn": world.place.arn("sqs", "events") });
    ok(world, "events", "PutTargets", json!({ "Rule": "all", "Targets": [target] }));
    made["QueueUrl"].as_str().unwrap().to_owned()
}

fn heard(world: &mut World, url: &str) -> Vec<Value> {
    let ask = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 600 });
    let answer = ok(world, "sqs", "ReceiveMessage", ask);
    let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|it| serde_json::from_str(it["Body"].as_str().unwrap()).unwrap()).collect()
}

fn entry(state: &str) -> Entry {
    Entry {
        source: "aws.test",
        kind: "Test State Change",
        resources: vec!["arn:1".to_owned()],
        detail: json!({ "state": state, "nothing": null }),
    }
}

#[test]
fn a_rule_hears_only_what_fits_and_only_while_it_is_enabled() {
    let (mut world, _folder) = world();
    let url = listen(&mut world, &json!({ "source": ["aws.test"], "detail": { "state": ["GOOD"] } }));
    publish(&mut world, entry("BAD"));
    assert!(heard(&mut world, &url).is_empty());
    ok(&mut world, "events", "DisableRule", json!({ "Name": "all" }));
    publish(&mut world, entry("GOOD"));
    assert!(heard(&mut world, &url).is_empty());
    ok(&mut world, "events", "EnableRule", json!({ "Name": "all" }));
    publish(&mut world, entry("GOOD"));
    let event = heard(&mut world, &url).remove(0);
    assert_eq!(event["detail-type"], "Test State Change");
    assert_eq!(event["time"], "2026-11-02T09:00:00Z");
    assert_eq!(event["detail"], json!({ "state": "GOOD" }));
    assert_eq!(event["resources"], json!(["arn:1"]));
}

#[test]
fn a_program_may_say_what_it_likes_but_not_in_the_name_of_aws() {
    let (mut world, _folder) = world();
    let url = listen(&mut world, &json!({ "detail-type": ["Hello"] }));
    let entry = |source: &str| json!({ "Source": source, "DetailType": "Hello", "Detail": "{\"a\":1}" });
    let answer =
        ok(&mut world, "events", "PutEvents", json!({ "Entries": [entry("aws.ecs"), entry("mine")] }));
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(heard(&mut world, &url).len(), 1);
}

#[test]
fn a_rule_that_has_targets_stays_and_a_bad_pattern_is_refused() {
    let (mut world, _folder) = world();
    listen(&mut world, &json!({ "source": ["aws.test"] }));
    assert!(ask(&mut world, "events", "DeleteRule", json!({ "Name": "all" })).is_err());
    let bad = ask(&mut world, "events", "PutRule", json!({ "Name": "bad", "EventPattern": "{\"a\":1}" }));
    assert_eq!(bad.unwrap_err().code, "InvalidEventPatternException");
    ok(&mut world, "events", "RemoveTargets", json!({ "Rule": "all", "Ids": ["queue"] }));
    ok(&mut world, "events", "DeleteRule", json!({ "Name": "all" }));
}

/// Everything that was heard since the last time.
fn all(world: &mut World, url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let heard = heard(world, url);
        if heard.is_empty() {
            return all;
        }
        all.extend(heard);
    }
}

#[test]
fn a_service_tells_of_its_tasks_and_of_its_steady_sets() {
    let (mut world, _folder) = world();
    let url = listen(&mut world, &json!({ "source": ["aws.ecs"] }));
    let image = page(&mut world, "hello");
    let definition = definition(&mut world, &image);
    let (_, rule) = balancer(&mut world);
    let group = group(&mut world, "blue");
    point(&mut world, &rule, &[(&group, 1)]);
    service(&mut world, 1);
    let set = task_set(&mut world, &definition, &group).unwrap();
    pass(&mut world, 90);
    let events = all(&mut world, &url);
    let of = |kind: &str, member: &str| -> Vec<Value> {
        let own = events.iter().filter(|event| event["detail-type"] == kind);
        own.map(|event| event["detail"][member].clone()).collect()
    };
    assert_eq!(of("ECS Task State Change", "lastStatus"), ["PROVISIONING", "PENDING", "RUNNING"]);
    assert_eq!(of("ECS Task State Change", "group"), ["service:web"; 3]);
    assert_eq!(of("ECS Service Action", "eventName"), ["TASKSET_STEADY_STATE"]);
    assert_eq!(of("ECS Service Action", "taskSetArns"), [json!([set])]);

    crate::testing::ecs(&mut world, "UpdateService", json!({ "desiredCount": 0 })).unwrap();
    let event = &all(&mut world, &url)[0];
    assert_eq!(event["detail"]["eventName"], "SERVICE_DESIRED_COUNT_UPDATED");
    assert_eq!(event["resources"], json!([world.place.arn("ecs", "service/demo/web")]));
}

#[test]
fn an_execution_tells_when_it_begins_and_how_it_ends() {
    let (mut world, _folder) = world();
    let url = listen(&mut world, &json!({ "source": ["aws.states"] }));
    let definition =
        r#"{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"Broken","Cause":"on purpose"}}}"#;
    let role = "arn:aws:iam::123456789012:role/machine";
    let machine = json!({ "name": "m", "roleArn": role, "definition": definition });
    let made = ok(&mut world, "sfn", "CreateStateMachine", machine);
    let start = json!({ "stateMachineArn": made["stateMachineArn"], "name": "one", "input": "{\"a\":1}" });
    ok(&mut world, "sfn", "StartExecution", start);
    pass(&mut world, 10);
    let events = heard(&mut world, &url);
    let (began, ended) = (&events[0]["detail"], &events[1]["detail"]);
    assert_eq!((began["status"].as_str(), ended["status"].as_str()), (Some("RUNNING"), Some("FAILED")));
    assert_eq!(began["stateMachineArn"], made["stateMachineArn"]);
    assert_eq!((began["input"].as_str(), ended["error"].as_str()), (Some("{\"a\":1}"), Some("Broken")));
    assert!(began.get("stopDate").is_none() && ended["stopDate"].is_i64());
}

#[test]
fn a_pipeline_tells_of_itself_its_stages_and_its_actions() {
    let (mut world, _folder) = world();
    let url = listen(&mut world, &json!({ "source": ["aws.codepipeline"], "detail": { "pipeline": ["p"] } }));
    let action = |name: &str, category: &str, provider: &str| {
        let kind = json!({ "category": category, "owner": "AWS", "provider": provider, "version": "1" });
        json!({ "name": name, "actionTypeId": kind })
    };
    let mut source = action("Source", "Source", "CodeCommit");
    source["configuration"] = json!({ "RepositoryName": "none", "BranchName": "main" });
    source["outputArtifacts"] = json!([{ "name": "Source" }]);
    let pipeline = json!({
        "name": "p", "roleArn": "arn:aws:iam::123456789012:role/p",
        "artifactStore": { "type": "S3", "location": "artifacts" },
        "stages": [
            { "name": "Source", "actions": [source] },
            { "name": "Gate", "actions": [action("Approve", "Approval", "Manual")] },
        ],
    });
    ok(&mut world, "codepipeline", "CreatePipeline", json!({ "pipeline": pipeline }));
    // There is no such repository, so the source fails.
    pass(&mut world, 30);
    let events = heard(&mut world, &url);
    let told: Vec<String> = events
        .iter()
        .map(|event| {
            let kind = event["detail-type"].as_str().unwrap().split(' ').nth(1).unwrap();
            format!("{kind} {}", event["detail"]["state"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "Pipeline STARTED",
        "Stage STARTED",
        "Action STARTED",
        "Action FAILED",
        "Stage FAILED",
        "Pipeline FAILED",
    ];
    assert_eq!(told, expected);
    let failed = &events[3]["detail"];
    assert_eq!(failed["type"]["provider"], "CodeCommit");
    assert_eq!(failed["execution-result"]["error-code"], "RevisionUnavailable");
    assert_eq!(events[0]["resources"], json!([world.place.arn("codepipeline", "p")]));
}

#[test]
fn a_target_that_is_not_there_loses_the_event_and_nothing_else() {
    let (mut world, _folder) = world();
    let pattern = json!({ "source": ["aws.codecommit"], "detail": { "referenceName": ["main"] } });
    listen(&mut world, &pattern);
    let target = json!({ "Id": "pipeline", "Arn": world.place.arn("codepipeline", "nowhere") });
    ok(&mut world, "events", "PutTargets", json!({ "Rule": "all", "Targets": [target] }));
    // A target that is not there loses the event, and nothing else.
    publish(
        &mut world,
        Entry {
            source: "aws.codecommit",
            kind: "CodeCommit Repository State Change",
            resources: Vec::new(),
            detail: json!({ "referenceName": "main", "repositoryName": "app", "commitId": "c" }),
        },
    );
    let url = format!("{}/{}/events", world.endpoint, world.place.account);
    assert_eq!(heard(&mut world, &url).len(), 1);
}
