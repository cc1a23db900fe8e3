//! From a message of the queue to what it concerns. What cannot be read is said to be unreadable, and what is
//! read but not known is `Other`.

use aws_sdk_sqs::types::Message;
use jiff::Timestamp;
use serde_json::Value;
use viridian_domain::port::events::{Heard, Receipt, Subject};

/// None for a message without a receipt: SQS always gives one.
pub(super) fn heard(message: &Message) -> Option<Heard> {
    let receipt = Receipt(message.receipt_handle()?.to_owned());
    let event: Option<Value> = message.body().and_then(|body| serde_json::from_str(body).ok());
    let subject = event.as_ref().and_then(subject);
    Some(Heard { receipt, subject, at: event.as_ref().and_then(time) })
}

/// When it happened, as EventBridge writes it: to the second.
fn time(event: &Value) -> Option<Timestamp> {
    event.get("time")?.as_str()?.parse().ok()
}

/// What an event of EventBridge concerns; none if it is no such event.
fn subject(event: &Value) -> Option<Subject> {
    let source = event.get("source")?.as_str()?;
    let detail = event.get("detail")?;
    let text = |member: &str| detail.get(member).and_then(Value::as_str).map(str::to_owned);
    let known = match source {
        "aws.codepipeline" => text("pipeline").map(Subject::Pipeline),
        "aws.states" => text("stateMachineArn").map(Subject::Machine),
        "aws.ecs" => service(event, detail),
        _ => None,
    };
    Some(known.unwrap_or_else(|| Subject::Other(source.to_owned())))
}

/// A service is named by its ARN among the resources, or by the group and the cluster of a task.
fn service(event: &Value, detail: &Value) -> Option<Subject> {
    let resources = event.get("resources").and_then(Value::as_array);
    let arn = resources.into_iter().flatten().filter_map(Value::as_str).find(|arn| arn.contains(":service/"));
    if let Some((cluster, service)) = arn.and_then(|arn| arn.split_once(":service/")?.1.split_once('/')) {
        return Some(Subject::Service { cluster: cluster.to_owned(), service: service.to_owned() });
    }
    let cluster = detail.get("clusterArn")?.as_str()?.rsplit('/').next()?.to_owned();
    let service = detail.get("group")?.as_str()?.strip_prefix("service:")?.to_owned();
    Some(Subject::Service { cluster, service })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &str) -> Option<Subject> {
        heard(&Message::builder().receipt_handle("r").body(body).build()).unwrap().subject
    }

    #[test]
    fn what_is_no_event_is_unreadable_and_what_is_new_is_tolerated() {
        assert_eq!(read("not JSON"), None);
        assert_eq!(read("[]"), None);
        assert_eq!(read(r#"{"source":"aws.ecs"}"#), None);
        let new = json!({"source": "aws.new", "detail": {"a": 1}}).to_string();
        assert_eq!(read(&new), Some(Subject::Other("aws.new".to_owned())));
        let odd = json!({"source": "aws.codepipeline", "detail": {"pipeline": 7}}).to_string();
        assert_eq!(read(&odd), Some(Subject::Other("aws.codepipeline".to_owned())));
    }

    #[test]
    fn an_event_says_when_it_happened_or_it_is_not_known() {
        let at = |body: &str| heard(&Message::builder().receipt_handle("r").body(body).build()).unwrap().at;
        assert_eq!(at("not JSON"), None);
        assert_eq!(at(r#"{"time":7}"#), None);
        assert_eq!(at(r#"{"time":"yesterday"}"#), None);
        assert_eq!(at(r#"{"time":"2026-03-01T12:00:00Z"}"#), "2026-03-01T12:00:00Z".parse().ok());
    }

    #[test]
    fn an_event_names_a_pipeline_a_machine_or_a_service() {
        let pipeline = json!({"source": "aws.codepipeline", "detail": {"pipeline": "shop"}}).to_string();
        assert_eq!(read(&pipeline), Some(Subject::Pipeline("shop".to_owned())));
        let machine = json!({"source": "aws.states", "detail": {"stateMachineArn": "arn:m"}}).to_string();
        assert_eq!(read(&machine), Some(Subject::Machine("arn:m".to_owned())));
        let web = Some(Subject::Service { cluster: "c".to_owned(), service: "web".to_owned() });
        let action = json!({
            "source": "aws.ecs", "resources": ["arn:aws:ecs:r:1:service/c/web"], "detail": {"eventName": "X"},
        });
        assert_eq!(read(&action.to_string()), web);
        let task = json!({
            "source": "aws.ecs", "resources": ["arn:aws:ecs:r:1:task/c/1"],
            "detail": {"clusterArn": "arn:aws:ecs:r:1:cluster/c", "group": "service:web"},
        });
        assert_eq!(read(&task.to_string()), web);
    }
}
