//! Templates carried out: functions, conditions, order, what is opaque, what goes wrong.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Error, deploy, outputs, resources};
use crate::testing::{ask, ok, world};

fn none() -> BTreeMap<String, String> {
    BTreeMap::new()
}

/// Deploys a template without resources that matter; gives its one output.
fn value_of(output: &Value, rest: Value) -> Result<String, Error> {
    let (mut world, _folder) = world();
    let mut template = json!({
        "Resources": { "Vpc": { "Type": "AWS::EC2::VPC", "Properties": {} } },
        "Outputs": { "It": { "Value": output } },
    });
    for (name, section) in rest.as_object().into_iter().flatten() {
        template[name] = section.clone();
    }
    deploy(&mut world, "Stack", &template.to_string(), &none())?;
    Ok(outputs(&world, "Stack").unwrap().remove("It").unwrap())
}

#[test]
fn what_cannot_be_resolved_is_said_with_its_place() {
    for (output, words) in [
        (json!({"Ref": "Nobody"}), "The output It: it refers to Nobody"),
        (json!({"Fn::GetAtt": ["Nobody", "Arn"]}), "refers to Nobody"),
        (json!({"Fn::Sub": "${Nobody.Arn}"}), "refers to Nobody"),
        (json!({"Fn::ImportValue": "Other:Thing"}), "No export named Other:Thing found"),
        (json!({"Fn::Select": [3, ["a"]]}), "nonexistent value at index 3"),
        (json!({"Fn::FindInMap": ["A", "b", "c"]}), "no mapping A.b.c"),
        (json!({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}), "does not know the function Fn::Cidr"),
        (json!({"Fn::Join": ["-"]}), "Fn::Join needs two arguments"),
        (json!({"Fn::If": ["Nothing", "a", "b"]}), "there is no condition Nothing"),
    ] {
        let error = value_of(&output, json!({})).unwrap_err().to_string();
        assert!(error.contains(words), "{output}: {error}");
    }
}

#[test]
fn functions_come_to_what_aws_makes_of_them() {
    let rest = json!({ "Mappings": { "Ports": { "web": { "http": 80 } } } });
    for (output, expected) in [
        (json!("plain"), "plain"),
        (json!({"Ref": "AWS::Region"}), "ap-northeast-1"),
        (
            json!({"Fn::Join": ["-", ["a", {"Ref": "AWS::AccountId"}, {"Ref": "AWS::NoValue"}]]}),
            "a-123456789012",
        ),
        (
            json!({"Fn::Sub": "arn:${AWS::Partition}:${!Literal}:${AWS::StackName}"}),
            "arn:aws:${Literal}:Stack",
        ),
        (json!({"Fn::Sub": ["${A}/${A}", {"A": {"Fn::Join": ["", ["x", 1]]}}]}), "x1/x1"),
        (json!({"Fn::Select": ["1", {"Fn::Split": [":", "a:b:c"]}]}), "b"),
        (json!({"Fn::Select": [0, {"Fn::GetAZs": ""}]}), "ap-northeast-1a"),
        (json!({"Fn::FindInMap": ["Ports", "web", "http"]}), "80"),
        (json!({"Fn::Base64": "hi"}), "aGk="),
    ] {
        assert_eq!(value_of(&output, rest.clone()).unwrap(), expected, "{output}");
    }
}

#[test]
fn conditions_decide_what_is_made() {
    let conditions = |size: &str| {
        json!({
            "Parameters": { "Size": { "Type": "Number", "Default": size } },
            "Conditions": {
                "Small": { "Fn::Not": [{ "Condition": "Large" }] },
                "Large": { "Fn::Or": [{ "Fn::Equals": [{ "Ref": "Size" }, "8"] }, { "Fn::Equals": ["a", "b"] }] },
                "Never": { "Fn::And": [{ "Condition": "Small" }, { "Condition": "Large" }] },
            },
            "Resources": {
                "Vpc": { "Type": "AWS::EC2::VPC" },
                "Topic": { "Type": "AWS::SNS::Topic", "Condition": "Large" },
            },
        })
    };
    let chosen =
        json!({"Fn::If": ["Large", {"Ref": "Topic"}, {"Fn::If": ["Never", {"Ref": "Topic"}, "none"]}]});
    assert_eq!(value_of(&chosen, conditions("1")).unwrap(), "none");
    assert!(value_of(&chosen, conditions("8")).unwrap().starts_with("arn:aws:sns:"));
    let circle = json!({ "Conditions": { "A": { "Condition": "B" }, "B": { "Condition": "A" } } });
    assert!(value_of(&json!("x"), circle).unwrap_err().to_string().contains("circle"));
}

#[test]
fn parameters_are_those_of_the_template() {
    let (mut world, _folder) = world();
    let template = json!({
        "Parameters": { "Mode": { "Type": "String", "AllowedValues": ["on", "off"] } },
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
    });
    let mut refused = |given: &[(&str, &str)]| {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        deploy(&mut world, "S", &template.to_string(), &given).unwrap_err().to_string()
    };
    assert_eq!(refused(&[]), "Parameters: [Mode] must have values");
    assert!(refused(&[("Mode", "on"), ("Mood", "x")]).contains("[Mood] do not exist"));
    assert!(refused(&[("Mode", "half")]).contains("AllowedValues"));
}

