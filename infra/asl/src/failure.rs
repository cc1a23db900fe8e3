//! What goes wrong inside an execution, under the names that Retry and Catch match.

use serde_json::{Map, Value};

/// An error of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Name of the error; a Fail state may leave it out.
    pub error: Option<String>,
    /// What the error says of itself.
    pub cause: Option<String>,
    /// Who found it.
    pub origin: Origin,
}

/// Who found the error, which decides how its cause is worded.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Origin {
    /// A task or a Fail state; the cause stands as it is.
    Said,
    /// A task, by what it gave; the cause stands as it is.
    Given,
    /// The interpreter; the cause gets the state and its event in front.
    Found,
    /// JSONata; written into the history as an event of its own, with the field it was found in.
    Evaluated { location: Option<String> },
}

pub(crate) const RUNTIME: &str = "States.Runtime";
pub(crate) const TIMEOUT: &str = "States.Timeout";
pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
pub(crate) const EVALUATION: &str = "States.QueryEvaluationError";
pub(crate) const DATA_LIMIT: &str = "States.DataLimitExceeded";

/// Characters of an error and of a cause.
const MAX_ERROR: usize = 256;
const MAX_CAUSE: usize = 32_768;

impl Failure {
    /// An error of a task or of a Fail state.
    pub fn said(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { error: Some(error.into()), cause: Some(cause.into()), origin: Origin::Said }
    }

    /// The same as an error of what a task gave, if it was one of a state's data.
    #[must_use]
    pub fn of_task(self) -> Self {
        let origin = if self.origin == Origin::Said { Origin::Given } else { self.origin };
        Self { origin, ..self }
    }

    /// An error that the interpreter found.
    pub fn found(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { error: Some(error.into()), cause: Some(cause.into()), origin: Origin::Found }
    }

    /// `States.Runtime`: the definition does not fit its data.
    pub fn runtime(cause: impl Into<String>) -> Self {
        Self::found(RUNTIME, cause)
    }

    /// An error in JSONata. `location` is the field, with `/` between the names.
    pub fn evaluation(location: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: Some(EVALUATION.to_owned()),
            cause: Some(cause.into()),
            origin: Origin::Evaluated { location: Some(location.into()) },
        }
    }

    /// An error in a JSONata state that no one field caused.
    pub fn evaluation_of_state(cause: impl Into<String>) -> Self {
        Self {
            error: Some(EVALUATION.to_owned()),
            cause: Some(cause.into()),
            origin: Origin::Evaluated { location: None },
        }
    }

    /// The error within the lengths that AWS allows: an execution that failed quotes the one that failed in it.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        for (text, most) in [(&mut self.error, MAX_ERROR), (&mut self.cause, MAX_CAUSE)] {
            if let Some(text) = text
                && let Some((end, _)) = text.char_indices().nth(most)
            {
                text.truncate(end);
            }
        }
        self
    }

    /// The error with its final wording, once it is known in which state it arose.
    #[must_use]
    pub fn in_state(mut self, state: &str, entered: u64) -> Self {
        if matches!(self.origin, Origin::Said | Origin::Given) {
            return self;
        }
        if let Some(cause) = &self.cause {
            self.cause = Some(format!(
                "An error occurred while executing the state '{state}' (entered at the event id #{entered}). {cause}"
            ));
        }
        self.origin = Origin::Said;
        self
    }

    /// What a Catch passes on: `{"Error": …, "Cause": …}`.
    pub fn output(&self) -> Value {
        let mut members = Map::new();
        if let Some(error) = &self.error {
            members.insert("Error".to_owned(), Value::from(error.clone()));
        }
        if let Some(cause) = &self.cause {
            members.insert("Cause".to_owned(), Value::from(cause.clone()));
        }
        Value::Object(members)
    }

    /// Whether a list of names in `ErrorEquals` takes this error.
    pub fn matches(&self, names: &[String]) -> bool {
        let error = self.error.as_deref().unwrap_or_default();
        // Errors of the runtime itself end the execution whatever is written.
        if error == RUNTIME {
            return false;
        }
        names.iter().any(|name| match name.as_str() {
            // What a task gave is no terminal error, however large it is: recorded in March 2024, whatever the
            // developer guide says of all such errors.
            "States.ALL" => error != DATA_LIMIT || self.origin == Origin::Given,
            "States.TaskFailed" => error != TIMEOUT && error != DATA_LIMIT,
            TIMEOUT => error == TIMEOUT || error == HEARTBEAT_TIMEOUT,
            name => name == error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_runtime_error_is_never_caught() {
        let failure = Failure::runtime("x");
        assert!(!failure.matches(&names(&["States.ALL", "States.Runtime", "States.TaskFailed"])));
    }

    #[test]
    fn wildcards_leave_out_what_aws_leaves_out() {
        assert!(Failure::said("Ecs.ServerException", "").matches(&names(&["States.TaskFailed"])));
        assert!(!Failure::said(TIMEOUT, "").matches(&names(&["States.TaskFailed"])));
        assert!(Failure::said(HEARTBEAT_TIMEOUT, "").matches(&names(&["States.Timeout"])));
        assert!(!Failure::said(DATA_LIMIT, "").matches(&names(&["States.ALL"])));
        assert!(Failure::said(DATA_LIMIT, "").of_task().in_state("S", 2).matches(&names(&["States.ALL"])));
        assert!(!Failure::said("A", "").matches(&names(&["B"])));
    }
}
