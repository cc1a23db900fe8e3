//! Every operation that the sandbox carries out, and what each does otherwise than AWS.
//!
//! A test holds the list against the code that dispatches; the README's table and `/_sandbox/operations` are
//! written from it.

mod codes;
mod compute;
mod traffic;

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A service by the names under which people know it.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// As SDK integrations, faults and [`crate::World::call`] name it.
    pub name: &'static str,
    /// As boto3 names it; mostly the AWS CLI too.
    pub client: &'static str,
    pub title: &'static str,
    /// What holds for all of it.
    pub remark: &'static str,
    pub operations: &'static [Operation],
}

/// An operation: its name, and what differs from AWS; empty where nothing is known to.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub name: &'static str,
    pub differs: &'static str,
}

/// Every service.
pub const SERVICES: &[Service] = &[
    codes::CODEPIPELINE,
    compute::STEP_FUNCTIONS,
    compute::ECS,
    traffic::ELB,
    codes::CODEBUILD,
    codes::CODECOMMIT,
    codes::ECR,
    compute::SCALING,
    codes::LOGS,
    traffic::CLOUDFORMATION,
    traffic::SNS,
    traffic::EVENTS,
    traffic::SQS,
    traffic::IAM,
    traffic::STS,
];

const fn as_aws(name: &'static str) -> Operation {
    Operation { name, differs: "" }
}

const fn but(name: &'static str, differs: &'static str) -> Operation {
    Operation { name, differs }
}

/// The service of a name, of whichever kind the name is.
pub fn find(name: &str) -> Option<&'static Service> {
    let name = match name {
        "states" => "sfn",
        "elasticloadbalancing" => "elasticloadbalancingv2",
        other => other,
    };
    SERVICES.iter().find(|service| service.name == name || service.client == name)
}

/// Whether a service carries out an operation.
pub(crate) fn has(service: &str, operation: &str) -> bool {
    SERVICES
        .iter()
        .any(|one| one.name == service && one.operations.iter().any(|candidate| candidate.name == operation))
}

/// The list for programs.
pub(crate) fn show() -> Value {
    SERVICES
        .iter()
        .map(|service| {
            let operations = service.operations.iter();
            let operations = operations.map(|one| json!({"name": one.name, "differs": one.differs}));
            json!({
                "service": service.name, "client": service.client, "title": service.title,
                "remark": service.remark, "operations": operations.collect::<Value>(),
            })
        })
        .collect()
}

/// The list for readers: a table for each service.
pub fn table() -> String {
    let mut text = String::new();
    for service in SERVICES {
        let _ = writeln!(text, "### {} (`{}`)\n", service.title, service.client);
        if !service.remark.is_empty() {
            let _ = writeln!(text, "{}\n", service.remark);
        }
        text.push_str("| Operation | What differs from AWS |\n| --- | --- |\n");
        for operation in service.operations {
            let _ = writeln!(text, "| {} | {} |", operation.name, operation.differs);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files in which operations are dispatched by name.
    const DISPATCHED: [(&str, &str); 15] = [
        ("codepipeline", include_str!("codepipeline.rs")),
        ("sfn", include_str!("stepfunctions/operation.rs")),
        ("ecs", include_str!("ecs.rs")),
        ("elasticloadbalancingv2", include_str!("elb.rs")),
        ("codebuild", include_str!("codebuild.rs")),
        ("codecommit", include_str!("codecommit/operations.rs")),
        ("ecr", include_str!("ecr.rs")),
        ("applicationautoscaling", include_str!("application_auto_scaling.rs")),
        ("logs", include_str!("codebuild/log.rs")),
        ("cloudformation", include_str!("cloudformation/show.rs")),
        ("sns", include_str!("sns.rs")),
        ("events", include_str!("eventbridge.rs")),
        ("sqs", include_str!("sqs.rs")),
        ("iam", include_str!("iam/service.rs")),
        ("sts", include_str!("iam.rs")),
    ];

    /// The names on the left of the arms of `match operation`.
    fn dispatched(source: &str) -> Vec<&str> {
        let mut names: Vec<&str> = source
            .split("match operation {")
            .skip(1)
            .flat_map(|arms| arms.split("not_implemented(").next().unwrap().lines())
            .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>").map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_catalogue_is_what_the_code_dispatches() {
        for (name, source) in DISPATCHED {
            let service = find(name).unwrap();
            let mut listed: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
            listed.sort_unstable();
            assert_eq!(listed, dispatched(source), "catalogue of {name}");
            assert!(!listed.is_empty());
        }
        assert_eq!(SERVICES.len(), DISPATCHED.len());
    }
}
