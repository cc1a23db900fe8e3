//! One recorded case, and the run of it.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use viridian_asl::{Failure, Names, Runner, Unstarted, diagnose};

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

/// What became of a case.
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

impl Case {
    pub(crate) fn run(&self) -> Found {
        match self.kind.as_str() {
            "validate" => self.validate(),
            _ => self.execute().unwrap_or_else(|error| Found {
                error: Some(match error {
                    Unstarted::Definition(_) => "InvalidDefinition".to_owned(),
                    Unstarted::Input(_) => "InvalidExecutionInput".to_owned(),
                }),
                cause: Some(error.to_string()),
                ..Found::default()
            }),
        }
    }

    fn definition(&self) -> String {
        self.definition.as_str().map_or_else(|| self.definition.to_string(), ToOwned::to_owned)
    }

    fn validate(&self) -> Found {
        let found = diagnose(&self.definition(), self.machine_type.as_deref() == Some("EXPRESS"));
        Found {
            status: if found.is_empty() { "OK" } else { "FAIL" }.to_owned(),
            diagnostics: found.iter().map(viridian_asl::Diagnostic::wire).collect(),
            ..Found::default()
        }
    }

    fn execute(&self) -> Result<Found, Unstarted> {
        let start: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
        let names = Names { account: ACCOUNT.to_owned(), ..Names::default() };
        let nobody = |_: &_, _: Value| Err(Failure::said("States.Runtime", "Nothing is there to be called."));
        let mut runner = Runner::new(nobody).seeded(7).at(start).named(names);
        let input = if self.no_input { "{}".to_owned() } else { self.input(start) };
        let arn = runner.start(&self.definition(), &input)?;
        for _ in 0..100_000 {
            if !runner.step() {
                break;
            }
        }
        let execution = runner.execution(&arn).unwrap();
        Ok(Found {
            status: execution.status.name().to_owned(),
            output: execution.output.clone().map(Value::from),
            error: execution.error.clone(),
            cause: execution.cause.clone(),
            events: runner.history(&arn).iter().map(|entry| entry.wire(true)).collect(),
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
