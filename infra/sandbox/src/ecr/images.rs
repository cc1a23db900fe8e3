//! Images in a repository: pushed, tagged, described, deleted.

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Pushed, Repository, find, seconds, store};
use crate::world::World;

pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?.clone();
    let manifest = input["imageManifest"]
        .as_str()
        .ok_or_else(|| AwsError::new("InvalidParameterException", "imageManifest is required."))?;
    let digest = store::digest(manifest.as_bytes());
    if input["imageDigest"].as_str().is_some_and(|said| said != digest) {
        return Err(AwsError::new(
            "ImageDigestDoesNotMatchException",
            "The digest is not the one of the manifest.",
        ));
    }
    if store::read(&world.folder, &digest).is_none() {
        return Err(AwsError::new(
            "LayersNotFoundException",
            "Layers of this manifest do not exist: the sandbox takes images that its own builds made.",
        ));
    }
    let name = &repository.name;
    let key = format!("{name}@{digest}");
    let tag = input["imageTag"].as_str();
    if let Some(tag) = tag {
        check_tag(world, &repository, tag, &digest)?;
        world.ecr.tags.insert(format!("{name}:{tag}"), digest.clone());
    } else if world.ecr.images.contains(&key) {
        return Err(already(&repository, &digest));
    }
    if !world.ecr.images.contains(&key) {
        let image = Pushed { digest: digest.clone(), size: store::size(manifest), at: world.now() };
        world.ecr.images.insert(key, image);
    }
    Ok(json!({ "image": {
        "registryId": world.place.account,
        "repositoryName": name,
        "imageId": image_id(&digest, tag),
        "imageManifest": manifest,
        "imageManifestMediaType": store::MANIFEST,
    }}))
}

fn check_tag(world: &World, repository: &Repository, tag: &str, digest: &str) -> Result<(), AwsError> {
    let name = &repository.name;
    match world.ecr.tags.get(&format!("{name}:{tag}")) {
        Some(there) if there == digest => Err(already(repository, digest)),
        Some(_) if repository.immutable => Err(AwsError::new(
            "ImageTagAlreadyExistsException",
            format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because \
                 the tag is immutable."
            ),
        )),
        _ => Ok(()),
    }
}

fn already(repository: &Repository, digest: &str) -> AwsError {
    AwsError::new(
        "ImageAlreadyExistsException",
        format!(
            "Image with digest '{digest}' already exists in the repository with name '{}'",
            repository.name
        ),
    )
}

pub(super) fn describe(world: &World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?;
    let details: Vec<Value> = match input["imageIds"].as_array() {
        Some(ids) => ids
            .iter()
            .map(|id| resolve(world, repository, id).map(|image| detail(world, repository, image)))
            .collect::<Result<_, _>>()?,
        None => images(world, repository).map(|image| detail(world, repository, image)).collect(),
    };
    Ok(json!({ "imageDetails": details }))
}

fn detail(world: &World, repository: &Repository, image: &Pushed) -> Value {
    let mut detail = json!({
        "registryId": world.place.account,
        "repositoryName": repository.name,
        "imageDigest": image.digest,
        "imageSizeInBytes": image.size,
        "imagePushedAt": seconds(image.at),
        "imageManifestMediaType": store::MANIFEST,
        "artifactMediaType": store::CONFIG,
    });
    let tags = tags(world, repository, &image.digest);
    if !tags.is_empty() {
        detail["imageTags"] = json!(tags);
    }
    detail
}

pub(super) fn get(world: &World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in input["imageIds"].as_array().into_iter().flatten() {
        let image = resolve(world, repository, id).ok();
        match image.and_then(|image| store::read(&world.folder, &image.digest)) {
            Some(stored) => images.push(json!({
                "registryId": world.place.account,
                "repositoryName": repository.name,
                "imageId": image_id(&stored.digest, id["imageTag"].as_str()),
                "imageManifest": stored.manifest,
                "imageManifestMediaType": store::MANIFEST,
            })),
            None => failures.push(not_found(id)),
        }
    }
    Ok(json!({ "images": images, "failures": failures }))
}

pub(super) fn list(world: &World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?;
    let mut ids = Vec::new();
    for image in images(world, repository) {
        let tags = tags(world, repository, &image.digest);
        if tags.is_empty() {
            ids.push(image_id(&image.digest, None));
        }
        ids.extend(tags.iter().map(|tag| image_id(&image.digest, Some(tag))));
    }
    Ok(json!({ "imageIds": ids }))
}

/// Takes images out of a repository. Their files stay: a running task may be using them.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?.clone();
    let name = &repository.name;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in input["imageIds"].as_array().into_iter().flatten() {
        let Ok(image) = resolve(world, &repository, id).cloned() else {
            failures.push(not_found(id));
            continue;
        };
        let named = match id["imageTag"].as_str() {
            Some(tag) => vec![tag.to_owned()],
            None => tags(world, &repository, &image.digest),
        };
        for tag in &named {
            world.ecr.tags.remove(&format!("{name}:{tag}"));
            gone.push(image_id(&image.digest, Some(tag)));
        }
        if tags(world, &repository, &image.digest).is_empty() {
            world.ecr.images.remove(&format!("{name}@{}", image.digest));
        }
    }
    Ok(json!({ "imageIds": gone, "failures": failures }))
}

fn images<'a>(world: &'a World, repository: &Repository) -> impl DoubleEndedIterator<Item = &'a Pushed> {
    // `A` follows `@`, so this is every key of the repository.
    let (from, to) = (format!("{}@", repository.name), format!("{}A", repository.name));
    world.ecr.images.range(&from, &to).map(|(_, image)| image).collect::<Vec<_>>().into_iter()
}

fn tags(world: &World, repository: &Repository, digest: &str) -> Vec<String> {
    // `;` follows `:`.
    let (from, to) = (format!("{}:", repository.name), format!("{};", repository.name));
    let range = world.ecr.tags.range(&from, &to);
    range.filter(|(_, there)| *there == digest).map(|(key, _)| key[from.len()..].to_owned()).collect()
}

fn resolve<'a>(world: &'a World, repository: &Repository, id: &Value) -> Result<&'a Pushed, AwsError> {
    let name = &repository.name;
    let tagged = id["imageTag"].as_str().map(|tag| world.ecr.tags.get(&format!("{name}:{tag}")).cloned());
    let named = id["imageDigest"].as_str().map(str::to_owned);
    let digest = match (tagged, named) {
        (Some(tagged), Some(named)) => tagged.filter(|tagged| *tagged == named),
        (Some(tagged), None) => tagged,
        (None, named) => named,
    };
    digest.and_then(|digest| world.ecr.images.get(&format!("{name}@{digest}"))).ok_or_else(|| {
        let part = |member: &str| id[member].as_str().unwrap_or("null").to_owned();
        AwsError::new(
            "ImageNotFoundException",
            format!(
                "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository \
                 with name '{name}' in the registry with id '{}'",
                part("imageDigest"),
                part("imageTag"),
                world.place.account
            ),
        )
    })
}

fn image_id(digest: &str, tag: Option<&str>) -> Value {
    match tag {
        Some(tag) => json!({ "imageDigest": digest, "imageTag": tag }),
        None => json!({ "imageDigest": digest }),
    }
}

fn not_found(id: &Value) -> Value {
    json!({ "imageId": id, "failureCode": "ImageNotFound", "failureReason": "Requested image not found" })
}
