//! Kinds of definitions that people really write, and what AWS makes of them.

use serde_json::{Value, json};

use crate::bench::{Bench, call, create, run, world};

fn task(resource: &str, parameters: Value) -> Value {
    json!({"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters, "End": true,
    }}})
}

fn refusal(definition: &Value) -> String {
    let error = create(&mut world(), "m", definition).unwrap_err();
    assert_eq!(error.code, "InvalidDefinition");
    error.message
}

/// The value that a path or a call gives.
fn value(path: &str, input: &Value) -> Value {
    let state = json!({"Type": "Pass", "Parameters": {"v.$": path}, "End": true});
    Bench::run(&json!({"StartAt": "A", "States": {"A": state}}), input).output()["v"].clone()
}

#[test]
fn an_action_that_aws_does_not_have_is_refused_when_the_machine_is_made() {
    for resource in [
        "aws-sdk:ecs:createTaskset",
        "aws-sdk:ecs:CreateTaskSet",
        "aws-sdk:Ecs:createTaskSet",
        "aws-sdk:elbv2:modifyRule",
        "aws-sdk:dynamodb:getItems",
        "aws-sdk:nosuch:get",
        "sns:publishMessage",
        "events:PutEvents",
    ] {
        let wanted = format!(
            "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::{resource} is not recognized. The value \
             is not a valid resource ARN, or the resource is not available in this region. at /States/T/Resource"
        );
        let refusal = refusal(&task(resource, json!({})));
        assert!(refusal.contains(&wanted), "{resource}: {refusal}");
    }
    for resource in ["aws-sdk:dynamodb:getItem", "aws-sdk:s3:listObjectsV2", "emr-containers:startJobRun"] {
        create(&mut world(), "m", &task(resource, json!({}))).unwrap();
    }
}

#[test]
fn a_parameter_that_the_action_does_not_have_is_refused_when_the_machine_is_made() {
    for (resource, parameters, name) in [
        ("aws-sdk:ecs:describeTaskSets", json!({"cluster": "c", "Service": "s"}), "cluster"),
        ("aws-sdk:ecs:describeTaskSets", json!({"Cluster": "c", "Services": ["s"]}), "Services"),
        ("aws-sdk:ecs:updateService", json!({"Cluster.$": "$.c", "DesiredCounts.$": "$.n"}), "DesiredCounts"),
        (
            "aws-sdk:elasticloadbalancingv2:modifyRule",
            json!({"RuleArn": "r", "Actions": [{"Type": "forward", "TargetgroupArn": "t"}]}),
            "TargetgroupArn",
        ),
        ("aws-sdk:dynamodb:getItem", json!({"tableName": "t"}), "tableName"),
        ("states:startExecution", json!({"StateMachineARN": "m"}), "StateMachineARN"),
    ] {
        let wanted =
            format!("The field \"{name}\" is not supported by Step Functions at /States/T/Parameters");
        let refusal = refusal(&task(resource, parameters));
        assert!(refusal.contains(&wanted), "{resource}: {refusal}");
    }
    let arguments = json!({"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::aws-sdk:ecs:describeTaskSets", "Arguments": {"cluster": "{% 'c' %}"}}}});
    assert!(
        refusal(&arguments).contains("\"cluster\" is not supported by Step Functions at /States/T/Arguments")
    );
    let computed = json!({"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::aws-sdk:ecs:describeTaskSets", "Arguments": "{% {'cluster': 'c'} %}"}}});
    let (error, cause) = Bench::run(&computed, &json!({})).failure();
    assert_eq!(error, "States.Runtime");
    assert!(cause.ends_with("The field \"cluster\" is not supported by Step Functions"), "{cause}");
}

#[test]
fn what_an_own_integration_wants_is_refused_where_it_is_missing() {
    let refusal = refusal(&task("sns:publish", json!({"TopicArn": "arn"})));
    assert!(
        refusal.contains("The field \"Message\" is required but was missing at /States/T/Parameters"),
        "{refusal}"
    );
    create(&mut world(), "m", &task("sns:publish", json!({"TopicArn": "arn", "Message.$": "$"}))).unwrap();
}

