//! One recorded case, and the run of it in the sandbox.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use viridian_sandbox::{AwsError, Caller, World, clock::Clock};

#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) kind: String,
    pub(crate) definition: Value,
    #[serde(default)]
    pub(crate) input: Value,
    #[serde(default)]
    pub(crate) no_input: bool,
    pub(crate) input_text: Option<String>,
    #[serde(rename = "type")]
    pub(crate) machine_type: Option<String>,
    #[serde(default)]
    pub(crate) distributed: bool,
    #[serde(default)]
    pub(crate) parallel_sorted: bool,
    pub(crate) recorded: Recorded,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) status: Option<String>,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) events: Option<Vec<Value>>,
    pub(crate) diagnostics: Option<Vec<Value>>,
}

/// What the sandbox made of a case.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) status: String,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) events: Vec<Value>,
    pub(crate) diagnostics: Vec<Value>,
}

/// The account that the recordings name.
const ACCOUNT: &str = "111111111111";
const ROLE: &str = "arn:aws:iam::111111111111:role/states";

impl Case {
    pub(crate) fn run(&self) -> Found {
        let start: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let mut clock = Clock::new(start, 1.0);
        clock.pause();
        let mut world = World::new(std::env::temp_dir(), 7, clock);
        ACCOUNT.clone_into(&mut world.place.account);
        match self.kind.as_str() {
            "validate" => self.validate(&mut world),
            _ => self.execute(&mut world).unwrap_or_else(|error| Found {
                error: Some(error.code),
                cause: Some(error.message),
                ..Found::default()
            }),
        }
    }

    fn definition(&self) -> String {
        self.definition.as_str().map_or_else(|| self.definition.to_string(), ToOwned::to_owned)
    }

    fn validate(&self, world: &mut World) -> Found {
        let input = json!({"definition": self.definition(), "type": self.machine_type});
        let answer = call(world, "ValidateStateMachineDefinition", input).unwrap();
        Found {
            status: answer["result"].as_str().unwrap_or_default().to_owned(),
            diagnostics: answer["diagnostics"].as_array().cloned().unwrap_or_default(),
            ..Found::default()
        }
    }

    fn execute(&self, world: &mut World) -> Result<Found, AwsError> {
        let input = json!({"name": "machine", "definition": self.definition(), "roleArn": ROLE});
        let machine = call(world, "CreateStateMachine", input)?["stateMachineArn"].clone();
        let mut input = json!({"stateMachineArn": machine, "name": "execution"});
        if !self.no_input {
            input["input"] = json!(self.input(world.now()));
        }
        let execution = call(world, "StartExecution", input)?["executionArn"].clone();
        for _ in 0..100_000 {
            let Some(due) = world.timers.next_due() else { break };
            world.clock.jump(due);
            while world.step() {}
        }
        let answer = call(world, "DescribeExecution", json!({"executionArn": execution}))?;
        let history = json!({"executionArn": execution, "maxResults": 1000});
        let history = call(world, "GetExecutionHistory", history)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        Ok(Found {
            status: text("status").unwrap_or_default(),
            output: answer.get("output").cloned(),
            error: text("error"),
            cause: text("cause"),
            events: history["events"].as_array().cloned().unwrap_or_default(),
            diagnostics: Vec::new(),
        })
    }

    /// The input as Python's `json.dumps` writes it, times filled in.
    fn input(&self, now: Timestamp) -> String {
        if let Some(text) = &self.input_text {
            return text.clone();
        }
        let text = self.input.to_string();
        let Some((before, rest)) = text.split_once("@@NOW+") else { return text };
        let (what, after) = rest.split_once("@@").unwrap();
        let (days, format) = what.split_once("d|").unwrap();
        let at = now + SignedDuration::from_hours(24 * days.parse::<i64>().unwrap());
        format!("{before}{}{after}", at.strftime(format))
    }
}

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    world.call(&Caller { arn: ROLE.to_owned() }, "sfn", operation, input)
}
