//! What the scheduler does with task sets over virtual time.

mod calls;

use serde_json::json;

use crate::{
    elb::{HealthFault, set_health_fault},
    testing::{
        balancer, definition, described, ecs, elb, group, health, image, ok, page, pass, point, service,
        task_set, world,
    },
};

#[test]
fn a_service_has_at_most_five_sets_and_says_so_in_awss_words() {
    let (mut world, _folder) = world();
    balancer(&mut world);
    let (blue, image) = (group(&mut world, "blue"), page(&mut world, "blue"));
    let definition = definition(&mut world, &image);
    service(&mut world, 0);
    for _ in 0..5 {
        task_set(&mut world, &definition, &blue).unwrap();
    }
    let error = task_set(&mut world, &definition, &blue).unwrap_err();
    assert_eq!(error.code, "InvalidParameterException");
    assert!(error.message.starts_with("5 deployments exist on the service. Unable to create new TaskSet"));
}

#[test]
fn a_set_becomes_steady_only_when_its_targets_are_healthy() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    service(&mut world, 3);
    let image = page(&mut world, "blue");
    let definition = definition(&mut world, &image);
    let set = task_set(&mut world, &definition, &blue).unwrap();
    assert_eq!(described(&mut world, &set)["pendingCount"], 3);
    pass(&mut world, 15);
    let shown = described(&mut world, &set);
    assert_eq!((&shown["runningCount"], &shown["stabilityStatus"]), (&json!(3), &json!("STABILIZING")));
    pass(&mut world, 30);
    assert_eq!(described(&mut world, &set)["stabilityStatus"], "STEADY_STATE");
    let half = json!({ "taskSet": set, "scale": { "value": 50.0, "unit": "PERCENT" } });
    ecs(&mut world, "UpdateTaskSet", half).unwrap();
    assert_eq!(described(&mut world, &set)["computedDesiredCount"], 2);
    pass(&mut world, 90);
    assert_eq!(described(&mut world, &set)["runningCount"], 2);
}

#[test]
fn a_set_that_is_primary_is_not_deleted_and_another_drains_first() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let (blue, green) = (group(&mut world, "blue"), group(&mut world, "green"));
    point(&mut world, &rule, &[(&blue, 1), (&green, 1)]);
    service(&mut world, 1);
    let image = page(&mut world, "page");
    let definition = definition(&mut world, &image);
    let one = task_set(&mut world, &definition, &blue).unwrap();
    let two = task_set(&mut world, &definition, &green).unwrap();
    pass(&mut world, 60);
    ecs(&mut world, "UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": one })).unwrap();
    let error = ecs(&mut world, "DeleteTaskSet", json!({ "taskSet": one })).unwrap_err();
    assert_eq!(error.code, "InvalidParameterException");
    ecs(&mut world, "DeleteTaskSet", json!({ "taskSet": two })).unwrap();
    assert_eq!(described(&mut world, &two)["status"], "DRAINING");
    assert_eq!(health(&mut world, &green)[0].0, "draining");
    pass(&mut world, 50);
    assert_eq!(described(&mut world, &two)["status"], "DRAINING");
    pass(&mut world, 30);
    assert!(described(&mut world, &two).is_null());
    assert!(health(&mut world, &green).is_empty());
}

#[test]
fn a_task_that_cannot_start_gives_its_reason_and_is_tried_again_later() {
    let (mut world, _folder) = world();
    balancer(&mut world);
    let blue = group(&mut world, "blue");
    service(&mut world, 1);
    let image = image(&mut world, "bad", &[("etc/nginx/conf.d/default.conf", "server {\n  lisen 80;\n}\n")]);
    let definition = definition(&mut world, &image);
    let set = task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 20);
    assert_eq!(described(&mut world, &set)["runningCount"], 0);
    let stopped =
        ok(&mut world, "ecs", "ListTasks", json!({ "cluster": "demo", "desiredStatus": "STOPPED" }));
    let input = json!({ "cluster": "demo", "tasks": stopped["taskArns"] });
    let task = ok(&mut world, "ecs", "DescribeTasks", input)["tasks"][0].clone();
    let reason = task["stoppedReason"].as_str().unwrap();
    assert!(
        reason.contains("[emerg] unknown directive \"lisen\" in /etc/nginx/conf.d/default.conf:2"),
        "{reason}"
    );
    pass(&mut world, 300);
    let stopped =
        ok(&mut world, "ecs", "ListTasks", json!({ "cluster": "demo", "desiredStatus": "STOPPED" }));
    let tries = stopped["taskArns"].as_array().unwrap().len();
    assert!((3..8).contains(&tries), "{tries}");
}

#[test]
fn an_unhealthy_task_is_replaced_and_the_service_says_why() {
    let (mut world, _folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    point(&mut world, &rule, &[(&blue, 1)]);
    service(&mut world, 1);
    let image = page(&mut world, "blue");
    let definition = definition(&mut world, &image);
    let set = task_set(&mut world, &definition, &blue).unwrap();
    pass(&mut world, 60);
    set_health_fault(&mut world, &blue, Some(HealthFault::Status(500)));
    pass(&mut world, 40);
    assert_eq!(described(&mut world, &set)["stabilityStatus"], "STABILIZING");
    let shown = ecs(&mut world, "DescribeServices", json!({ "services": ["web"] })).unwrap();
    let events = shown["services"][0]["events"].to_string();
    assert!(events.contains("Health checks failed with these codes: [500]"), "{events}");
    set_health_fault(&mut world, &blue, None);
    pass(&mut world, 600);
    assert_eq!(described(&mut world, &set)["stabilityStatus"], "STEADY_STATE");
    let targets = elb(&mut world, "DescribeTargetHealth", json!({ "TargetGroupArn": blue }));
    assert_eq!(targets["TargetHealthDescriptions"].as_array().unwrap().len(), 1);
}
