//! What a definition may name in AWS: the actions of every service that `aws-sdk` reaches, those of Step Functions'
//! own integrations, and their parameters.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::Value;
use viridian_asl::{Call, Code, Diagnostic, Resource, calls, diagnose};

use super::casing;
use crate::door;

/// Service -> the operations' names, as the service spells them.
static ACTIONS: LazyLock<HashMap<&str, Vec<(&str, &str)>>> =
    LazyLock::new(|| include_str!("../../../models/actions.txt").lines().filter_map(line).collect());

fn line(text: &'static str) -> Option<(&'static str, Vec<(&'static str, &'static str)>)> {
    let mut words = text.split(' ');
    let service = words.next()?;
    let groups = words.filter_map(|word| word.split_once(':'));
    Some((service, groups.flat_map(|(verb, rests)| rests.split(',').map(move |rest| (verb, rest))).collect()))
}

/// Step Functions' own integrations: service, action, and what may follow it (`.sync`, a task token).
/// From the developer guide, "Integrating optimized services".
const OWN: [(&str, &str, &[&str]); 66] = {
    const CALL: &[&str] = &[];
    const TOKEN: &[&str] = &["waitForTaskToken"];
    const RUN: &[&str] = &["sync"];
    const BOTH: &[&str] = &["sync", "waitForTaskToken"];
    [
        ("apigateway", "invoke", TOKEN),
        ("athena", "startQueryExecution", RUN),
        ("athena", "stopQueryExecution", CALL),
        ("athena", "getQueryExecution", CALL),
        ("athena", "getQueryResults", CALL),
        ("batch", "submitJob", BOTH),
        ("bedrock", "invokeModel", TOKEN),
        ("bedrock", "createModelCustomizationJob", RUN),
        ("codebuild", "startBuild", RUN),
        ("codebuild", "stopBuild", CALL),
        ("codebuild", "batchDeleteBuilds", CALL),
        ("codebuild", "batchGetReports", CALL),
        ("codebuild", "startBuildBatch", RUN),
        ("codebuild", "stopBuildBatch", CALL),
        ("codebuild", "retryBuildBatch", RUN),
        ("codebuild", "deleteBuildBatch", CALL),
        ("databrew", "startJobRun", RUN),
        ("dynamodb", "getItem", CALL),
        ("dynamodb", "putItem", CALL),
        ("dynamodb", "updateItem", CALL),
        ("dynamodb", "deleteItem", CALL),
        ("ecs", "runTask", BOTH),
        ("eks", "createCluster", RUN),
        ("eks", "deleteCluster", RUN),
        ("eks", "createFargateProfile", RUN),
        ("eks", "deleteFargateProfile", RUN),
        ("eks", "createNodegroup", RUN),
        ("eks", "deleteNodegroup", RUN),
        ("eks", "runJob", RUN),
        ("eks", "call", CALL),
        ("elasticmapreduce", "createCluster", RUN),
        ("elasticmapreduce", "terminateCluster", RUN),
        ("elasticmapreduce", "addStep", RUN),
        ("elasticmapreduce", "cancelStep", CALL),
        ("elasticmapreduce", "setClusterTerminationProtection", CALL),
        ("elasticmapreduce", "modifyInstanceFleetByName", CALL),
        ("elasticmapreduce", "modifyInstanceGroupByName", CALL),
        ("emr-containers", "createVirtualCluster", CALL),
        ("emr-containers", "deleteVirtualCluster", RUN),
        ("emr-containers", "startJobRun", RUN),
        ("emr-serverless", "createApplication", RUN),
        ("emr-serverless", "startApplication", RUN),
        ("emr-serverless", "stopApplication", RUN),
        ("emr-serverless", "deleteApplication", RUN),
        ("emr-serverless", "startJobRun", RUN),
        ("emr-serverless", "cancelJobRun", RUN),
        ("events", "putEvents", TOKEN),
        ("glue", "startJobRun", RUN),
        ("http", "invoke", CALL),
        ("lambda", "invoke", TOKEN),
        ("mediaconvert", "createJob", RUN),
        ("s3", "getObject", CALL),
        ("s3", "listObjectsV2", CALL),
        ("s3", "putObject", CALL),
        ("sagemaker", "createEndpoint", CALL),
        ("sagemaker", "createEndpointConfig", CALL),
        ("sagemaker", "createHyperParameterTuningJob", RUN),
        ("sagemaker", "createLabelingJob", RUN),
        ("sagemaker", "createModel", CALL),
        ("sagemaker", "createProcessingJob", RUN),
        ("sagemaker", "createTrainingJob", RUN),
        ("sagemaker", "createTransformJob", RUN),
        ("sagemaker", "updateEndpoint", CALL),
        ("sns", "publish", TOKEN),
        ("sqs", "sendMessage", TOKEN),
        ("states", "startExecution", &["sync", "sync:2", "waitForTaskToken"]),
    ]
};

