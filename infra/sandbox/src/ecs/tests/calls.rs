//! What the calls about services, task sets and tasks accept, refuse and show.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    World,
    testing::{
        ask, balancer, definition, described, ecs, group, health, ok, page, pass, point, service, task_set,
        world,
    },
};

struct Shop {
    world: World,
    definition: String,
    blue: String,
    _folder: TempDir,
}

/// A service that wants some tasks, and what a task set of it needs.
fn shop(desired: u32) -> Shop {
    let (mut world, folder) = world();
    let (_, rule) = balancer(&mut world);
    let blue = group(&mut world, "blue");
    let image = page(&mut world, "blue");
    let definition = definition(&mut world, &image);
    service(&mut world, desired);
    point(&mut world, &rule, &[(&blue, 1)]);
    Shop { world, definition, blue, _folder: folder }
}

impl Shop {
    fn set(&mut self) -> String {
        task_set(&mut self.world, &self.definition, &self.blue).unwrap()
    }

    fn refused(&mut self, operation: &str, input: Value) -> (String, String) {
        let error = ecs(&mut self.world, operation, input).unwrap_err();
        (error.code, error.message)
    }

    fn service(&mut self) -> Value {
        ecs(&mut self.world, "DescribeServices", json!({ "services": ["web"] })).unwrap()["services"][0]
            .clone()
    }

    /// Sentences of the service, the oldest first.
    fn events(&mut self) -> Vec<String> {
        let events = self.service()["events"].as_array().unwrap().clone();
        events.iter().rev().map(|event| event["message"].as_str().unwrap().to_owned()).collect()
    }

    fn tasks(&mut self, filter: Value) -> Vec<Value> {
        let mut filter = filter;
        filter["cluster"] = json!("demo");
        let arns = ok(&mut self.world, "ecs", "ListTasks", filter)["taskArns"].clone();
        if arns.as_array().unwrap().is_empty() {
            return Vec::new();
        }
        let shown = ok(&mut self.world, "ecs", "DescribeTasks", json!({ "cluster": "demo", "tasks": arns }));
        shown["tasks"].as_array().unwrap().clone()
    }
}

#[test]
fn what_is_not_there_is_named_by_its_error_or_among_the_failures() {
    let mut shop = shop(0);
    let scale = json!({ "value": 50.0, "unit": "PERCENT" });
    for (operation, input) in [
        ("UpdateTaskSet", json!({ "taskSet": "ecs-svc/1", "scale": scale })),
        ("DeleteTaskSet", json!({ "taskSet": "ecs-svc/1" })),
        ("UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": "ecs-svc/1" })),
    ] {
        assert_eq!(shop.refused(operation, input).0, "TaskSetNotFoundException", "{operation}");
    }
    let set = shop.set();
    let id = described(&mut shop.world, &set)["id"].clone();
    let shown = ecs(&mut shop.world, "DescribeTaskSets", json!({ "taskSets": [id, "ecs-svc/1"] })).unwrap();
    assert_eq!(shown["taskSets"].as_array().unwrap().len(), 1);
    assert_eq!(shown["failures"], json!([{ "arn": "ecs-svc/1", "reason": "MISSING" }]));
    for (input, code) in [
        (json!({ "cluster": "other", "service": "web" }), "ClusterNotFoundException"),
        (json!({ "cluster": "demo", "service": "other" }), "ServiceNotFoundException"),
    ] {
        assert_eq!(ask(&mut shop.world, "ecs", "DescribeTaskSets", input).unwrap_err().code, code);
    }
    ok(
        &mut shop.world,
        "ecs",
        "DeleteService",
        json!({ "cluster": "demo", "service": "web", "force": true }),
    );
    let (code, _) = shop.refused("CreateTaskSet", json!({ "taskDefinition": shop.definition }));
    assert_eq!(code, "ServiceNotActiveException");
}

#[test]
fn a_client_token_makes_one_set_and_only_for_the_same_wish() {
    let mut shop = shop(0);
    let wish = json!({ "taskDefinition": shop.definition, "externalId": "a", "clientToken": "t" });
    let made = |shop: &mut Shop, input: &Value| {
        ecs(&mut shop.world, "CreateTaskSet", input.clone()).map(|made| made["taskSet"]["id"].clone())
    };
    let first = made(&mut shop, &wish).unwrap();
    assert_eq!(made(&mut shop, &wish).unwrap(), first);
    let mut other = wish.clone();
    other["externalId"] = json!("b");
    let error = made(&mut shop, &other).unwrap_err();
    assert_eq!(error.code, "InvalidParameterException");
    assert!(error.message.contains("not idempotent"), "{}", error.message);
    other["clientToken"] = json!("u");
    assert_ne!(made(&mut shop, &other).unwrap(), first);
    other["clientToken"] = json!("x".repeat(37));
    assert_eq!(made(&mut shop, &other).unwrap_err().code, "InvalidParameterException");
    assert_eq!(shop.service()["taskSets"].as_array().unwrap().len(), 2);
}

