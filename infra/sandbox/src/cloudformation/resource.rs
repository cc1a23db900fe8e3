//! How each type of resource is made: the calls that CloudFormation makes for it, and what is then known of it.

mod balancer;
mod code;
mod container;
mod event;
mod notice;
mod opaque;
mod role;
mod scaling;
mod workflow;

use jiff::Timestamp;
use serde_json::{Map, Value};
use viridian_aws_wire::AwsError;

use super::name;
pub use crate::records::cloudformation::Resource;
use crate::{
    arn::Place,
    door,
    world::{Caller, World},
};
pub(super) use scaling::remove as remove_scaling;

impl Resource {
    /// What `Fn::GetAtt` gives.
    pub(crate) fn attribute(&self, place: &Place, name: &str) -> Option<String> {
        let known = self.attributes.get(name).cloned();
        known.or_else(|| {
            (!self.is_modelled).then(|| opaque::attribute(place, &self.kind, &self.physical, name))
        })
    }
}

/// What came of making a resource.
#[derive(Debug)]
pub(super) struct Made {
    physical: String,
    reference: Option<String>,
    attributes: Vec<(&'static str, String)>,
    is_modelled: bool,
}

impl Made {
    fn new<const N: usize>(physical: impl Into<String>, attributes: [(&'static str, String); N]) -> Self {
        Self { physical: physical.into(), reference: None, attributes: attributes.into(), is_modelled: true }
    }

    pub(super) fn into_resource(self, logical: &str, kind: &str, created: Timestamp) -> Resource {
        let attributes = self.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Resource {
            logical: logical.to_owned(),
            kind: kind.to_owned(),
            reference: self.reference.unwrap_or_else(|| self.physical.clone()),
            physical: self.physical,
            attributes,
            is_modelled: self.is_modelled,
            created,
        }
    }
}

/// Makes a resource of whatever type.
pub(super) fn make(site: &mut Site<'_>, kind: &str, properties: &Value) -> Result<Made, AwsError> {
    let make = match kind {
        "AWS::ApplicationAutoScaling::ScalableTarget" => scaling::target,
        "AWS::ApplicationAutoScaling::ScalingPolicy" => scaling::policy,
        "AWS::CodeBuild::Project" => code::project,
        "AWS::CodeCommit::Repository" => code::repository,
        "AWS::CodePipeline::Pipeline" => workflow::pipeline,
        "AWS::ECR::Repository" => container::repository,
        "AWS::ECS::Cluster" => container::cluster,
        // A service that ECS deploys by itself is none that the sandbox runs.
        "AWS::ECS::Service" if properties["DeploymentController"]["Type"] == "EXTERNAL" => container::service,
        "AWS::ECS::TaskDefinition" => container::task_definition,
        "AWS::ElasticLoadBalancingV2::Listener" => balancer::listener,
        "AWS::ElasticLoadBalancingV2::ListenerRule" => balancer::rule,
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => balancer::balancer,
        "AWS::ElasticLoadBalancingV2::TargetGroup" => balancer::target_group,
        "AWS::Events::Rule" => event::rule,
        "AWS::IAM::ManagedPolicy" => role::managed_policy,
        "AWS::IAM::Policy" => role::policy,
        "AWS::IAM::Role" => role::role,
        "AWS::SNS::Topic" => notice::topic,
        "AWS::SQS::Queue" => event::queue,
        "AWS::StepFunctions::StateMachine" => workflow::machine,
        _ => return Ok(opaque::make(site, kind, properties)),
    };
    make(site, properties)
}

/// Makes what is there already into what the template says, as far as its type can be changed here.
pub(super) fn change(site: &mut Site<'_>, known: &Resource, properties: &Value) -> Result<(), AwsError> {
    match known.kind.as_str() {
        "AWS::CodePipeline::Pipeline" => workflow::change_pipeline(site, known, properties),
        "AWS::ElasticLoadBalancingV2::Listener" => balancer::change_listener(site, known, properties),
        "AWS::IAM::Policy" => role::policy(site, properties).map(|_| ()),
        "AWS::ApplicationAutoScaling::ScalableTarget" => scaling::target(site, properties).map(|_| ()),
        "AWS::ApplicationAutoScaling::ScalingPolicy" => scaling::policy(site, properties).map(|_| ()),
        _ => Ok(()),
    }
}

/// Where a resource is made.
pub(super) struct Site<'a> {
    pub(super) world: &'a mut World,
    pub(super) caller: &'a Caller,
    pub(super) stack: &'a str,
    pub(super) logical: &'a str,
}

impl Site<'_> {
    fn call(&mut self, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        // Templates may write every value as a text.
        self.world.call(self.caller, service, operation, door::of_template(service, operation, input))
    }

    /// The name that the template gives in a property, or one that is made up.
    fn name(&mut self, properties: &Value, property: &str, limit: usize) -> String {
        let given = properties[property].as_str().map(str::to_owned);
        given.unwrap_or_else(|| name::generate(&mut self.world.ids, self.stack, self.logical, limit))
    }
}

/// Properties as services with camelCase on their wire read them. Below `maps` the keys are data.
fn camel(value: &Value, maps: &[&str]) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| {
                let member = if maps.contains(&key.as_str()) { member.clone() } else { camel(member, maps) };
                (lower_first(key), member)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| camel(item, maps)).collect(),
        scalar => scalar.clone(),
    }
}

fn lower_first(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// Only these of the properties.
fn pick(properties: &Value, names: &[&str]) -> Value {
    let picked = names.iter().filter_map(|name| Some(((*name).to_owned(), properties.get(*name)?.clone())));
    Value::Object(picked.collect())
}

/// A text in an answer; what CloudFormation waits for and does not get is an error.
fn text(answer: &Value, pointer: &str) -> Result<String, AwsError> {
    let missing = || AwsError::internal(format!("The answer has no {pointer}."));
    answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(missing)
}

/// The same with a member more.
fn with(mut input: Value, member: &str, value: impl Into<Value>) -> Value {
    input[member] = value.into();
    input
}
