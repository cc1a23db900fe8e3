//! What passes the door and what does not, in AWS's words.

use serde_json::{Value, json};

use super::{admit, model, of_task, of_template, typed};
use crate::catalogue;

fn refused(service: &str, operation: &str, input: Value) -> (String, String) {
    let error = admit(service, operation, input).unwrap_err();
    (error.code, error.message)
}

#[test]
fn every_operation_has_a_model_whose_patterns_can_be_read() {
    for service in catalogue::SERVICES {
        let model = model::of(service.name).unwrap();
        for operation in service.operations {
            assert!(model.input(operation.name).is_some(), "{}:{}", service.name, operation.name);
        }
        assert_eq!(model.operations().count(), service.operations.len(), "{}", service.name);
        for shape in model.shapes() {
            assert!(shape.compiles(), "{}: {shape:?}", service.name);
        }
    }
}

#[test]
fn a_member_of_another_type_is_refused_wherever_it_stands() {
    for (service, operation, input, message) in [
        (
            "ecs",
            "UpdateService",
            json!({"service": "web", "desiredCount": "2"}),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ecs",
            "UpdateService",
            json!({"service": "web", "desiredCount": true}),
            "TRUE_VALUE can not be converted to an Integer",
        ),
        (
            "ecs",
            "UpdateService",
            json!({"service": "web", "desiredCount": 1.5}),
            "NUMBER_VALUE can not be converted to an Integer",
        ),
        (
            "ecs",
            "UpdateService",
            json!({"service": "web", "desiredCount": 3e9}),
            "NUMBER_VALUE can not be converted to an Integer",
        ),
        ("ecs", "CreateCluster", json!({"clusterName": 1}), "NUMBER_VALUE can not be converted to a String"),
        ("ecs", "CreateCluster", json!({"tags": "x"}), "Expected list or null"),
        ("ecs", "CreateCluster", json!({"tags": ["x"]}), "Expected null"),
        ("ecs", "CreateCluster", json!({"tags": [{"key": ["x"]}]}), "Start of list found where not expected"),
        (
            "ecs",
            "CreateCluster",
            json!({"configuration": {"executeCommandConfiguration": {"logging": {}}}}),
            "Start of structure or map found where not expected.",
        ),
        (
            "codepipeline",
            "GetPipeline",
            json!({"name": "a", "version": false}),
            "FALSE_VALUE can not be converted to an Integer",
        ),
        (
            "codecommit",
            "PutFile",
            json!({"repositoryName": "a", "fileContent": "no base64"}),
            "STRING_VALUE can not be converted to a Blob",
        ),
        (
            "sqs",
            "CreateQueue",
            json!({"QueueName": "a", "Attributes": {"DelaySeconds": 1}}),
            "NUMBER_VALUE can not be converted to a String",
        ),
    ] {
        let found = refused(service, operation, input);
        assert_eq!(found, ("SerializationException".to_owned(), message.to_owned()), "{service}:{operation}");
    }
    let found = refused("iam", "GetRole", json!({"RoleName": ["x"]}));
    assert_eq!(found.0, "MalformedInput");
}

#[test]
fn a_broken_constraint_is_told_in_the_words_of_its_service() {
    let long = "a".repeat(65);
    for (service, operation, input, code, message) in [
        (
            "iam", "GetRole", json!({"RoleName": long}), "ValidationError",
            format!("1 validation error detected: Value '{long}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"),
        ),
        (
            "codepipeline", "GetPipeline", json!({"name": "a b", "version": 0}), "ValidationException",
            "2 validation errors detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+; Value '0' at 'version' failed to satisfy constraint: Member must have value greater than or equal to 1".to_owned(),
        ),
        (
            "applicationautoscaling", "DescribeScalableTargets", json!({"ServiceNamespace": "EC3"}), "ValidationException",
            "1 validation error detected: Value 'EC3' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: [ecs, elasticmapreduce, ec2, appstream, dynamodb, rds, sagemaker, custom-resource, comprehend, lambda, cassandra, kafka, elasticache, neptune, workspaces]".to_owned(),
        ),
        (
            "codepipeline", "GetPipelineState", json!({}), "ValidationException",
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            "ecs", "CreateService", json!({"serviceName": "a", "launchType": "fargate"}), "InvalidParameterException",
            "1 validation error detected: Value 'fargate' at 'launchType' failed to satisfy constraint: Member must satisfy enum value set: [EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES]".to_owned(),
        ),
        (
            "ecr", "CreateRepository", json!({"repositoryName": "Not-Lower"}), "InvalidParameterException",
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*''".to_owned(),
        ),
        (
            "sqs", "DeleteQueue", json!({}), "MissingParameter",
            "The request must contain the parameter QueueUrl.".to_owned(),
        ),
    ] {
        assert_eq!(refused(service, operation, input), (code.to_owned(), message), "{service}:{operation}");
    }
    let (code, _) = refused("codecommit", "GetRepository", json!({}));
    assert_eq!(code, "RepositoryNameRequiredException");
    let (code, _) = refused("codecommit", "GetRepository", json!({"repositoryName": "a b"}));
    assert_eq!(code, "InvalidRepositoryNameException");
}