#[test]
fn a_set_that_drains_counts_among_the_five_and_is_not_changed() {
    let mut shop = shop(1);
    let first = shop.set();
    pass(&mut shop.world, 60);
    for _ in 0..4 {
        shop.set();
    }
    ecs(&mut shop.world, "DeleteTaskSet", json!({ "taskSet": first })).unwrap();
    let full = task_set(&mut shop.world, &shop.definition, &shop.blue).unwrap_err();
    assert!(full.message.starts_with("5 deployments exist on the service."), "{}", full.message);
    let scale = json!({ "value": 50.0, "unit": "PERCENT" });
    for (operation, input) in [
        ("UpdateTaskSet", json!({ "taskSet": first, "scale": scale })),
        ("UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": first })),
    ] {
        let (code, message) = shop.refused(operation, input);
        assert_eq!(code, "InvalidParameterException");
        assert!(message.contains("DRAINING"), "{message}");
    }
    // Deleting is idempotent while it lasts, and by force takes no less time.
    let again = json!({ "taskSet": first, "force": true });
    let shown = ecs(&mut shop.world, "DeleteTaskSet", again).unwrap();
    assert_eq!(shown["taskSet"]["status"], "DRAINING");
    assert_eq!(shown["taskSet"]["computedDesiredCount"], 0);
    pass(&mut shop.world, 120);
    assert!(described(&mut shop.world, &first).is_null());
    shop.set();
}

#[test]
fn the_primary_set_goes_by_force_only() {
    let mut shop = shop(1);
    let set = shop.set();
    pass(&mut shop.world, 60);
    ecs(&mut shop.world, "UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": set })).unwrap();
    assert_eq!(shop.service()["taskDefinition"], json!(shop.definition));
    let (code, message) = shop.refused("DeleteTaskSet", json!({ "taskSet": set }));
    assert_eq!((code.as_str(), message.contains("PRIMARY")), ("InvalidParameterException", true));
    ecs(&mut shop.world, "DeleteTaskSet", json!({ "taskSet": set, "force": true })).unwrap();
    pass(&mut shop.world, 120);
    assert_eq!(shop.service()["taskSets"], json!([]));
    assert!(shop.service().get("taskDefinition").is_none());
}

#[test]
fn each_set_has_its_share_of_the_desired_count_rounded_up() {
    let mut shop = shop(3);
    let (one, two) = (shop.set(), shop.set());
    let mut count = |set: &str, value: f64| {
        let scale = json!({ "value": value, "unit": "PERCENT" });
        let input = json!({ "taskSet": set, "scale": scale });
        ecs(&mut shop.world, "UpdateTaskSet", input).unwrap()["taskSet"]["computedDesiredCount"].clone()
    };
    assert_eq!(count(&one, 34.0), 2);
    assert_eq!(count(&two, 0.0), 0);
    assert_eq!(count(&two, 0.1), 1);
    ecs(&mut shop.world, "UpdateService", json!({ "desiredCount": 10 })).unwrap();
    assert_eq!(described(&mut shop.world, &one)["computedDesiredCount"], 4);
    assert_eq!(described(&mut shop.world, &two)["computedDesiredCount"], 1);
    pass(&mut shop.world, 120);
    let service = shop.service();
    assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(5), &json!(10)));
    for value in [-1.0, 100.5] {
        let scale = json!({ "value": value, "unit": "PERCENT" });
        let (code, _) = shop.refused("UpdateTaskSet", json!({ "taskSet": one, "scale": scale }));
        assert_eq!(code, "InvalidParameterException");
    }
}

#[test]
fn what_an_external_service_does_not_change_is_refused() {
    let mut shop = shop(1);
    for (member, value) in [
        ("taskDefinition", json!("app:1")),
        ("networkConfiguration", json!({})),
        ("platformVersion", json!("LATEST")),
        ("loadBalancers", json!([])),
        ("deploymentConfiguration", json!({ "maximumPercent": 200 })),
        ("enableExecuteCommand", json!(true)),
        ("forceNewDeployment", json!(true)),
        ("desiredCount", json!(-1)),
    ] {
        let (code, message) = shop.refused("UpdateService", json!({ member: value, "desiredCount": -1 }));
        assert_eq!(code, "InvalidParameterException", "{member}: {message}");
    }
    assert_eq!(shop.service()["desiredCount"], 1);
    let change =
        json!({ "desiredCount": 2, "healthCheckGracePeriodSeconds": 30, "propagateTags": "SERVICE" });
    let changed = ecs(&mut shop.world, "UpdateService", change).unwrap()["service"].clone();
    assert_eq!((&changed["desiredCount"], &changed["propagateTags"]), (&json!(2), &json!("SERVICE")));
    assert_eq!(changed["healthCheckGracePeriodSeconds"], 30);
}

