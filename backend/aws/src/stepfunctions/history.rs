//! One event of an execution's history as ours: AWS's word, the state it speaks of, the rest as JSON text.

use aws_sdk_sfn::types::HistoryEvent;
use serde_json::{Map, Value};
use viridian_shared::{machine::ExecutionEvent, unseen};

use crate::time::moment;

/// None for an event whose time is no moment that we can hold.
pub(super) fn event(event: &HistoryEvent) -> Option<ExecutionEvent> {
    let mut rest = Rest::default();
    states(event, &mut rest);
    tasks(event, &mut rest);
    task_failures(event, &mut rest);
    functions(event, &mut rest);
    execution(event, &mut rest);
    maps(event, &mut rest);
    Some(ExecutionEvent {
        id: event.id(),
        previous_id: event.previous_event_id(),
        at: moment(event.timestamp())?,
        kind: event.r#type().as_str().to_owned(),
        state: rest.state.take(),
        detail: rest.text(),
    })
}

/// What an event says besides its kind, in AWS's member names.
#[derive(Default)]
struct Rest {
    state: Option<String>,
    members: Map<String, Value>,
}

impl Rest {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    fn text_of(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.put(name, value);
        }
    }

    /// A member that holds JSON text is shown as JSON.
    fn json(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            let parsed = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            self.put(name, parsed);
        }
    }

    fn failure(&mut self, error: Option<&str>, cause: Option<&str>) {
        self.text_of("error", error);
        self.json("cause", cause);
    }

    fn resource(&mut self, kind: &str, resource: &str) {
        self.put("resourceType", kind);
        self.put("resource", resource);
    }

    fn text(self) -> String {
        if self.members.is_empty() {
            return String::new();
        }
        unseen::mark(serde_json::to_string_pretty(&self.members).unwrap_or_default())
    }
}

fn states(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(entered) = event.state_entered_event_details() {
        rest.state = Some(entered.name().to_owned());
        rest.json("input", entered.input());
    }
    if let Some(exited) = event.state_exited_event_details() {
        rest.state = Some(exited.name().to_owned());
        rest.json("output", exited.output());
        for (name, value) in exited.assigned_variables().into_iter().flatten() {
            rest.json(&format!("${name}"), Some(value));
        }
    }
    if let Some(failed) = event.evaluation_failed_event_details() {
        rest.state = Some(failed.state().to_owned());
        rest.text_of("location", failed.location());
        rest.failure(failed.error(), failed.cause());
    }
}

fn tasks(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(task) = event.task_scheduled_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.text_of("region", Some(task.region()));
        rest.json("parameters", Some(task.parameters()));
    }
    if let Some(task) = event.task_started_event_details() {
        rest.resource(task.resource_type(), task.resource());
    }
    if let Some(task) = event.task_submitted_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.json("output", task.output());
    }
    if let Some(task) = event.task_succeeded_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.json("output", task.output());
    }
}

fn task_failures(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(task) = event.task_failed_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.failure(task.error(), task.cause());
    }
    if let Some(task) = event.task_start_failed_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.failure(task.error(), task.cause());
    }
    if let Some(task) = event.task_submit_failed_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.failure(task.error(), task.cause());
    }
    if let Some(task) = event.task_timed_out_event_details() {
        rest.resource(task.resource_type(), task.resource());
        rest.failure(task.error(), task.cause());
    }
}

fn functions(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(function) = event.lambda_function_scheduled_event_details() {
        rest.put("resource", function.resource());
        rest.json("input", function.input());
    }
    if let Some(function) = event.lambda_function_succeeded_event_details() {
        rest.json("output", function.output());
    }
    if let Some(function) = event.lambda_function_failed_event_details() {
        rest.failure(function.error(), function.cause());
    }
    if let Some(function) = event.lambda_function_timed_out_event_details() {
        rest.failure(function.error(), function.cause());
    }
}

fn execution(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(started) = event.execution_started_event_details() {
        rest.json("input", started.input());
        rest.text_of("roleArn", started.role_arn());
    }
    if let Some(succeeded) = event.execution_succeeded_event_details() {
        rest.json("output", succeeded.output());
    }
    if let Some(failed) = event.execution_failed_event_details() {
        rest.failure(failed.error(), failed.cause());
    }
    if let Some(aborted) = event.execution_aborted_event_details() {
        rest.failure(aborted.error(), aborted.cause());
    }
    if let Some(late) = event.execution_timed_out_event_details() {
        rest.failure(late.error(), late.cause());
    }
    if let Some(redriven) = event.execution_redriven_event_details() {
        rest.put("redriveCount", redriven.redrive_count().unwrap_or_default());
    }
}

fn maps(event: &HistoryEvent, rest: &mut Rest) {
    if let Some(map) = event.map_state_started_event_details() {
        rest.put("length", map.length());
    }
    let iteration = event
        .map_iteration_started_event_details()
        .or(event.map_iteration_succeeded_event_details())
        .or(event.map_iteration_failed_event_details())
        .or(event.map_iteration_aborted_event_details());
    if let Some(iteration) = iteration {
        rest.text_of("name", iteration.name());
        rest.put("index", iteration.index());
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::{
        primitives::DateTime,
        types::{HistoryEventType, StateEnteredEventDetails, TaskFailedEventDetails},
    };

    use super::*;

    fn of(kind: HistoryEventType) -> aws_sdk_sfn::types::builders::HistoryEventBuilder {
        HistoryEvent::builder().id(2).previous_event_id(1).timestamp(DateTime::from_secs(5)).r#type(kind)
    }

    #[test]
    fn an_entered_state_shows_its_input_as_json() {
        let entered = StateEnteredEventDetails::builder().name("Wait").input(r#"{"a":1}"#).build().unwrap();
        let sdk =
            of(HistoryEventType::WaitStateEntered).state_entered_event_details(entered).build().unwrap();
        let event = event(&sdk).unwrap();
        assert_eq!((event.kind.as_str(), event.state.as_deref()), ("WaitStateEntered", Some("Wait")));
        assert_eq!(event.detail, "{\n  \"input\": {\n    \"a\": 1\n  }\n}");
    }

    #[test]
    fn a_failure_without_words_and_an_event_of_a_later_kind_are_read() {
        let failed = TaskFailedEventDetails::builder()
            .resource_type("aws-sdk:ecs")
            .resource("createTaskSet")
            .build()
            .unwrap();
        let sdk = of(HistoryEventType::TaskFailed).task_failed_event_details(failed).build().unwrap();
        assert!(event(&sdk).unwrap().detail.contains("createTaskSet"));
        let later = of(HistoryEventType::from("StateDreamt")).build().unwrap();
        let later = event(&later).unwrap();
        assert_eq!((later.kind.as_str(), later.detail.as_str()), ("StateDreamt", ""));
    }
}