#[test]
fn members_of_lists_and_maps_are_held_too() {
    let (_, message) = refused(
        "codepipeline",
        "TagResource",
        json!({"resourceArn": "arn:aws:codepipeline:eu-west-1:123456789012:a", "tags": [{"key": "", "value": "x"}]}),
    );
    assert_eq!(
        message,
        "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"
    );
    let (_, message) = refused(
        "codepipeline",
        "UntagResource",
        json!({"resourceArn": "arn:aws:codepipeline:eu-west-1:123456789012:a", "tagKeys": ["x", ""]}),
    );
    assert_eq!(
        message,
        "1 validation error detected: Value '[x, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
    );
    let (_, message) = refused("ecs", "DescribeServices", json!({"services": ["a", null]}));
    assert_eq!(
        message,
        "1 validation error detected: Value null at 'services.2.member' failed to satisfy constraint: Member must not be null"
    );
    let (_, message) =
        refused("ecs", "TagResource", json!({"resourceArn": "a", "tags": [{"key": "a".repeat(129)}]}));
    assert!(message.contains("at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128"), "{message}");
}

#[test]
fn what_the_model_does_not_know_and_what_is_null_is_as_if_it_were_not_there() {
    let input = json!({
        "clusterName": "a", "settings": null, "serviceConnectDefaults": {"namespace": "b", "of": 1}, "New": {"x": []},
    });
    let admitted = admit("ecs", "CreateCluster", input).unwrap();
    assert_eq!(admitted, json!({"clusterName": "a", "serviceConnectDefaults": {"namespace": "b"}}));
    let unknown = json!({"a": 1});
    assert_eq!(admit("ecs", "NoSuchOperation", unknown.clone()).unwrap(), unknown);
}

#[test]
fn texts_of_a_form_become_what_the_model_wants_and_nothing_else_does() {
    let service = "elasticloadbalancingv2";
    let form = json!({"Name": "a", "Port": "80", "Matcher": {"HttpCode": "200"}, "HealthCheckEnabled": "TRUE", "Tags": ""});
    let input = typed(service, "CreateTargetGroup", form);
    assert_eq!(
        input,
        json!({"Name": "a", "Port": 80, "Matcher": {"HttpCode": "200"}, "HealthCheckEnabled": true, "Tags": []})
    );
    for wrong in ["eighty", "80.5", "", "8 0", "0x50"] {
        let input = typed(service, "CreateTargetGroup", json!({"Name": "a", "Port": wrong}));
        assert_eq!(refused(service, "CreateTargetGroup", input).0, "MalformedInput", "{wrong}");
    }
    let input = typed(service, "CreateTargetGroup", json!({"Name": "a", "Port": "70000"}));
    assert_eq!(refused(service, "CreateTargetGroup", input).0, "ValidationError");
}

#[test]
fn names_of_templates_and_tasks_find_the_members_that_they_mean() {
    let tags = json!({"repositoryName": "app", "tags": [{"key": "a", "value": "b"}], "imageScanningConfiguration": {"ScanOnPush": "true"}});
    let input = of_template("ecr", "CreateRepository", tags.clone());
    let wanted = json!({"repositoryName": "app", "tags": [{"Key": "a", "Value": "b"}], "imageScanningConfiguration": {"scanOnPush": true}});
    assert_eq!(admit("ecr", "CreateRepository", input).unwrap(), wanted);
    // A task writes types as the service has them.
    assert_eq!(
        refused("ecr", "CreateRepository", of_task("ecr", "CreateRepository", tags)).0,
        "SerializationException"
    );
    let task =
        of_task("ecs", "TagResource", json!({"ResourceArn": "a", "Tags": [{"Key": "a", "Value": "b"}]}));
    assert_eq!(task, json!({"resourceArn": "a", "tags": [{"key": "a", "value": "b"}]}));
    let target = json!({"ServiceNamespace": "ecs", "Tags": [{"Key": "a", "Value": "b"}]});
    let target = of_template("applicationautoscaling", "RegisterScalableTarget", target);
    assert_eq!(target["Tags"], json!({"a": "b"}));
    let rule = of_template("events", "PutRule", json!({"Name": "a", "EventPattern": {"source": ["x"]}}));
    assert_eq!(rule["EventPattern"], r#"{"source":["x"]}"#);
    let form = typed("ecr", "CreateRepository", json!({"RepositoryName": "app"}));
    assert!(admit("ecr", "CreateRepository", form).is_err(), "a form has the names of the model");
}