#[test]
fn a_dot_in_front_of_a_bracket_is_passed_over() {
    for (path, input, wanted) in [
        ("$.[0]", json!([{"k": 1}]), json!({"k": 1})),
        ("$.rows.[0].v", json!({"rows": [{"v": 5}]}), json!(5)),
        ("$.[?(@.n > 0)]", json!([{"n": 0}, {"n": 2}]), json!([{"n": 2}])),
        ("States.StringToJson($.[0].body)", json!([{"body": "{\"z\":1}"}]), json!({"z": 1})),
        ("$.rows.[*].v", json!({"rows": [{"v": 5}, {"v": 6}]}), json!([5, 6])),
        ("$.['a b'].c", json!({"a b": {"c": true}}), json!(true)),
        ("States.ArrayLength($.rows.[1:])", json!({"rows": [1, 2, 3]}), json!(2)),
        ("$.rows[?(@.v.[0] == 1)].n", json!({"rows": [{"v": [1], "n": "x"}]}), json!(["x"])),
    ] {
        assert_eq!(value(path, &input), wanted, "{path}");
    }
    for path in ["$.", "$.[", "$.a.", "$..", "$.[]"] {
        let state = json!({"Type": "Pass", "Parameters": {"v.$": path}, "End": true});
        refusal(&json!({"StartAt": "A", "States": {"A": state}}));
    }
}

#[test]
fn an_object_where_a_text_is_wanted_is_written_out() {
    let mut world = world();
    let caller = viridian_sandbox::Caller { arn: crate::bench::ROLE.to_owned() };
    let queue = world.call(&caller, "sqs", "CreateQueue", json!({"QueueName": "q"})).unwrap();
    let queue = queue["QueueUrl"].as_str().unwrap().to_owned();
    let body = json!({"colour": "green", "n": [1, 2]});
    let definition = task("sqs:sendMessage", json!({"QueueUrl": queue, "MessageBody": body}));
    let machine = create(&mut world, "m", &definition).unwrap();
    call(&mut world, "StartExecution", json!({"stateMachineArn": machine})).unwrap();
    run(&mut world, None);
    let got = world.call(&caller, "sqs", "ReceiveMessage", json!({"QueueUrl": queue})).unwrap();
    assert_eq!(got["Messages"][0]["Body"], body.to_string());

    for (resource, entry) in [
        ("events:putEvents", json!({"Detail": {"colour": "green"}})),
        ("aws-sdk:eventbridge:putEvents", json!({"Detail": {"colour": "green"}})),
        ("events:putEvents", json!({"Detail.$": "$.seen"})),
    ] {
        let mut entry = entry;
        (entry["Source"], entry["DetailType"], entry["EventBusName"]) =
            (json!("shop"), json!("moved"), json!("default"));
        let definition = task(resource, json!({"Entries": [entry]}));
        let output = Bench::run(&definition, &json!({"seen": {"a": 1}})).output();
        assert_eq!(output["FailedEntryCount"], 0, "{resource}: {output}");
    }
}

#[test]
fn an_entry_that_is_not_taken_fails_the_state() {
    let entry = json!({"Source": "shop", "DetailType": "moved", "Detail": "no object"});
    let definition = task("events:putEvents", json!({"Entries": [entry]}));
    let (error, cause) = Bench::run(&definition, &json!({})).failure();
    assert_eq!(error, "EventBridge.FailedEntry");
    assert!(cause.contains("MalformedDetail"), "{cause}");
    let caught = json!({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Parameters": {"Entries": [entry]},
            "Catch": [{"ErrorEquals": ["EventBridge.FailedEntry"], "Next": "D"}], "End": true},
        "D": {"Type": "Pass", "Result": "caught", "End": true}}});
    assert_eq!(Bench::run(&caught, &json!({})).output(), "caught");
    // By `aws-sdk` it is an answer like any other.
    let definition = task("aws-sdk:eventbridge:putEvents", json!({"Entries": [entry]}));
    assert_eq!(Bench::run(&definition, &json!({})).output()["FailedEntryCount"], 1);
}

