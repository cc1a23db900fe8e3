//! The operations around executions: starting, stopping, listing, redriving, and going on after a restart.

use serde_json::{Value, json};
use viridian_sandbox::{World, save};

use crate::bench::{Bench, ROLE, call, create, run, world};

fn waiting() -> Value {
    json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}})
}

#[test]
fn what_is_wrong_is_answered_with_its_own_error() {
    let mut world = world();
    let machine = create(&mut world, "m", &waiting()).unwrap();
    let none = machine.replace(":m", ":none");
    let execution = machine.replace("stateMachine", "execution");
    for (operation, input, code) in [
        ("CreateStateMachine", json!({"name": "a b", "definition": "{}", "roleArn": ROLE}), "InvalidName"),
        (
            "CreateStateMachine",
            json!({"name": "m", "definition": waiting().to_string()}),
            "ValidationException",
        ),
        (
            "CreateStateMachine",
            json!({"name": "x", "definition": waiting().to_string(), "roleArn": ROLE, "type": "EXPRESS"}),
            "StateMachineTypeNotSupported",
        ),
        (
            "CreateStateMachine",
            json!({"name": "m", "definition": waiting().to_string().replace("100", "99"), "roleArn": ROLE}),
            "StateMachineAlreadyExists",
        ),
        ("DescribeStateMachine", json!({"stateMachineArn": none}), "StateMachineDoesNotExist"),
        ("DescribeStateMachine", json!({"stateMachineArn": "x"}), "InvalidArn"),
        ("UpdateStateMachine", json!({"stateMachineArn": machine}), "MissingRequiredParameter"),
        ("StartExecution", json!({"stateMachineArn": none}), "StateMachineDoesNotExist"),
        ("StartExecution", json!({"stateMachineArn": machine, "name": "a/b"}), "InvalidName"),
        ("StartExecution", json!({"stateMachineArn": machine, "input": "{"}), "InvalidExecutionInput"),
        ("StartSyncExecution", json!({"stateMachineArn": machine}), "StateMachineTypeNotSupported"),
        ("DescribeExecution", json!({"executionArn": format!("{execution}:none")}), "ExecutionDoesNotExist"),
        ("GetExecutionHistory", json!({}), "ValidationException"),
        (
            "ListExecutions",
            json!({"stateMachineArn": machine, "statusFilter": "DONE"}),
            "ValidationException",
        ),
        ("ListExecutions", json!({"stateMachineArn": machine, "nextToken": "?"}), "InvalidToken"),
        ("ListTagsForResource", json!({"resourceArn": none}), "ResourceNotFound"),
        ("CreateActivity", json!({"name": "a"}), "NotImplemented"),
    ] {
        assert_eq!(call(&mut world, operation, input).unwrap_err().code, code, "{operation}");
    }
}

#[test]
fn values_out_of_bounds_are_quoted_with_the_bound_as_aws_writes_it() {
    let mut world = world();
    let machine = create(&mut world, "m", &waiting()).unwrap();
    let long = "x".repeat(3097);
    for (operation, input, wanted) in [
        (
            "ListExecutions",
            json!({"stateMachineArn": machine, "statusFilter": "succeeded"}),
            "Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: \
             [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]"
                .to_owned(),
        ),
        (
            "ListStateMachines",
            json!({"maxResults": 1001}),
            "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to \
             1000"
                .to_owned(),
        ),
        (
            "ListStateMachines",
            json!({"nextToken": &long[..1025]}),
            format!(
                "Value '{}' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal \
                 to 1024",
                &long[..1025]
            ),
        ),
        (
            "ListExecutions",
            json!({"stateMachineArn": machine, "nextToken": long}),
            format!(
                "Value '{long}' at 'nextToken' failed to satisfy constraint: Member must have length less than or \
                 equal to 3096"
            ),
        ),
    ] {
        let error = call(&mut world, operation, input).unwrap_err();
        assert_eq!(error.code, "ValidationException");
        assert_eq!(error.message, format!("1 validation error detected: {wanted}"));
    }
}

#[test]
fn an_aborted_execution_says_no_more_than_it_was_told() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    bench.wait(1);
    let stop = json!({"executionArn": bench.execution});
    bench.call("StopExecution", stop).unwrap();
    assert_eq!(bench.lines(), ["0 ExecutionStarted", "0 WaitStateEntered", "0 ExecutionAborted"]);
    assert_eq!(bench.events()[2]["executionAbortedEventDetails"], json!({}));
}

#[test]
fn a_start_can_be_repeated_while_it_runs_and_not_later() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    let machine = bench.machine.clone();
    let start = |input: &str| json!({"stateMachineArn": machine, "name": "one", "input": input});
    assert!(bench.call("StartExecution", start("{}")).is_ok());
    assert_eq!(bench.call("StartExecution", start("[]")).unwrap_err().code, "ExecutionAlreadyExists");
    run(&mut bench.world, None);
    assert_eq!(bench.call("StartExecution", start("{}")).unwrap_err().code, "ExecutionAlreadyExists");
}

