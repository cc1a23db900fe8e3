//! What a Task state calls: the resource that it names, and how its events speak of it.

use serde_json::{Map, Value, json};

use crate::{execution::Execution, failure::Failure, history::Note};

/// A resource that a Task state names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// As it stands in events: `aws-sdk:ecs`, `states`, `lambda`.
    pub service: String,
    /// The action in camelCase: `createTaskSet`.
    pub action: String,
    /// What follows the action: `sync`, `sync:2`, `waitForTaskToken`.
    pub pattern: Option<String>,
}

impl Resource {
    /// Reads a resource ARN. `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" || !parts.next()?.starts_with("aws") {
            return None;
        }
        let (service, region, account, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        match (service, region, account) {
            ("states", "", "") => Self::integration(rest),
            ("states", _, _) if rest.starts_with("activity:") => Some(Self::legacy("activity", rest)),
            ("lambda", _, _) if rest.starts_with("function:") => Some(Self::legacy("lambda", text)),
            _ => None,
        }
    }

    /// What AWS says of a text that names no resource.
    pub fn unknown(text: &str) -> String {
        format!(
            "The resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource \
             is not available in this region."
        )
    }

    fn legacy(service: &str, rest: &str) -> Self {
        Self { service: service.to_owned(), action: rest.to_owned(), pattern: None }
    }

    fn integration(rest: &str) -> Option<Self> {
        let (service, action) = match rest.strip_prefix("aws-sdk:") {
            Some(rest) => {
                let (service, action) = rest.split_once(':')?;
                (format!("aws-sdk:{service}"), action)
            }
            None => rest.split_once(':').map(|(service, action)| (service.to_owned(), action))?,
        };
        let (action, pattern) = match action.split_once('.') {
            Some((action, pattern)) => (action, Some(pattern.to_owned())),
            None => (action, None),
        };
        let is_word =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let known =
            pattern.as_deref().is_none_or(|found| ["sync", "sync:2", "waitForTaskToken"].contains(&found));
        let service_name = service.rsplit(':').next().unwrap_or_default();
        (is_word(action) && is_word(service_name) && known).then(|| Self {
            service: service.clone(),
            action: action.to_owned(),
            pattern,
        })
    }

    /// The resource as events name it: the action with its pattern.
    pub(crate) fn action_name(&self) -> String {
        self.pattern
            .as_ref()
            .map_or_else(|| self.action.clone(), |pattern| format!("{}.{pattern}", self.action))
    }

    /// Whether it is a Lambda function named by its own ARN, which has events of its own kind.
    pub fn is_function(&self) -> bool {
        self.service == "lambda" && self.action.starts_with("arn:")
    }

    /// The members that every event of a task has.
    fn details(&self) -> Value {
        if self.is_function() {
            return json!({});
        }
        json!({"resource": self.action_name(), "resourceType": self.service})
    }

    /// The event that says what is to be called.
    pub(crate) fn scheduled(&self, parameters: &Value, region: &str, limits: [Option<i64>; 2]) -> Note {
        let [timeout, heartbeat] = limits;
        let (kind, mut details) = if self.is_function() {
            let details = json!({
                "resource": self.action,
                "input": parameters.to_string(),
                "inputDetails": {"truncated": false},
            });
            ("LambdaFunctionScheduled", details)
        } else {
            let mut details = self.details();
            details["parameters"] = json!(parameters.to_string());
            details["region"] = json!(region);
            ("TaskScheduled", details)
        };
        if let Some(seconds) = timeout {
            details["timeoutInSeconds"] = json!(seconds);
        }
        if let Some(seconds) = heartbeat.filter(|_| !self.is_function()) {
            details["heartbeatInSeconds"] = json!(seconds);
        }
        Note::own(kind, details)
    }

    pub(crate) fn started(&self) -> Note {
        if self.is_function() {
            Note::plain("LambdaFunctionStarted")
        } else {
            Note::own("TaskStarted", self.details())
        }
    }

    /// An event with what the task gave: `Submitted` or `Succeeded`.
    pub(crate) fn gave(&self, what: &str, output: &str) -> Note {
        let mut details = self.details();
        details["output"] = json!(output);
        details["outputDetails"] = json!({"truncated": false});
        Note::own(&self.event(what), details)
    }

    /// An event with what went wrong: `Failed` or `TimedOut`.
    pub(crate) fn failed(&self, what: &str, failure: &Failure) -> Note {
        Note::failed(&self.event(what), failure, self.details())
    }

    fn event(&self, what: &str) -> String {
        format!("{}{what}", if self.is_function() { "LambdaFunction" } else { "Task" })
    }

    /// What gave a result that is too large, as its error names it.
    pub(crate) fn giver(&self) -> &str {
        if self.is_function() { &self.action } else { &self.service }
    }

    /// Whether the output of an awaited execution is given as JSON and not as text.
    pub fn gives_json(&self) -> bool {
        self.pattern.as_deref() == Some("sync:2")
    }

    /// Why the interpreter cannot run it, if it cannot.
    pub(crate) fn refusal(&self) -> Option<String> {
        if self.service == "activity" {
            return Some("Activities are not available in the sandbox".to_owned());
        }
        match self.pattern.as_deref() {
            Some("waitForTaskToken") => {
                Some("Callbacks with a task token are not available in the sandbox".to_owned())
            }
            Some(_) if (self.service.as_str(), self.action.as_str()) != ("states", "startExecution") => {
                Some(format!("The sandbox cannot wait for the end of {}:{}", self.service, self.action))
            }
            _ => None,
        }
    }
}