/// The name of a service here, by the one under which `aws-sdk` has it.
pub(super) fn service(sdk: &str) -> &str {
    match sdk {
        "eventbridge" => "events",
        "cloudwatchlogs" => "logs",
        other => other,
    }
}

/// What AWS finds wrong with a definition, its calls included.
pub(in crate::stepfunctions) fn faults(text: &str, is_express: bool) -> Vec<Diagnostic> {
    let faults = diagnose(text, is_express);
    let Some(definition) = faults.is_empty().then(|| serde_json::from_str::<Value>(text).ok()).flatten()
    else {
        return faults;
    };
    calls(&definition).iter().flat_map(of_call).collect()
}

fn of_call(call: &Call<'_>) -> Vec<Diagnostic> {
    let fault = |place: &str, message: String| {
        let location = Some(format!("{}/{place}", call.location));
        Diagnostic { code: Code::Schema, message, location }
    };
    if call.resource.is_function() || call.resource.service == "activity" {
        return Vec::new();
    }
    if !is_there(&call.resource) {
        return vec![fault("Resource", Resource::unknown(call.text))];
    }
    let Some((field, parameters)) = call.parameters else { return Vec::new() };
    let (sdk, operation) =
        (call.resource.service.strip_prefix("aws-sdk:"), casing::pascal(&call.resource.action));
    let service = match sdk {
        Some(sdk) => service(sdk),
        None => super::optimized::service(&call.resource.service).name,
    };
    if sdk.is_none() && !door::has_model(service, &operation) {
        return Vec::new();
    }
    let unknown = door::unknown(service, &operation, parameters, door::Stage::Definition);
    let mut faults: Vec<_> = unknown.into_iter().map(|name| fault(field, not_supported(name))).collect();
    if sdk.is_none() {
        let missing = door::missing(service, &operation, parameters).into_iter();
        faults.extend(
            missing.map(|name| fault(field, format!("The field \"{name}\" is required but was missing"))),
        );
    }
    faults
}

pub(super) fn not_supported(name: &str) -> String {
    format!("The field \"{name}\" is not supported by Step Functions")
}

/// Whether AWS has such an action, spelled so.
fn is_there(resource: &Resource) -> bool {
    let pattern = resource.pattern.as_deref();
    match resource.service.strip_prefix("aws-sdk:") {
        Some(service) => {
            let operation = casing::pascal(&resource.action);
            let is_spelled = resource.action.starts_with(|first: char| first.is_ascii_lowercase());
            let has = |(verb, rest): &(&str, &str)| operation.strip_prefix(verb) == Some(rest);
            is_spelled
                && pattern.is_none_or(|pattern| pattern == "waitForTaskToken")
                && ACTIONS.get(service).is_some_and(|actions| actions.iter().any(has))
        }
        None => OWN.iter().any(|(service, action, patterns)| {
            (*service, *action) == (resource.service.as_str(), resource.action.as_str())
                && pattern.is_none_or(|pattern| patterns.contains(&pattern))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_known(text: &str) -> bool {
        Resource::parse(&format!("arn:aws:states:::{text}")).is_some_and(|resource| is_there(&resource))
    }

    #[test]
    fn an_action_that_is_not_there_or_is_spelled_otherwise_is_not_known() {
        for text in [
            "aws-sdk:ecs:createTaskset",
            "aws-sdk:ecs:CreateTaskSet",
            "aws-sdk:ECS:createTaskSet",
            "aws-sdk:ecs:createTaskSet.sync",
            "aws-sdk:events:putEvents",
            "aws-sdk:stepfunctions:startExecution",
            "aws-sdk:elbv2:modifyRule",
            "aws-sdk:nosuchservice:get",
            "aws-sdk:s3:putObjects",
            "sns:Publish",
            "sns:publish.sync",
            "states:describeExecution",
            "dynamodb:query",
        ] {
            assert!(!is_known(text), "{text}");
        }
    }

    #[test]
    fn actions_of_services_that_are_not_here_are_known_too() {
        for text in [
            "aws-sdk:ecs:createTaskSet",
            "aws-sdk:eventbridge:putEvents",
            "aws-sdk:cloudwatchlogs:putLogEvents",
            "aws-sdk:sfn:startSyncExecution",
            "aws-sdk:s3:putObject",
            "aws-sdk:rds:describeDBInstances",
            "aws-sdk:lambda:invoke.waitForTaskToken",
            "emr-containers:startJobRun.sync",
            "states:startExecution.sync:2",
            "dynamodb:getItem",
        ] {
            assert!(is_known(text), "{text}");
        }
    }
}
