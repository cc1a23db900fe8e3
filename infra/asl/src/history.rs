//! The events of an execution, as AWS writes them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// One event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HistoryEvent {
    /// When it happened.
    pub at: Timestamp,
    /// Counts from 1 in its execution.
    pub id: u64,
    /// The event that it follows; 0 where it follows none.
    pub previous: u64,
    /// AWS's name of its type: `TaskStateEntered`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name and value of the details member; types without details have none.
    pub details: Option<(String, Value)>,
}

impl HistoryEvent {
    /// The event as `GetExecutionHistory` answers it.
    pub fn wire(&self, with_data: bool) -> Value {
        let mut event = Map::new();
        event.insert("timestamp".to_owned(), seconds(self.at));
        event.insert("type".to_owned(), json!(self.kind));
        event.insert("id".to_owned(), json!(self.id));
        event.insert("previousEventId".to_owned(), json!(self.previous));
        if let Some((name, details)) = &self.details {
            let mut details = details.clone();
            if let (false, Some(members)) = (with_data, details.as_object_mut()) {
                for data in ["input", "output", "parameters", "assignedVariables"] {
                    members.remove(data);
                }
            }
            event.insert(name.clone(), details);
        }
        Value::Object(event)
    }
}

/// A time as the JSON services write it: seconds since 1970 with a fraction.
pub fn seconds(at: Timestamp) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium fit a double exactly")]
    let millis = at.as_millisecond() as f64;
    json!(millis / 1000.0)
}

/// What goes into an event: its type and its details.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) kind: String,
    pub(crate) details: Option<(String, Value)>,
}

impl Note {
    pub(crate) fn plain(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), details: None }
    }

    pub(crate) fn with(kind: impl Into<String>, member: impl Into<String>, details: Value) -> Self {
        Self { kind: kind.into(), details: Some((member.into(), details)) }
    }

    /// An event whose details are named after its type: `TaskFailed` has `taskFailedEventDetails`.
    pub(crate) fn own(kind: &str, details: Value) -> Self {
        let mut letters = kind.chars();
        let first: String = letters.next().map(|c| c.to_ascii_lowercase()).into_iter().collect();
        Self::with(kind, format!("{first}{}EventDetails", letters.as_str()), details)
    }

    pub(crate) fn execution_started(input: &str, role: &str) -> Self {
        Self::own(
            "ExecutionStarted",
            json!({"input": input, "inputDetails": {"truncated": false}, "roleArn": role}),
        )
    }

    pub(crate) fn entered(kind: &str, name: &str, input: &str) -> Self {
        let details = json!({"name": name, "input": input, "inputDetails": {"truncated": false}});
        Self::with(format!("{kind}StateEntered"), "stateEnteredEventDetails", details)
    }

    pub(crate) fn exited(kind: &str, name: &str, output: &str, assigned: &Map<String, Value>) -> Self {
        let mut details = json!({"name": name, "output": output, "outputDetails": {"truncated": false}});
        if let (false, Some(members)) = (assigned.is_empty(), details.as_object_mut()) {
            let texts: Map<String, Value> =
                assigned.iter().map(|(name, value)| (name.clone(), json!(value.to_string()))).collect();
            members.insert("assignedVariables".to_owned(), Value::Object(texts));
            members.insert("assignedVariablesDetails".to_owned(), json!({"truncated": false}));
        }
        Self::with(format!("{kind}StateExited"), "stateExitedEventDetails", details)
    }

    /// An event that carries an error and a cause, where there are some.
    pub(crate) fn failed(kind: &str, failure: &Failure, more: Value) -> Self {
        let mut details = if more.is_object() { more } else { json!({}) };
        if let Some(members) = details.as_object_mut() {
            members.extend(failure.error.as_ref().map(|error| ("error".to_owned(), json!(error))));
            members.extend(failure.cause.as_ref().map(|cause| ("cause".to_owned(), json!(cause))));
        }
        Self::own(kind, details)
    }

    pub(crate) fn iteration(what: &str, name: &str, index: usize) -> Self {
        Self::own(&format!("MapIteration{what}"), json!({"name": name, "index": index}))
    }
}
