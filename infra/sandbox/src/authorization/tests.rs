//! What policies say to calls: refusals first, then what is allowed, and how AWS words a no.

use serde_json::{Value, json};

use crate::{
    AwsError, World, iam,
    testing::{ask, ok, world},
    world::Caller,
};

/// A world with one role that has one statement, and the session of it.
fn role(statement: Value) -> (World, tempfile::TempDir, Caller) {
    let (mut world, folder) = world();
    iam::create_role(&mut world, "worker", None, json!({})).unwrap();
    let document = json!({ "Statement": statement });
    iam::put_policy(&mut world, "worker", "work", &document).unwrap();
    let caller = iam::session(&world, "worker", "me");
    (world, folder, caller)
}

fn refused(world: &mut World, caller: &Caller, service: &str, operation: &str, input: Value) -> AwsError {
    world.call(caller, service, operation, input).unwrap_err()
}

#[test]
fn each_service_says_no_in_its_own_words() {
    let (mut world, _folder, caller) =
        role(json!({ "Effect": "Allow", "Action": "ecs:List*", "Resource": "*" }));
    let described = json!({ "cluster": "demo", "services": ["web"] });
    let error = refused(&mut world, &caller, "ecs", "DescribeServices", described);
    assert_eq!((error.code.as_str(), error.status), ("AccessDeniedException", 400));
    assert_eq!(
        error.message,
        "User: arn:aws:sts::123456789012:assumed-role/worker/me is not authorized to perform: ecs:DescribeServices \
         on resource: arn:aws:ecs:ap-northeast-1:123456789012:service/demo/web because no identity-based policy \
         allows the ecs:DescribeServices action"
    );
    let error = refused(&mut world, &caller, "elasticloadbalancingv2", "DescribeRules", json!({}));
    assert_eq!((error.code.as_str(), error.status), ("AccessDenied", 403));
    assert!(error.message.contains("elasticloadbalancing:DescribeRules on resource: *"), "{error}");
    let topic = json!({ "TopicArn": "arn:aws:sns:r:1:gates", "Message": "x" });
    let error = refused(&mut world, &caller, "sns", "Publish", topic);
    assert_eq!((error.code.as_str(), error.status), ("AuthorizationError", 403));
    assert!(error.message.contains("SNS:Publish on resource: arn:aws:sns:r:1:gates"), "{error}");
}

#[test]
fn an_explicit_deny_is_said() {
    let (mut world, _folder, caller) = role(json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "codepipeline:ListPipelines", "Resource": "*" },
    ]));
    let error = refused(&mut world, &caller, "codepipeline", "ListPipelines", json!({}));
    assert!(
        error.message.ends_with("on resource: * with an explicit deny in an identity-based policy"),
        "{error}"
    );
}

#[test]
fn a_gate_is_answered_only_where_the_policy_names_it() {
    let (mut world, _folder, caller) = role(json!({
        "Effect": "Allow", "Action": "codepipeline:PutApprovalResult",
        "Resource": "arn:aws:codepipeline:ap-northeast-1:123456789012:web/Release/ApproveSwap",
    }));
    let mut answer = |action: &str| {
        let input = json!({
            "pipelineName": "web", "stageName": "Release", "actionName": action,
            "token": "00000000-0000-4000-8000-000000000000", "result": {"status": "Approved", "summary": ""},
        });
        refused(&mut world, &caller, "codepipeline", "PutApprovalResult", input).code
    };
    assert_eq!(answer("ApproveCleanUp"), "AccessDeniedException");
    // Allowed, and then there is no such pipeline.
    assert_eq!(answer("ApproveSwap"), "PipelineNotFoundException");
}