#[test]
fn tasks_are_listed_by_their_set_and_show_digest_and_why_they_stopped() {
    let mut shop = shop(2);
    let set = shop.set();
    pass(&mut shop.world, 60);
    let id = described(&mut shop.world, &set)["id"].clone();
    let tasks = shop.tasks(json!({ "startedBy": id }));
    assert_eq!(tasks.len(), 2);
    let image = tasks[0]["containers"][0]["image"].as_str().unwrap().to_owned();
    assert_eq!(tasks[0]["containers"][0]["imageDigest"], json!(image.split_once('@').unwrap().1));
    assert_eq!(tasks[0]["group"], "service:web");
    let both = json!({ "cluster": "demo", "startedBy": id, "serviceName": "web" });
    assert_eq!(ask(&mut shop.world, "ecs", "ListTasks", both).unwrap_err().code, "InvalidParameterException");

    let odd = json!({ "cluster": "demo", "task": tasks[0]["taskArn"], "reason": "looks odd" });
    ok(&mut shop.world, "ecs", "StopTask", odd);
    pass(&mut shop.world, 120);
    let stopped = shop.tasks(json!({ "desiredStatus": "STOPPED" }));
    assert_eq!(stopped.len(), 1);
    assert_eq!(
        (&stopped[0]["stoppedReason"], &stopped[0]["stopCode"]),
        (&json!("looks odd"), &json!("UserInitiated"))
    );
    assert_eq!(stopped[0]["lastStatus"], "STOPPED");
    // It was replaced.
    assert_eq!(shop.tasks(json!({ "startedBy": id })).len(), 2);

    let none = json!({ "taskSet": set, "scale": { "value": 0.0, "unit": "PERCENT" } });
    ecs(&mut shop.world, "UpdateTaskSet", none).unwrap();
    assert!(health(&mut shop.world, &shop.blue).iter().all(|(state, _)| state == "draining"));
    pass(&mut shop.world, 120);
    let stopped = shop.tasks(json!({ "desiredStatus": "STOPPED" }));
    let by_scale = stopped.iter().filter(|task| task["stopCode"] == "ServiceSchedulerInitiated").count();
    assert_eq!(by_scale, 2);
    let missing = json!({ "cluster": "demo", "tasks": ["00000000000000000000000000000000"] });
    let failures = ok(&mut shop.world, "ecs", "DescribeTasks", missing)["failures"].clone();
    assert_eq!(failures[0]["reason"], "MISSING");
}

#[test]
fn the_service_tells_what_happens_to_it_in_awss_words() {
    let mut shop = shop(2);
    let set = shop.set();
    let id = described(&mut shop.world, &set)["id"].as_str().unwrap().to_owned();
    pass(&mut shop.world, 60);
    ecs(&mut shop.world, "UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": set })).unwrap();
    ecs(&mut shop.world, "UpdateService", json!({ "desiredCount": 0 })).unwrap();
    pass(&mut shop.world, 120);
    let (head, blue) = (format!("(service web, taskSet {id}) "), shop.blue.clone());
    let expected = [
        "has started 2 tasks: (task ".to_owned(),
        format!("registered 1 targets in (target-group {blue})"),
        "has reached a steady state.".to_owned(),
        "has begun draining connections on 2 tasks.".to_owned(),
        format!("deregistered 2 targets in (target-group {blue})"),
        "has stopped 2 running tasks: (task ".to_owned(),
    ];
    let events = shop.events();
    let mut rest = events.iter();
    for sentence in expected {
        let sentence = format!("{head}{sentence}");
        assert!(rest.any(|event| event.starts_with(&sentence)), "{sentence} is not in order in {events:#?}");
    }
    assert!(events.contains(&format!("(service web) updated the primary taskSet to {id}.")), "{events:#?}");
}

#[test]
fn a_service_ends_when_its_sets_are_gone_or_by_force() {
    let mut shop = shop(1);
    shop.set();
    let delete = |force: bool| json!({ "force": force });
    let (_, message) = shop.refused("DeleteService", delete(false));
    assert_eq!(message, "The service cannot be stopped while deployments are active.");
    ecs(&mut shop.world, "DeleteService", delete(true)).unwrap();
    assert_eq!(shop.service()["status"], "DRAINING");
    pass(&mut shop.world, 120);
    assert_eq!(shop.service()["status"], "INACTIVE");
    let create = json!({
        "cluster": "demo", "serviceName": "web", "deploymentController": { "type": "EXTERNAL" },
        "clientToken": "t", "desiredCount": 1,
    });
    ok(&mut shop.world, "ecs", "CreateService", create.clone());
    ok(&mut shop.world, "ecs", "CreateService", create.clone());
    let mut other = create;
    other["clientToken"] = json!("u");
    let error = ask(&mut shop.world, "ecs", "CreateService", other).unwrap_err();
    assert_eq!(error.message, "Creation of service was not idempotent.");
    let (_, message) = shop.refused("DeleteService", delete(false));
    assert_eq!(message, "The service cannot be stopped while it is scaled above 0.");
}

