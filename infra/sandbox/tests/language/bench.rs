//! A world with a paused clock in which a machine runs until nothing is left to happen.

use jiff::Timestamp;
use serde_json::{Value, json};
use viridian_sandbox::{AwsError, Caller, World, clock::Clock};

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/states";

pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) machine: String,
    pub(crate) execution: String,
}

pub(crate) fn world() -> World {
    let start: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let mut clock = Clock::new(start, 1.0);
    clock.pause();
    World::new(std::env::temp_dir(), 7, clock)
}

pub(crate) fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    world.call(&Caller { arn: ROLE.to_owned() }, "sfn", operation, input)
}

pub(crate) fn create(world: &mut World, name: &str, definition: &Value) -> Result<String, AwsError> {
    let input = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE});
    Ok(call(world, "CreateStateMachine", input)?["stateMachineArn"].as_str().unwrap().to_owned())
}

/// Lets everything happen that falls due before `until`, or at all.
pub(crate) fn run(world: &mut World, until: Option<Timestamp>) {
    for _ in 0..100_000 {
        let Some(due) = world.timers.next_due().filter(|due| until.is_none_or(|until| *due <= until)) else {
            break;
        };
        world.clock.jump(due);
        while world.step() {}
    }
    if let Some(until) = until {
        world.clock.jump(until);
    }
}

impl Bench {
    /// Starts a machine without letting anything happen.
    pub(crate) fn start(definition: &Value, input: &Value) -> Self {
        let mut world = world();
        let machine = create(&mut world, "machine", definition).unwrap_or_else(|error| panic!("{error}"));
        let mut bench = Self { world, machine, execution: String::new() };
        bench.start_named("one", input);
        bench
    }

    pub(crate) fn start_named(&mut self, name: &str, input: &Value) {
        let input = json!({"stateMachineArn": self.machine, "name": name, "input": input.to_string()});
        let answer = call(&mut self.world, "StartExecution", input).unwrap();
        answer["executionArn"].as_str().unwrap().clone_into(&mut self.execution);
    }

    /// Starts a machine and lets it run to its end.
    pub(crate) fn run(definition: &Value, input: &Value) -> Self {
        let mut bench = Self::start(definition, input);
        run(&mut bench.world, None);
        bench
    }

    pub(crate) fn call(&mut self, operation: &str, input: Value) -> Result<Value, AwsError> {
        call(&mut self.world, operation, input)
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        let until = self.world.now() + jiff::SignedDuration::from_secs(seconds);
        run(&mut self.world, Some(until));
    }

    pub(crate) fn describe(&mut self) -> Value {
        let input = json!({"executionArn": self.execution});
        self.call("DescribeExecution", input).unwrap()
    }

    pub(crate) fn status(&mut self) -> String {
        self.describe()["status"].as_str().unwrap().to_owned()
    }

    /// The output of an execution that must have succeeded.
    pub(crate) fn output(&mut self) -> Value {
        let answer = self.describe();
        assert_eq!(answer["status"], "SUCCEEDED", "{answer}");
        serde_json::from_str(answer["output"].as_str().unwrap()).unwrap()
    }

    /// Error and cause of an execution that must have failed.
    pub(crate) fn failure(&mut self) -> (String, String) {
        let answer = self.describe();
        assert_eq!(answer["status"], "FAILED", "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("cause"))
    }

    pub(crate) fn events(&mut self) -> Vec<Value> {
        let input = json!({"executionArn": self.execution, "maxResults": 1000});
        self.call("GetExecutionHistory", input).unwrap()["events"].as_array().unwrap().clone()
    }

    /// The types of all events, each with the event it follows.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        let events = self.events();
        let line =
            |event: &Value| format!("{} {}", event["previousEventId"], event["type"].as_str().unwrap());
        events.iter().map(line).collect()
    }
}
