//! A world in which one state machine runs, for whatever evaluates something inside of one.

use jiff::Timestamp;
use serde_json::{Value, json};
use viridian_sandbox::{AwsError, Caller, World, clock::Clock};

/// Events after which an execution is left alone.
const MOST: usize = 300;

/// A world with a stopped clock that cannot write anywhere.
pub(super) fn world() -> World {
    let mut clock = Clock::new(Timestamp::from_second(1_767_600_000).unwrap_or_default(), 1.0);
    clock.pause();
    World::new("/dev/null/viridian-fuzz".into(), 7, clock)
}

pub(super) fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    let caller = Caller { arn: "arn:aws:iam::123456789012:role/states".to_owned() };
    world.call(&caller, "sfn", operation, input)
}

/// Creates a machine and runs it for a while. Gives how it stands, and panics where its history is none.
pub(super) fn run(definition: &str, input: &str) -> String {
    let mut world = world();
    let role = "arn:aws:iam::123456789012:role/states";
    let create = json!({"name": "m", "definition": definition, "roleArn": role});
    let machine = match call(&mut world, "CreateStateMachine", create) {
        Ok(made) => made["stateMachineArn"].clone(),
        Err(error) => return error.to_string(),
    };
    let start = json!({"stateMachineArn": machine, "name": "e", "input": input});
    let execution = match call(&mut world, "StartExecution", start) {
        Ok(started) => started["executionArn"].clone(),
        Err(error) => return error.to_string(),
    };
    for _ in 0..MOST {
        let Some(due) = world.timers.next_due() else { break };
        world.clock.jump(due);
        world.step();
    }
    let shown = ask(&mut world, "DescribeExecution", json!({"executionArn": execution}));
    let history = json!({"executionArn": execution, "maxResults": 1000});
    let history = ask(&mut world, "GetExecutionHistory", history);
    let events = history["events"].as_array().map_or(&[][..], Vec::as_slice);
    check(shown["status"].as_str().unwrap_or_default(), events);
    let last = events.last().map_or("", |event| event["type"].as_str().unwrap_or_default());
    let failed =
        events.iter().rev().find_map(|event| event.as_object()?.values().find_map(|it| it.get("error")));
    let (cause, output) = (&shown["cause"], &shown["output"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().chars().take(200).collect::<String>();
    // Kinds of values tell answers apart, values do not.
    let kinds: String = text(output)
        .chars()
        .map(|letter| match letter {
            '0'..='9' | '-' => 'n',
            '[' => 'l',
            '{' => 'm',
            other => other,
        })
        .collect();
    format!("{last} {} {} {kinds}", failed.unwrap_or(&Value::Null), text(cause))
}

/// A question about what exists is never refused.
#[expect(clippy::panic, reason = "a broken promise")]
fn ask(world: &mut World, operation: &str, input: Value) -> Value {
    call(world, operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

fn check(status: &str, events: &[Value]) {
    for (index, event) in events.iter().enumerate() {
        let id = event["id"].as_u64().unwrap_or_default();
        assert_eq!(id, index as u64 + 1, "the events are numbered without gaps");
        assert!(event["previousEventId"].as_u64().is_some_and(|before| before < id), "{event}");
    }
    let last = events.last().map_or("", |event| event["type"].as_str().unwrap_or_default());
    let expected = match status {
        "SUCCEEDED" => "ExecutionSucceeded",
        "FAILED" => "ExecutionFailed",
        "TIMED_OUT" => "ExecutionTimedOut",
        "ABORTED" => "ExecutionAborted",
        _ => last,
    };
    // A history of a thousand events and more is shown in pages.
    assert!(events.len() == 1000 || last == expected, "{status} ends with {last}");
}