#[test]
fn a_circle_of_resources_is_refused() {
    let (mut world, _folder) = world();
    let template = json!({ "Resources": {
        "A": { "Type": "AWS::SNS::Topic", "Properties": { "TopicName": { "Ref": "B" } } },
        "B": { "Type": "AWS::SNS::Topic", "DependsOn": ["A"] },
    }});
    let error = deploy(&mut world, "S", &template.to_string(), &none()).unwrap_err();
    assert!(error.to_string().contains("in a circle"), "{error}");
}

#[test]
fn what_a_service_refuses_names_the_resource() {
    let (mut world, _folder) = world();
    let template = json!({ "Resources": {
        "Web": { "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
            "LoadBalancerArn": "arn:none", "DefaultActions": [{ "Type": "forward", "TargetGroupArn": "arn:none" }],
        } },
    }});
    let error = deploy(&mut world, "S", &template.to_string(), &none()).unwrap_err().to_string();
    assert!(
        error.starts_with("Web (AWS::ElasticLoadBalancingV2::Listener) cannot be made: LoadBalancerNotFound"),
        "{error}"
    );
}

#[test]
fn resources_are_made_after_what_they_refer_to_and_stacks_import_from_each_other() {
    let (mut world, _folder) = world();
    let first = json!({
        "Resources": {
            "Service": {
                "Type": "AWS::ECS::Service",
                "Properties": { "Cluster": { "Ref": "Cluster" }, "DeploymentController": { "Type": "EXTERNAL" } },
            },
            "Cluster": { "Type": "AWS::ECS::Cluster", "Properties": { "Tags": [{ "Key": "a", "Value": "b" }] } },
        },
        "Outputs": { "Name": {
            "Value": { "Fn::GetAtt": ["Service", "Name"] }, "Description": "The service",
            "Export": { "Name": { "Fn::Sub": "${AWS::StackName}:Name" } },
        } },
    });
    deploy(&mut world, "First", &first.to_string(), &none()).unwrap();
    let order: Vec<_> = resources(&world, "First").into_iter().map(|resource| resource.logical).collect();
    assert_eq!(order, ["Cluster", "Service"]);
    let second = json!({
        "Resources": { "Vpc": { "Type": "AWS::EC2::VPC" } },
        "Outputs": { "Name": { "Value": { "Fn::ImportValue": "First:Name" } } },
    });
    deploy(&mut world, "Second", &second.to_string(), &none()).unwrap();
    let name = outputs(&world, "Second").unwrap()["Name"].clone();
    assert!(name.starts_with("First-Service-"), "{name}");
    let cluster = resources(&world, "First")[0].physical.clone();
    let described =
        ok(&mut world, "ecs", "DescribeServices", json!({"cluster": cluster, "services": [name]}));
    assert_eq!(described["services"][0]["deploymentController"]["type"], "EXTERNAL");
    assert!(matches!(deploy(&mut world, "First", &first.to_string(), &none()), Err(Error::Exists(_))));
}

#[test]
fn stacks_are_described_with_what_is_opaque() {
    let (mut world, _folder) = world();
    let missing = ask(&mut world, "cloudformation", "DescribeStacks", json!({"StackName": "S"})).unwrap_err();
    assert_eq!(missing.message, "Stack with id S does not exist");
    let template = json!({
        "Description": "Two things",
        "Resources": {
            "Topic": { "Type": "AWS::SNS::Topic" },
            "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": {} },
        },
        "Outputs": {
            "Topic": { "Value": { "Ref": "Topic" }, "Description": "It", "Export": { "Name": "S:Topic" } },
            "Group": { "Value": { "Fn::GetAtt": ["Group", "GroupId"] } },
        },
    });
    deploy(&mut world, "S", &template.to_string(), &none()).unwrap();
    let stack = &ok(&mut world, "cloudformation", "DescribeStacks", json!({"StackName": "S"}))["Stacks"][0];
    assert_eq!(stack["Description"], "Two things");
    assert_eq!(
        (&stack["Outputs"][0]["Description"], &stack["Outputs"][0]["ExportName"]),
        (&json!("It"), &json!("S:Topic"))
    );
    assert!(stack["Outputs"][1]["OutputValue"].as_str().unwrap().starts_with("sg-"));
    let listed = ok(&mut world, "cloudformation", "ListStackResources", json!({"StackName": "S"}));
    let listed = listed["StackResourceSummaries"].as_array().unwrap();
    assert!(listed[0].get("ResourceStatusReason").is_none());
    assert!(listed[1]["ResourceStatusReason"].as_str().unwrap().contains("opaque"));
    let one = json!({"StackName": "S", "LogicalResourceId": "Group"});
    let one = ok(&mut world, "cloudformation", "DescribeStackResources", one);
    assert_eq!(one["StackResources"][0]["PhysicalResourceId"], stack["Outputs"][1]["OutputValue"]);
    let exports = ok(&mut world, "cloudformation", "ListExports", json!({}));
    assert_eq!(exports["Exports"][0]["Name"], "S:Topic");
}

#[test]
fn a_definition_gets_its_substitutions() {
    let (mut world, _folder) = world();
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${who}","End":true}}}"#;
    let template = json!({ "Resources": { "Greet": {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::123456789012:role/x", "DefinitionString": definition,
            "DefinitionSubstitutions": { "who": { "Ref": "AWS::StackName" } },
        },
    }}});
    deploy(&mut world, "S", &template.to_string(), &none()).unwrap();
    let arn = resources(&world, "S")[0].reference.clone();
    let described = ok(&mut world, "sfn", "DescribeStateMachine", json!({"stateMachineArn": arn}));
    assert!(described["definition"].as_str().unwrap().contains(r#""Result":"S""#));
    assert!(described["name"].as_str().unwrap().starts_with("Greet-"));
}