#[test]
fn a_stopped_execution_is_aborted_and_can_be_redriven() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    bench.wait(10);
    let arn = bench.execution.clone();
    bench.call("StopExecution", json!({"executionArn": arn, "error": "E", "cause": "C"})).unwrap();
    let answer = bench.describe();
    assert_eq!(
        [&answer["status"], &answer["error"], &answer["redriveStatus"]],
        ["ABORTED", "E", "REDRIVABLE"]
    );
    bench.call("RedriveExecution", json!({"executionArn": arn})).unwrap();
    assert_eq!(bench.status(), "RUNNING");
    run(&mut bench.world, None);
    let answer = bench.describe();
    assert_eq!((&answer["status"], &answer["redriveCount"]), (&json!("SUCCEEDED"), &json!(1)));
    let error = bench.call("RedriveExecution", json!({"executionArn": arn})).unwrap_err();
    assert_eq!(error.code, "ExecutionNotRedrivable");
}

#[test]
fn listings_and_histories_come_in_pages() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    for name in ["two", "three"] {
        bench.start_named(name, &json!({}));
    }
    let machine = bench.machine.clone();
    let list = json!({"stateMachineArn": machine, "maxResults": 2, "statusFilter": "RUNNING"});
    let page = bench.call("ListExecutions", list.clone()).unwrap();
    let names = |page: &Value| -> Vec<Value> {
        page["executions"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect()
    };
    assert_eq!(names(&page), ["three", "two"]);
    bench.start_named("four", &json!({}));
    let mut next = list;
    next["nextToken"] = page["nextToken"].clone();
    let page = bench.call("ListExecutions", next).unwrap();
    assert_eq!(names(&page), ["one"]);
    assert_eq!(page.get("nextToken"), None);

    run(&mut bench.world, None);
    let arn = bench.execution.clone();
    let history =
        json!({"executionArn": arn, "maxResults": 3, "reverseOrder": true, "includeExecutionData": false});
    let page = bench.call("GetExecutionHistory", history.clone()).unwrap();
    let ids = |page: &Value| -> Vec<Value> {
        page["events"].as_array().unwrap().iter().map(|event| event["id"].clone()).collect()
    };
    assert_eq!(ids(&page), [4, 3, 2]);
    assert_eq!(page["events"][0]["executionSucceededEventDetails"].get("output"), None);
    let mut next = history;
    next["nextToken"] = page["nextToken"].clone();
    let page = bench.call("GetExecutionHistory", next).unwrap();
    assert_eq!(ids(&page), [1]);
}

#[test]
fn an_update_changes_later_executions_only() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    let definition = json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}).to_string();
    let machine = bench.machine.clone();
    let answer = bench
        .call("UpdateStateMachine", json!({"stateMachineArn": machine, "definition": definition}))
        .unwrap();
    assert!(answer["revisionId"].is_string());
    let arn = bench.execution.clone();
    let used = bench.call("DescribeStateMachineForExecution", json!({"executionArn": arn})).unwrap();
    assert_eq!(used["definition"], json!(waiting().to_string()));
    let now = bench.call("DescribeStateMachine", json!({"stateMachineArn": machine})).unwrap();
    assert_eq!((&now["definition"], &now["revisionId"]), (&json!(definition), &answer["revisionId"]));
}

#[test]
fn an_execution_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}}}}});
    let mut before = world();
    before.folder = folder.path().to_path_buf();
    let machine = create(&mut before, "m", &definition).unwrap();
    let input = json!({"stateMachineArn": machine, "name": "one", "input": "[1,2]"});
    let arn = call(&mut before, "StartExecution", input).unwrap()["executionArn"].clone();
    let until = before.now() + jiff::SignedDuration::from_secs(50);
    run(&mut before, Some(until));
    save::Log::start(folder.path(), &mut before).unwrap();

    let mut after = World::new(folder.path().to_path_buf(), 0, world().clock);
    assert!(save::load(folder.path(), &mut after).unwrap());
    run(&mut after, None);
    let answer = call(&mut after, "DescribeExecution", json!({"executionArn": arn})).unwrap();
    assert_eq!((&answer["status"], &answer["output"]), (&json!("SUCCEEDED"), &json!("[1,2]")));
}