/// An ended execution as the task that awaited it gets it.
pub(crate) fn description(execution: &Execution, as_json: bool) -> Value {
    let data = |text: &str| match serde_json::from_str(text) {
        Ok(value) if as_json => value,
        _ => Value::from(text),
    };
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("ExecutionArn", json!(execution.arn));
    put("Input", data(&execution.input));
    put("InputDetails", json!({"Included": true}));
    put("Name", json!(execution.name));
    put("RedriveCount", json!(execution.redrives));
    put("StartDate", json!(execution.started.as_millisecond()));
    put("StateMachineArn", json!(execution.machine));
    put("Status", json!(execution.status.name()));
    put("StopDate", json!(execution.stopped.map(jiff::Timestamp::as_millisecond)));
    if let Some(output) = &execution.output {
        put("Output", data(output));
        put("OutputDetails", json!({"Included": true}));
    }
    if let Some(error) = &execution.error {
        put("Error", json!(error));
    }
    if let Some(cause) = &execution.cause {
        put("Cause", json!(cause));
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_resource_is_refused() {
        for text in [
            "",
            "arn:aws:states:::",
            "arn:aws:states:::sns",
            "arn:aws:s3:::bucket",
            "x:aws:states:::sns:publish",
            "arn:aws:states:::sns:publish.later",
            "arn:aws:states:::aws-sdk:ecs:",
        ] {
            assert_eq!(Resource::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_resource_is_taken_apart() {
        let resource = Resource::parse("arn:aws:states:::aws-sdk:ecs:createTaskSet").unwrap();
        assert_eq!((resource.service.as_str(), resource.action.as_str()), ("aws-sdk:ecs", "createTaskSet"));
        let resource = Resource::parse("arn:aws:states:::states:startExecution.sync:2").unwrap();
        assert_eq!(resource.action_name(), "startExecution.sync:2");
        assert_eq!(resource.refusal(), None);
        assert!(
            Resource::parse("arn:aws:states:::sqs:sendMessage.waitForTaskToken").unwrap().refusal().is_some()
        );
        assert!(Resource::parse("arn:aws:lambda:us-east-1:123456789012:function:f").is_some());
    }
}