#[test]
fn an_external_service_takes_nothing_that_its_task_sets_say() {
    let mut shop = shop(0);
    let network = json!({ "awsvpcConfiguration": { "subnets": ["s-1"] } });
    let balancers = json!([{ "targetGroupArn": shop.blue, "containerName": "web", "containerPort": 80 }]);
    let definition = shop.definition.clone();
    for (member, value, message) in [
        ("taskDefinition", json!("f:1"), "TaskDefinition must be blank."),
        ("taskDefinition", json!(definition), "TaskDefinition must be blank."),
        ("taskDefinition", json!(""), "Family should not be null or empty."),
        ("networkConfiguration", network, "NetworkConfiguration must be null."),
        ("loadBalancers", balancers, "LoadBalancers must be empty or null."),
        ("serviceRegistries", json!([{ "registryArn": "a" }]), "ServiceRegistries must be empty or null."),
        ("platformVersion", json!("LATEST"), "PlatformVersion must be null."),
        (
            "capacityProviderStrategy",
            json!([{ "capacityProvider": "FARGATE" }]),
            "CapacityProviderStrategy must be empty or null.",
        ),
    ] {
        let mut input = json!({
            "cluster": "demo", "serviceName": "s", "deploymentController": { "type": "EXTERNAL" },
            "desiredCount": 1,
        });
        input[member] = value;
        let error = ask(&mut shop.world, "ecs", "CreateService", input).unwrap_err();
        assert_eq!((error.code.as_str(), error.message.as_str()), ("InvalidParameterException", message));
    }
    let input = json!({
        "cluster": "demo", "serviceName": "s", "deploymentController": { "type": "EXTERNAL" },
        "loadBalancers": [], "serviceRegistries": [], "launchType": "FARGATE",
    });
    ok(&mut shop.world, "ecs", "CreateService", input);
}

#[test]
fn a_strategy_of_capacity_providers_stands_alone_and_is_the_clusters() {
    let mut shop = shop(0);
    let definition = shop.definition.clone();
    let both = json!([{ "capacityProvider": "FARGATE" }]);
    for (launch, strategy, start) in [
        (Some("FARGATE"), both.clone(), "Specifying both a launch type and capacity provider strategy"),
        (
            None,
            json!([{ "capacityProvider": "own" }]),
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated",
        ),
        (
            None,
            json!([{ "capacityProvider": "FARGATE", "weight": 0 }]),
            "The specified capacity provider strategy must contain at least one",
        ),
        (
            None,
            json!([{ "capacityProvider": "FARGATE", "base": 1, "weight": 1 }, { "capacityProvider": "FARGATE_SPOT", "base": 1 }]),
            "The specified capacity provider strategy cannot contain more than one capacity provider with a base",
        ),
    ] {
        let mut input = json!({ "taskDefinition": definition, "capacityProviderStrategy": strategy });
        input["launchType"] = json!(launch);
        let (code, message) = shop.refused("CreateTaskSet", input);
        assert_eq!(code, "InvalidParameterException");
        assert!(message.starts_with(start), "{message}");
    }
    let input = json!({ "taskDefinition": definition, "capacityProviderStrategy": both });
    let made = ecs(&mut shop.world, "CreateTaskSet", input).unwrap();
    assert_eq!(made["taskSet"]["capacityProviderStrategy"], both);
}

#[test]
fn a_task_set_goes_by_its_arn_or_its_id_and_by_no_part_of_them() {
    let mut shop = shop(0);
    let arn = shop.set();
    let id = described(&mut shop.world, &arn)["id"].as_str().unwrap().to_owned();
    let number = id.trim_start_matches("ecs-svc/").to_owned();
    for part in
        [number.as_str(), &id[..id.len() - 1], "ecs-svc/", &arn[..arn.len() - 1], &format!("web/{id}")]
    {
        let (code, _) = shop.refused("DeleteTaskSet", json!({ "taskSet": part }));
        assert_eq!(code, "TaskSetNotFoundException", "{part}");
    }
    let shown = ecs(&mut shop.world, "DescribeTaskSets", json!({ "taskSets": [id, number] })).unwrap();
    assert_eq!(shown["failures"], json!([{ "arn": number, "reason": "MISSING" }]));
    ecs(&mut shop.world, "DeleteTaskSet", json!({ "taskSet": id })).unwrap();
}
