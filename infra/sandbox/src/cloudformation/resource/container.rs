//! Images, clusters, the service that is released, and task definitions.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Site, camel, text, with};

pub(super) fn repository(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    // A repository's name has no capitals.
    let name = site.name(properties, "RepositoryName", 255).to_lowercase();
    let mut input = camel(properties, &[]);
    let policy = input.as_object_mut().and_then(|members| members.remove("lifecyclePolicy"));
    let made = site.call("ecr", "CreateRepository", with(input, "repositoryName", name.as_str()))?;
    if let Some(text) = policy.as_ref().and_then(|policy| policy["lifecyclePolicyText"].as_str()) {
        let input = json!({ "repositoryName": name, "lifecyclePolicyText": text });
        site.call("ecr", "PutLifecyclePolicy", input)?;
    }
    let member = |member: &str| text(&made, &format!("/repository/{member}"));
    Ok(Made::new(name, [("Arn", member("repositoryArn")?), ("RepositoryUri", member("repositoryUri")?)]))
}

pub(super) fn cluster(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "ClusterName", 255);
    let mut input = json!({ "clusterName": name, "tags": camel(&properties["Tags"], &[]) });
    if let Some(settings) = properties.get("ClusterSettings") {
        input["settings"] = camel(settings, &[]);
    }
    let made = site.call("ecs", "CreateCluster", input)?;
    Ok(Made::new(name, [("Arn", text(&made, "/cluster/clusterArn")?)]))
}

pub(super) fn service(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "ServiceName", 255);
    let input = with(camel(properties, &[]), "serviceName", name.as_str());
    let made = site.call("ecs", "CreateService", input)?;
    let arn = text(&made, "/service/serviceArn")?;
    Ok(Made::new(arn.clone(), [("ServiceArn", arn), ("Name", name)]))
}

pub(super) fn task_definition(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let family = site.name(properties, "Family", 255);
    let input = with(camel(properties, &["DockerLabels", "Options"]), "family", family);
    let made = site.call("ecs", "RegisterTaskDefinition", input)?;
    let arn = text(&made, "/taskDefinition/taskDefinitionArn")?;
    Ok(Made::new(arn.clone(), [("TaskDefinitionArn", arn)]))
}
