//! What a console, a script or a person needs to know of a service in the world.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The keys of `outputs.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Outputs {
    /// Known only to whoever serves the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_url: Option<String>,
    pub aws_endpoint_url: String,
    pub region: String,
    pub stack_name: String,
    pub alb_prod_url: String,
    pub alb_test_url: String,
    pub repository_clone_url: String,
    /// Under which name a console shows the service: the generated name says nothing to a person.
    pub console_service_name: String,
    pub pipeline_name: String,
    pub ecs_cluster_name: String,
    pub ecs_service_name: String,
    pub prod_listener_rule_arn: String,
    pub test_listener_rule_arn: String,
    /// By `deploy-green`, `swap`, `clean-up` and, where there is one, `roll-back`.
    pub state_machine_arns: BTreeMap<String, String>,
    pub ecr_repository_uri: String,
    pub artifact_bucket_name: String,
    /// What nudges the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_queue_url: Option<String>,
    /// What the console may do.
    pub console_role_arn: String,
}
