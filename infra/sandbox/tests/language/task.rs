//! Task states: what they call, and what becomes of errors, time limits and awaited executions.

use serde_json::{Value, json};

use crate::bench::{Bench, create};

fn task(fields: Value) -> Value {
    let mut state = fields;
    state["Type"] = json!("Task");
    state["Next"] = json!("Done");
    json!({"StartAt": "T", "States": {"T": state, "Done": {"Type": "Succeed"}}})
}

#[test]
fn an_error_of_a_service_carries_its_prefix_and_ends_in_exception() {
    let resource = "arn:aws:states:::aws-sdk:sfn:describeStateMachine";
    let parameters =
        json!({"StateMachineArn": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:none"});
    let definition = task(json!({"Resource": resource, "Parameters": parameters}));
    let mut bench = Bench::run(&definition, &json!({}));
    let (error, cause) = bench.failure();
    assert_eq!(error, "Sfn.StateMachineDoesNotExistException");
    assert!(cause.contains("(Service: Sfn, Status Code: 400, Request ID: "), "{cause}");
    assert_eq!(
        bench.lines(),
        [
            "0 ExecutionStarted",
            "0 TaskStateEntered",
            "2 TaskScheduled",
            "3 TaskStarted",
            "4 TaskFailed",
            "5 ExecutionFailed"
        ]
    );
    let events = bench.events();
    assert_eq!(events[2]["taskScheduledEventDetails"]["parameters"], json!(parameters.to_string()));
    assert_eq!(events[2]["taskScheduledEventDetails"]["resourceType"], "aws-sdk:sfn");
    assert_eq!(events[2]["taskScheduledEventDetails"]["resource"], "describeStateMachine");
}

#[test]
fn names_are_pascal_case_on_the_way_in_and_out() {
    let definition = task(json!({
        "Resource": "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
        "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id"},
        "ResultSelector": {"name.$": "$.Name", "at.$": "$.CreationDate"},
    }));
    let output = Bench::run(&definition, &json!({})).output();
    assert_eq!(output, json!({"name": "machine", "at": "2026-01-05T09:00:00.000Z"}));
}

#[test]
fn a_task_is_tried_again_and_then_caught() {
    let definition = task(json!({
        "Resource": "arn:aws:states:::aws-sdk:sfn:listActivities", "Parameters": {},
        "Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1, "JitterStrategy": "FULL"}],
        "Catch": [{"ErrorEquals": ["Sfn.NotImplementedException"], "ResultPath": "$.error", "Next": "Done"}],
    }));
    let mut bench = Bench::run(&definition, &json!({"kept": 1}));
    assert_eq!(bench.output()["kept"], 1);
    let types: Vec<String> =
        bench.lines().iter().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(types.iter().filter(|kind| *kind == "TaskFailed").count(), 2);
    assert_eq!(types.iter().filter(|kind| *kind == "TaskStateEntered").count(), 1);
}

#[test]
fn an_execution_can_be_started_and_awaited() {
    let inner = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "Next": "P"},
        "P": {"Type": "Pass", "Result": {"done": true}, "End": true}}});
    let definition = task(json!({
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn.$": "$.inner", "Input": {"a": 1}},
        "OutputPath": "$.Output",
    }));
    let mut bench = Bench::start(&definition, &json!({}));
    let inner = create(&mut bench.world, "inner", &inner).unwrap();
    bench.start_named("two", &json!({"inner": inner}));
    bench.wait(50);
    assert_eq!(bench.status(), "RUNNING");
    bench.wait(20);
    assert_eq!(bench.output(), json!({"done": true}));
    assert!(bench.lines().contains(&"4 TaskSubmitted".to_owned()));
}

#[test]
fn a_task_that_takes_too_long_times_out() {
    let inner = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": true}}});
    let definition = task(json!({
        "Resource": "arn:aws:states:::states:startExecution.sync",
        "Parameters": {"StateMachineArn.$": "$.inner"},
        "TimeoutSeconds": 30,
        "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Done"}],
    }));
    let mut bench = Bench::start(&definition, &json!({}));
    let inner = create(&mut bench.world, "inner", &inner).unwrap();
    bench.start_named("two", &json!({"inner": inner}));
    bench.wait(40);
    assert_eq!(bench.output(), json!({"Error": "States.Timeout"}));
}

#[test]
fn what_the_sandbox_cannot_run_is_refused_when_the_machine_is_made() {
    let mut world = crate::bench::world();
    for resource in [
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:ap-northeast-1:123456789012:activity:a",
        "arn:aws:states:::codebuild:startBuild.sync",
    ] {
        let error = create(&mut world, "m", &task(json!({"Resource": resource}))).unwrap_err();
        assert_eq!(error.code, "InvalidDefinition");
        assert!(error.message.contains("at /States/T/Resource"), "{}", error.message);
    }
}

#[test]
fn step_functions_own_integrations_word_their_errors_in_their_own_way() {
    let definition = task(json!({
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:none"},
    }));
    let (error, cause) = Bench::run(&definition, &json!({})).failure();
    assert_eq!(error, "StepFunctions.StateMachineDoesNotExistException");
    let wanted = "State Machine Does Not Exist: 'arn:aws:states:ap-northeast-1:123456789012:stateMachine:none' \
                  (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ";
    assert!(cause.starts_with(wanted) && cause.ends_with("; Proxy: null)"), "{cause}");
}

#[test]
fn step_functions_own_integrations_give_an_account_of_the_request() {
    let inner = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let definition = task(json!({
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn.$": "$.inner", "Name": "started"},
    }));
    let mut bench = Bench::start(&definition, &json!({}));
    let inner = create(&mut bench.world, "inner", &inner).unwrap();
    bench.start_named("two", &json!({"inner": inner}));
    bench.wait(10);
    let output = bench.output();
    let (account, request) = (&output["SdkHttpMetadata"], &output["SdkResponseMetadata"]["RequestId"]);
    assert_eq!(account["HttpStatusCode"], 200);
    assert_eq!(account["AllHttpHeaders"]["x-amzn-RequestId"], json!([request]));
    assert_eq!(account["HttpHeaders"]["Content-Type"], "application/x-amz-json-1.0");
    assert_eq!(account["HttpHeaders"]["Date"], "Mon, 05 Jan 2026 09:00:00 GMT");
    assert!(output["ExecutionArn"].as_str().unwrap().ends_with(":execution:inner:started"), "{output}");
}

#[test]
fn a_result_that_is_too_large_is_an_error_of_its_task_that_may_be_caught() {
    let large = json!({"Comment": "x".repeat(300_000), "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let definition = task(json!({
        "Resource": "arn:aws:states:::aws-sdk:sfn:describeStateMachine",
        "Parameters": {"StateMachineArn.$": "$.large"},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
    }));
    let mut bench = Bench::start(&definition, &json!({}));
    let large = create(&mut bench.world, "large", &large).unwrap();
    bench.start_named("two", &json!({"large": large}));
    bench.wait(10);
    let cause = "The state/task 'aws-sdk:sfn' returned a result with a size exceeding the maximum number of bytes \
                 service limit.";
    assert_eq!(bench.output(), json!({"Error": "States.DataLimitExceeded", "Cause": cause}));
    assert!(bench.lines().contains(&"4 TaskFailed".to_owned()));
}