#[test]
fn creating_the_same_machine_again_is_one_creation_whatever_its_role_and_tags() {
    let mut world = world();
    let input = |name: &str, value: Value| {
        let mut input = json!({"name": "m", "definition": waiting().to_string(), "roleArn": ROLE});
        input[name] = value;
        input
    };
    let first = call(&mut world, "CreateStateMachine", input("type", json!("STANDARD"))).unwrap();
    for (name, value) in [
        ("roleArn", json!("arn:aws:iam::123456789012:role/other")),
        ("tags", json!([{"key": "a", "value": "b"}])),
    ] {
        assert_eq!(call(&mut world, "CreateStateMachine", input(name, value)).unwrap(), first);
    }
    let machine =
        call(&mut world, "DescribeStateMachine", json!({"stateMachineArn": first["stateMachineArn"]}))
            .unwrap();
    assert_eq!(
        (&machine["roleArn"], &machine["tracingConfiguration"]),
        (&json!(ROLE), &json!({"enabled": false}))
    );
    let traced = input("tracingConfiguration", json!({"enabled": true}));
    assert_eq!(call(&mut world, "CreateStateMachine", traced).unwrap_err().code, "StateMachineAlreadyExists");
}

#[test]
fn settings_are_kept_and_given_back() {
    let mut bench = Bench::start(&waiting(), &json!({}));
    let logging = json!({"level": "ALL", "includeExecutionData": true, "destinations": []});
    let input = json!({"stateMachineArn": bench.machine, "loggingConfiguration": logging});
    bench.call("UpdateStateMachine", input).unwrap();
    let machine = json!({"stateMachineArn": bench.machine});
    let machine = bench.call("DescribeStateMachine", machine).unwrap();
    assert_eq!(
        (&machine["loggingConfiguration"], &machine["definition"]),
        (&logging, &json!(waiting().to_string()))
    );
}

#[test]
fn a_deleted_machine_goes_when_its_executions_have_ended_at_their_next_transition() {
    let definition = json!({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": 100, "Next": "P"}, "P": {"Type": "Pass", "End": true}}});
    let mut bench = Bench::start(&definition, &json!({}));
    bench.wait(10);
    let machine = json!({"stateMachineArn": bench.machine});
    bench.call("DeleteStateMachine", machine.clone()).unwrap();
    assert_eq!(bench.call("DescribeStateMachine", machine.clone()).unwrap()["status"], "DELETING");
    for operation in ["StartExecution", "UpdateStateMachine"] {
        let mut input = machine.clone();
        input["roleArn"] = json!(ROLE);
        assert_eq!(bench.call(operation, input).unwrap_err().code, "StateMachineDeleting");
    }
    assert_eq!(create(&mut bench.world, "machine", &definition).unwrap_err().code, "StateMachineDeleting");
    run(&mut bench.world, None);
    assert_eq!(bench.status(), "ABORTED");
    assert_eq!(
        bench.call("DescribeStateMachine", machine.clone()).unwrap_err().code,
        "StateMachineDoesNotExist"
    );
    bench.call("DeleteStateMachine", machine).unwrap();
}

#[test]
fn what_ended_is_kept_for_ninety_days_and_its_name_is_free_then() {
    let mut bench =
        Bench::run(&json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}), &json!({"a": 1}));
    bench.wait(90 * 86_400 - 60);
    assert_eq!(bench.status(), "SUCCEEDED");
    let start = json!({"stateMachineArn": bench.machine, "name": "one", "input": "{}"});
    assert_eq!(bench.call("StartExecution", start.clone()).unwrap_err().code, "ExecutionAlreadyExists");
    bench.wait(120);
    let gone = json!({"executionArn": bench.execution});
    for operation in ["DescribeExecution", "GetExecutionHistory", "RedriveExecution"] {
        assert_eq!(
            bench.call(operation, gone.clone()).unwrap_err().code,
            "ExecutionDoesNotExist",
            "{operation}"
        );
    }
    let list = json!({"stateMachineArn": bench.machine});
    assert_eq!(bench.call("ListExecutions", list).unwrap()["executions"], json!([]));
    bench.call("StartExecution", start).unwrap();
    run(&mut bench.world, None);
    assert_eq!((bench.output(), bench.events().len()), (json!({}), 4));
}

#[test]
fn redriven_executions_are_listed_by_themselves() {
    let mut bench = Bench::run(&json!({"StartAt": "F", "States": {"F": {"Type": "Fail"}}}), &json!({}));
    let arn = json!({"executionArn": bench.execution});
    bench.call("RedriveExecution", arn).unwrap();
    bench.start_named("two", &json!({}));
    for (filter, name) in [("REDRIVEN", "one"), ("NOT_REDRIVEN", "two")] {
        let input = json!({"stateMachineArn": bench.machine, "redriveFilter": filter});
        let page = bench.call("ListExecutions", input).unwrap();
        let names: Vec<&Value> =
            page["executions"].as_array().unwrap().iter().map(|found| &found["name"]).collect();
        assert_eq!(names, [&json!(name)]);
    }
}
