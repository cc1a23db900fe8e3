//! The world stands as the synthesised templates describe it, and says of what it keeps only the name.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is not there")]

#[path = "template/variant.rs"]
mod variant;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use viridian_fixture::Stack;
use viridian_sandbox::{
    Sandbox,
    blueprint::{self, BootOptions},
    clock::Clock,
    wire,
};

const STATE: &str = include_str!("../../cdk/template/ViridianState.json");
const SERVICE: &str = include_str!("../../cdk/template/Viridian.json");

/// What a stack says that it consists of.
fn resources(booted: &Stack, stack: &str) -> Vec<Value> {
    let listed = booted.ask("cloudformation", "ListStackResources", json!({ "StackName": stack }));
    listed["StackResourceSummaries"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The types of a template's resources, by logical id, without those whose condition does not hold.
fn types(template: &str) -> BTreeMap<String, String> {
    let template: Value = serde_json::from_str(template).unwrap();
    let resources = template["Resources"].as_object().unwrap().clone().into_iter();
    // The console's own service runs once an image is named, and nobody tests from outside; scaling is switched on.
    let wanted = resources.filter(|(_, resource)| {
        let condition = resource["Condition"].as_str().unwrap_or_default();
        condition != "ConsoleExists" && !condition.starts_with("Testers")
    });
    wanted.map(|(id, resource)| (id, text(&resource["Type"]).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_resource_of_the_templates_is_there_and_the_opaque_ones_are_listed() {
    let booted = Stack::empty().await;
    let mut opaque = BTreeSet::new();
    for (stack, template) in [("ViridianState", STATE), ("Viridian", SERVICE)] {
        let resources = resources(&booted, stack);
        let pair =
            |one: &Value| (text(&one["LogicalResourceId"]).to_owned(), text(&one["ResourceType"]).to_owned());
        assert_eq!(resources.iter().map(pair).collect::<BTreeMap<_, _>>(), types(template), "{stack}");
        let unmodelled = resources.iter().filter(|one| one.get("ResourceStatusReason").is_some());
        opaque.extend(unmodelled.map(|one| text(&one["ResourceType"]).to_owned()));
    }
    // Nothing of what a release goes through is among them.
    for kind in ["CodeBuild", "CodeCommit", "CodePipeline", "ECR", "ElasticLoadBalancingV2", "StepFunctions"]
    {
        assert!(!opaque.iter().any(|one| one.starts_with(&format!("AWS::{kind}::"))), "{opaque:?}");
    }
    assert!(opaque.contains("AWS::EC2::VPC") && opaque.contains("AWS::RDS::DBCluster"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_output_has_a_value_and_outputs_json_repeats_them() {
    let booted = Stack::empty().await;
    let stacks = booted.ask("cloudformation", "DescribeStacks", json!({ "StackName": "Viridian" }));
    let shown = stacks["Stacks"][0]["Outputs"].as_array().unwrap();
    let values: BTreeMap<&str, &str> =
        shown.iter().map(|output| (text(&output["OutputKey"]), text(&output["OutputValue"]))).collect();
    let template: Value = serde_json::from_str(SERVICE).unwrap();
    assert_eq!(
        values.keys().copied().collect::<BTreeSet<_>>(),
        template["Outputs"].as_object().unwrap().keys().map(String::as_str).collect()
    );
    let outputs = serde_json::to_value(&booted.outputs).unwrap();
    for (key, value) in &values {
        if let Some(repeated) = outputs.get(*key).filter(|repeated| repeated.is_string()) {
            assert_eq!(repeated, value, "{key}");
        }
    }
    assert!(values["AlbProdUrl"].starts_with("http://127.0.0.1:"));
    assert_eq!(booted.outputs.state_machine_arns.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pipeline_and_the_machines_are_those_of_the_template() {
    let booted = Stack::empty().await;
    let template: Value = serde_json::from_str(SERVICE).unwrap();
    let declared = &template["Resources"]["Pipeline"]["Properties"];
    let shown = booted.ask("codepipeline", "GetPipeline", json!({ "name": booted.outputs.pipeline_name }));
    let names = |stages: &Value, stage: &str, actions: &str, name: &str| -> Vec<(String, Vec<String>)> {
        let each = |value: &Value| value.as_array().unwrap().clone();
        let of = |one: &Value| {
            let actions = each(&one[actions]).iter().map(|action| text(&action[name]).to_owned()).collect();
            (text(&one[name]).to_owned(), actions)
        };
        each(&stages[stage]).iter().map(of).collect()
    };
    assert_eq!(
        names(&shown["pipeline"], "stages", "actions", "name"),
        names(declared, "Stages", "Actions", "Name")
    );
    assert_eq!(shown["pipeline"]["pipelineType"], declared["PipelineType"]);
    for (name, id) in [
        ("deploy-green", "DeployGreen"),
        ("swap", "Swap"),
        ("clean-up", "CleanUp"),
        ("roll-back", "RollBack"),
    ] {
        let arn = &booted.outputs.state_machine_arns[name];
        let machine = booted.ask("sfn", "DescribeStateMachine", json!({ "stateMachineArn": arn }));
        let declared = &template["Resources"][id]["Properties"]["DefinitionString"];
        assert_eq!(&machine["definition"], declared, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_boots_in_a_folder_that_is_named_from_here() {
    // Cargo runs tests in the crate's folder.
    let folder = tempfile::Builder::new().prefix("boot-").tempdir_in(".").unwrap();
    let here = std::env::current_dir().unwrap();
    let relative = folder.path().strip_prefix(&here).unwrap_or(folder.path()).to_owned();
    assert!(relative.is_relative());
    let clock = Clock::new(jiff::Timestamp::now(), 1.0);
    let (sandbox, _) = Sandbox::open(&relative, 7, clock).unwrap();
    wire::serve(&sandbox, TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap();
    let options = BootOptions { speed: 1.0, first_release: false };
    blueprint::boot(&sandbox, options).await.unwrap();
}