#[test]
fn a_wait_beyond_all_measure_is_refused_and_one_until_the_end_of_time_ends_with_the_year() {
    let wait = |fields: Value| {
        let mut state = fields;
        (state["Type"], state["End"]) = (json!("Wait"), json!(true));
        json!({"StartAt": "W", "States": {"W": state}})
    };
    for seconds in [json!(100_000_000), json!(i64::MAX), json!("99999999999")] {
        let (error, cause) =
            Bench::run(&wait(json!({"SecondsPath": "$.s"})), &json!({"s": seconds})).failure();
        assert_eq!(error, "States.Runtime");
        assert!(cause.contains("greater than 99999999: $.s =="), "{cause}");
    }
    let mut query = wait(json!({"Seconds": "{% 1000000000 %}"}));
    query["QueryLanguage"] = json!("JSONata");
    assert_eq!(Bench::run(&query, &json!({})).failure().0, "States.QueryEvaluationError");
    for timestamp in ["9999-12-31T23:59:59Z", "9999-12-30T00:00:00+00:00", "2030-01-01T00:00:00Z"] {
        for (fields, input) in [
            (json!({"Timestamp": timestamp}), json!({})),
            (json!({"TimestampPath": "$.t"}), json!({"t": timestamp})),
        ] {
            let mut bench = Bench::run(&wait(fields), &input);
            assert_eq!((bench.status().as_str(), timestamp), ("TIMED_OUT", timestamp));
            let days = (bench.world.now() - "2026-01-05T09:00:00Z".parse::<jiff::Timestamp>().unwrap())
                .total(jiff::Unit::Hour)
                .unwrap()
                / 24.0;
            assert!((364.0..366.0).contains(&days), "{days}");
        }
    }
    for timestamp in ["9999-12-32T00:00:00Z", "9999-12-31T25:00:00Z"] {
        refusal(&wait(json!({"Timestamp": timestamp})));
    }
}

#[test]
fn limits_of_a_map_are_whole_numbers_and_a_percentage_may_have_a_fraction() {
    let map = |fields: Value| {
        let mut state = fields;
        (state["Type"], state["End"]) = (json!("Map"), json!(true));
        state["ItemsPath"] = json!("$.items");
        state["ItemProcessor"] = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
        json!({"StartAt": "M", "States": {"M": state}})
    };
    let run = |field: &str, value: Value| {
        Bench::run(&map(json!({ field: "$.v" })), &json!({"items": [1], "v": value}))
    };
    for value in [json!(1.5), json!("two"), json!(null), json!([1]), json!(i64::MAX), json!("99999999999")] {
        let (error, cause) = run("MaxConcurrencyPath", value.clone()).failure();
        assert_eq!(error, "States.Runtime");
        assert!(cause.contains("which is not a valid integer: $.v"), "{value}: {cause}");
    }
    let (_, cause) = run("MaxConcurrencyPath", json!(-1)).failure();
    assert!(cause.contains("Expected non-negative integer for MaxConcurrency, got '-1' instead."), "{cause}");
    assert_eq!(run("MaxConcurrencyPath", json!(2)).output(), json!([1]));
    for (field, path) in [("MaxConcurrencyPath", "$.v[*]"), ("ToleratedFailureCountPath", "$..v")] {
        assert!(refusal(&map(json!({ field: path }))).contains("Value is not a Reference Path"));
    }
    for share in [json!(0.5), json!(12.25), json!(100.0), json!(0)] {
        assert_eq!(run("ToleratedFailurePercentagePath", share.clone()).output(), json!([1]), "{share}");
        let fixed = map(json!({"ToleratedFailurePercentage": share}));
        assert_eq!(Bench::run(&fixed, &json!({"items": [1]})).output(), json!([1]));
    }
    for share in [json!(100.5), json!(-0.1)] {
        let (_, cause) = run("ToleratedFailurePercentagePath", share.clone()).failure();
        assert!(cause.contains("ToleratedFailurePercentage must be between 0 and 100."), "{cause}");
        refusal(&map(json!({"ToleratedFailurePercentage": share})));
    }
    refusal(&map(json!({"ToleratedFailureCount": 1.5})));
}
