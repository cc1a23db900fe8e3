//! ECR: repositories of images, whose file systems are folders on disk.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;
use viridian_aws_wire::AwsError;

pub use crate::records::ecr::Ecr;
use crate::records::ecr::Pushed;
use crate::records::ecr::Repository;
use crate::world::{Caller, World};

mod images;
mod repositories;
pub(crate) mod store;
#[cfg(test)]
mod tests;

impl Ecr {
    /// The digest that a tag which begins so names.
    pub(crate) fn digest_of_tag(&self, beginning: &str) -> Option<String> {
        let tagged = |key: &str| key.split_once(':').is_some_and(|(_, tag)| tag.starts_with(beginning));
        self.tags.iter().find(|(key, _)| tagged(key)).map(|(_, digest)| digest.clone())
    }
}

pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match operation {
        "BatchDeleteImage" => images::delete(world, &input),
        "BatchGetImage" => images::get(world, &input),
        "DescribeImages" => images::describe(world, &input),
        "ListImages" => images::list(world, &input),
        "PutImage" => images::put(world, &input),
        "CreateRepository" => repositories::create(world, &input),
        "DeleteLifecyclePolicy" => repositories::delete_lifecycle(world, &input),
        "DeleteRepository" => repositories::delete(world, &input),
        "DescribeRepositories" => repositories::describe(world, &input),
        "GetAuthorizationToken" => Ok(repositories::authorize(world)),
        "GetLifecyclePolicy" => repositories::lifecycle(world, &input),
        "PutLifecyclePolicy" => repositories::put_lifecycle(world, &input),
        _ => Err(AwsError::not_implemented("ecr", operation)),
    }
}

/// An image as a task runs it.
#[derive(Debug, Clone)]
pub struct Image {
    /// `sha256:…` of its manifest.
    pub digest: String,
    /// Its root file system, unpacked.
    pub folder: PathBuf,
}

/// The variables that an image sets for its containers.
pub(crate) fn variables(world: &World, digest: &str) -> Vec<(String, String)> {
    store::read(&world.folder, digest).map(|stored| store::variables(&stored.config)).unwrap_or_default()
}

/// The image that `REGISTRY/REPOSITORY:TAG` or `REGISTRY/REPOSITORY@DIGEST` names now, or why there is none.
pub(crate) fn image(world: &World, reference: &str) -> Result<Image, String> {
    let missing = || {
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
             {reference}: {reference}: not found"
        )
    };
    let name = reference.strip_prefix(&format!("{}/", host(world))).ok_or_else(missing)?;
    let (repository, digest) = if let Some((name, digest)) = name.split_once('@') {
        // A tag in front of a digest is only for people.
        (name.split_once(':').map_or(name, |(name, _)| name), digest)
    } else {
        let (repository, tag) = name.split_once(':').unwrap_or((name, "latest"));
        let digest = world.ecr.tags.get(&format!("{repository}:{tag}"));
        (repository, digest.ok_or_else(missing)?.as_str())
    };
    if !world.ecr.images.contains(&format!("{repository}@{digest}")) {
        return Err(missing());
    }
    let folder = store::root(&world.folder, digest).filter(|folder| folder.is_dir()).ok_or_else(missing)?;
    Ok(Image { digest: digest.to_owned(), folder })
}

/// The host name of the account's registry.
pub(crate) fn host(world: &World) -> String {
    format!("{}.dkr.ecr.{}.amazonaws.com", world.place.account, world.place.region)
}

/// The repository that an input names, if it exists.
fn find<'a>(world: &'a World, input: &Value) -> Result<&'a Repository, AwsError> {
    let name = input["repositoryName"]
        .as_str()
        .ok_or_else(|| AwsError::new("InvalidParameterException", "repositoryName is required."))?;
    world.ecr.repositories.get(name).ok_or_else(|| {
        let account = &world.place.account;
        AwsError::new(
            "RepositoryNotFoundException",
            format!("The repository with name '{name}' does not exist in the registry with id '{account}'"),
        )
    })
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit a double exactly")]
fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
