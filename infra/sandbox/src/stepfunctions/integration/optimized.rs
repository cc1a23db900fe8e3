//! What sets Step Functions' own integrations (`states:startExecution`, `sns:publish`, …) apart from those by
//! `aws-sdk`: the wording of their errors, and the account of the request in their answers.

use serde_json::{Map, Value, json};
use viridian_asl::Failure;
use viridian_aws_wire::AwsError;

use super::casing;
use crate::world::World;

/// A service as such an integration speaks of it.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// In the world.
    pub(super) name: &'a str,
    /// Before the names of its errors, and in the text of their causes.
    prefix: String,
    client: String,
    content_type: &'static str,
}

const JSON_1_0: &str = "application/x-amz-json-1.0";
const JSON_1_1: &str = "application/x-amz-json-1.1";

/// The service of a resource that is not one of `aws-sdk`.
pub(super) fn service(resource: &str) -> Service<'_> {
    let of = |name, prefix: &str, client: &str, content_type| Service {
        name,
        prefix: prefix.to_owned(),
        client: client.to_owned(),
        content_type,
    };
    match resource {
        "states" => of("sfn", "StepFunctions", "AWSStepFunctions", JSON_1_0),
        "sns" => of("sns", "SNS", "AmazonSNS", "text/xml"),
        "sqs" => of("sqs", "SQS", "AmazonSQS", JSON_1_0),
        "ecs" => of("ecs", "ECS", "AmazonECS", JSON_1_1),
        "codebuild" => of("codebuild", "CodeBuild", "AWSCodeBuild", JSON_1_1),
        "events" => of("events", "EventBridge", "AmazonEventBridge", JSON_1_1),
        other => {
            let prefix = casing::prefix(other);
            Service { name: other, client: prefix.clone(), prefix, content_type: JSON_1_1 }
        }
    }
}

impl Service<'_> {
    /// An error of the service as the task reports it.
    pub(super) fn failure(&self, world: &mut World, error: &AwsError) -> Failure {
        let (code, status, request) = (&error.code, error.status, world.ids.uuid());
        let suffix = if code.ends_with("Exception") { "" } else { "Exception" };
        Failure::said(
            format!("{}.{code}{suffix}", self.prefix),
            format!(
                "{} (Service: {}; Status Code: {status}; Error Code: {code}; Request ID: {request}; Proxy: null)",
                error.message, self.client
            ),
        )
    }

    /// The error of a call that was answered and in which not every entry was taken, by the developer guide's
    /// page on EventBridge.
    pub(super) fn failed_entry(&self) -> String {
        format!("{}.FailedEntry", self.prefix)
    }

    /// An answer with the account of its request. `length` is the answer's on the wire, where it is JSON.
    pub(super) fn with_account(&self, world: &mut World, output: Value, length: usize) -> Value {
        let mut members = match output {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let request = world.ids.uuid();
        let mut headers = vec![
            ("x-amzn-RequestId", request.clone()),
            ("Date", world.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            ("Content-Type", self.content_type.to_owned()),
        ];
        if self.content_type != "text/xml" {
            headers.extend([("connection", "keep-alive".to_owned()), ("Content-Length", length.to_string())]);
        }
        let all: Map<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
        let each: Map<_, _> =
            headers.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        members.insert(
            "SdkHttpMetadata".to_owned(),
            json!({"AllHttpHeaders": all, "HttpHeaders": each, "HttpStatusCode": 200}),
        );
        members.insert("SdkResponseMetadata".to_owned(), json!({"RequestId": request}));
        Value::Object(members)
    }
}