#[test]
fn who_registers_a_task_definition_must_be_allowed_to_pass_its_roles() {
    let definition = json!({
        "family": "web", "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "containerDefinitions": [{ "name": "web", "image": "x" }],
    });
    let register = json!({ "Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": "*" });
    let (mut world, _folder, caller) = role(register.clone());
    let error = refused(&mut world, &caller, "ecs", "RegisterTaskDefinition", definition.clone());
    assert!(
        error.message.contains("iam:PassRole on resource: arn:aws:iam::123456789012:role/execution"),
        "{error}"
    );

    let pass = json!({
        "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/execution",
        "Condition": { "StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
    let (mut world, _folder, caller) = role(json!([register, pass]));
    world.call(&caller, "ecs", "RegisterTaskDefinition", definition).unwrap();
}

#[test]
fn what_is_made_with_tags_must_be_allowed_to_be_tagged() {
    let create =
        json!({ "Effect": "Allow", "Action": "elasticloadbalancing:CreateTargetGroup", "Resource": "*" });
    let input = json!({
        "Name": "tg-1", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip",
        "Tags": [{ "Key": "a", "Value": "b" }],
    });
    let (mut world, _folder, caller) = role(create);
    let error = refused(&mut world, &caller, "elasticloadbalancingv2", "CreateTargetGroup", input.clone());
    assert!(error.message.contains("elasticloadbalancing:AddTags"), "{error}");
    let untagged =
        json!({ "Name": "tg-1", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip" });
    world.call(&caller, "elasticloadbalancingv2", "CreateTargetGroup", untagged).unwrap();
}

#[test]
fn who_suspends_scaling_must_be_allowed_to_size_the_service() {
    let register = json!({
        "Effect": "Allow", "Action": "application-autoscaling:RegisterScalableTarget", "Resource": "*",
        "Condition": { "StringEquals": {
            "application-autoscaling:service-namespace": "ecs",
            "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        } },
    });
    let input = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/demo/web", "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 1, "MaxCapacity": 2,
    });
    let (mut world, _folder, caller) = role(register);
    let error =
        refused(&mut world, &caller, "applicationautoscaling", "RegisterScalableTarget", input.clone());
    assert!(error.message.contains("ecs:DescribeServices on resource: arn:aws:ecs:"), "{error}");
    let mut other = input;
    other["ScalableDimension"] = json!("ec2:spot-fleet-request:TargetCapacity");
    let error = refused(&mut world, &caller, "applicationautoscaling", "RegisterScalableTarget", other);
    assert!(error.message.contains("application-autoscaling:RegisterScalableTarget on resource"), "{error}");
}

#[test]
fn every_element_of_a_list_is_judged() {
    let (mut world, _folder, caller) = role(json!({
        "Effect": "Allow", "Action": "ecs:DescribeServices",
        "Resource": "arn:aws:ecs:ap-northeast-1:123456789012:service/demo/web",
    }));
    ok(&mut world, "ecs", "CreateCluster", json!({ "clusterName": "demo" }));
    let both = json!({ "cluster": "demo", "services": ["web", "other"] });
    let error = refused(&mut world, &caller, "ecs", "DescribeServices", both);
    assert!(error.message.contains("service/demo/other"), "{error}");
    let by_arn = json!({
        "cluster": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/demo",
        "services": ["arn:aws:ecs:ap-northeast-1:123456789012:service/demo/web"],
    });
    world.call(&caller, "ecs", "DescribeServices", by_arn).unwrap();
}

#[test]
fn users_and_services_are_not_judged_and_a_role_that_is_gone_is_nobody() {
    let (mut world, _folder, _) = role(json!({ "Effect": "Deny", "Action": "*", "Resource": "*" }));
    ask(&mut world, "ecs", "ListClusters", json!({})).unwrap();
    let nobody = iam::session(&world, "gone", "me");
    let error = refused(&mut world, &nobody, "ecs", "ListClusters", json!({}));
    assert_eq!((error.code.as_str(), error.status), ("UnrecognizedClientException", 403));
    let service = Caller { arn: "ecs.application-autoscaling.amazonaws.com".to_owned() };
    world.call(&service, "ecs", "ListClusters", json!({})).unwrap();
}

#[test]
fn what_was_asked_is_remembered_with_what_was_refused() {
    let (mut world, _folder, caller) =
        role(json!({ "Effect": "Allow", "Action": "ecs:List*", "Resource": "*" }));
    world.call(&caller, "ecs", "ListClusters", json!({})).unwrap();
    refused(&mut world, &caller, "ecs", "DescribeTaskDefinition", json!({ "taskDefinition": "x" }));
    let asked: Vec<&str> = world.usage.requests().map(|request| request.need.action.as_str()).collect();
    assert_eq!(asked, ["ecs:DescribeTaskDefinition", "ecs:ListClusters"]);
    let refused: Vec<&str> = world.usage.refused().map(|request| request.need.action.as_str()).collect();
    assert_eq!(refused, ["ecs:DescribeTaskDefinition"]);
}

#[test]
fn the_table_knows_every_operation_of_the_catalogue() {
    for service in crate::catalogue::SERVICES {
        for operation in service.operations {
            assert!(super::is_known(service.name, operation.name), "{}:{}", service.name, operation.name);
        }
    }
}

#[test]
fn a_role_is_only_handed_to_a_service_that_it_trusts() {
    let (mut world, _folder) = world();
    let trust = json!({ "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "states.amazonaws.com" },
    }]});
    iam::create_role(&mut world, "machine", None, trust).unwrap();
    iam::create_role(&mut world, "other", None, json!({})).unwrap();
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#;
    let mut create = |role: &str| {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        ask(
            &mut world,
            "sfn",
            "CreateStateMachine",
            json!({"name": "m", "definition": definition, "roleArn": role}),
        )
    };
    for nobody in ["other", "gone"] {
        let error = create(nobody).unwrap_err();
        assert_eq!(error.code, "AccessDeniedException");
        assert!(
            error.message.contains("states.amazonaws.com, nor the regional one is authorized"),
            "{error}"
        );
    }
    create("machine").unwrap();
    let error = ask(
        &mut world,
        "codebuild",
        "CreateProject",
        json!({
            "name": "app", "serviceRole": "arn:aws:iam::123456789012:role/machine",
            "source": {"type": "CODEPIPELINE"}, "artifacts": {"type": "CODEPIPELINE"},
            "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        }),
    );
    assert!(error.unwrap_err().message.starts_with("CodeBuild is not authorized to perform: sts:AssumeRole"));
}
