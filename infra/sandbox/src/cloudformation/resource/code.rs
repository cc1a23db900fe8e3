//! Repositories of commits, and the projects that build them.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Made, Site, camel, text, with};

pub(super) fn repository(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let mut input = json!({ "repositoryName": properties["RepositoryName"] });
    if let Some(description) = properties.get("RepositoryDescription") {
        input["repositoryDescription"] = description.clone();
    }
    let made = site.call("codecommit", "CreateRepository", input)?;
    let member = |member: &str| text(&made, &format!("/repositoryMetadata/{member}"));
    let name = member("repositoryName")?;
    let region = &site.world.place.region;
    let ssh = format!("ssh://git-codecommit.{region}.amazonaws.com/v1/repos/{name}");
    let attributes = [
        ("Arn", member("Arn")?),
        ("CloneUrlHttp", member("cloneUrlHttp")?),
        ("CloneUrlSsh", ssh),
        ("Name", name),
    ];
    Ok(Made::new(member("repositoryId")?, attributes))
}

pub(super) fn project(site: &mut Site<'_>, properties: &Value) -> Result<Made, AwsError> {
    let name = site.name(properties, "Name", 255);
    let mut input = with(camel(properties, &[]), "name", name.as_str());
    // The one property whose name is not the API's.
    if let Some(buildspec) = input["source"].as_object_mut().and_then(|source| source.remove("buildSpec")) {
        input["source"]["buildspec"] = buildspec;
    }
    let made = site.call("codebuild", "CreateProject", input)?;
    Ok(Made::new(name, [("Arn", text(&made, "/project/arn")?)]))
}
