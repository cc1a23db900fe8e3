//! Repositories, their lifecycle policies, and the token that opens them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{Repository, find, host, seconds};
use crate::world::World;

pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = input["repositoryName"].as_str().unwrap_or_default();
    if !valid_name(name) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression \
             '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
        ));
    }
    if world.ecr.repositories.contains(name) {
        let account = &world.place.account;
        return Err(AwsError::new(
            "RepositoryAlreadyExistsException",
            format!("The repository with name '{name}' already exists in the registry with id '{account}'"),
        ));
    }
    let repository = Repository {
        name: name.to_owned(),
        immutable: input["imageTagMutability"] == "IMMUTABLE",
        scan_on_push: input["imageScanningConfiguration"]["scanOnPush"].as_bool().unwrap_or(false),
        created: world.now(),
        lifecycle: None,
    };
    let answer = json!({ "repository": show(world, &repository) });
    world.ecr.repositories.insert(name, repository);
    Ok(answer)
}

pub(super) fn describe(world: &World, input: &Value) -> Result<Value, AwsError> {
    let repositories: Vec<Value> = match input["repositoryNames"].as_array() {
        Some(names) => names
            .iter()
            .map(|name| find(world, &json!({ "repositoryName": name })).map(|found| show(world, found)))
            .collect::<Result<_, _>>()?,
        None => world.ecr.repositories.values().map(|repository| show(world, repository)).collect(),
    };
    Ok(json!({ "repositories": repositories }))
}

pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?.clone();
    let name = &repository.name;
    let own = |key: &&str| key.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['@', ':']));
    let images: Vec<String> = world.ecr.images.keys().filter(own).map(str::to_owned).collect();
    if !images.is_empty() && input["force"] != true {
        return Err(AwsError::new(
            "RepositoryNotEmptyException",
            format!("The repository with name '{name}' cannot be deleted because it still contains images"),
        ));
    }
    let tags: Vec<String> = world.ecr.tags.keys().filter(own).map(str::to_owned).collect();
    for key in images {
        world.ecr.images.remove(&key);
    }
    for key in tags {
        world.ecr.tags.remove(&key);
    }
    world.ecr.repositories.remove(name);
    Ok(json!({ "repository": show(world, &repository) }))
}

pub(super) fn put_lifecycle(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let name = find(world, input)?.name.clone();
    let policy = input["lifecyclePolicyText"].as_str().unwrap_or_default();
    if !serde_json::from_str::<Value>(policy).is_ok_and(|policy| policy["rules"].is_array()) {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation \
             failure'",
        ));
    }
    if let Some(repository) = world.ecr.repositories.get_mut(&name) {
        repository.lifecycle = Some(policy.to_owned());
    }
    lifecycle(world, input)
}

pub(super) fn lifecycle(world: &World, input: &Value) -> Result<Value, AwsError> {
    let repository = find(world, input)?;
    let (name, account) = (&repository.name, &world.place.account);
    match &repository.lifecycle {
        Some(policy) => {
            Ok(json!({ "registryId": account, "repositoryName": name, "lifecyclePolicyText": policy }))
        }
        None => Err(AwsError::new(
            "LifecyclePolicyNotFoundException",
            format!(
                "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id \
                 '{account}'"
            ),
        )),
    }
}

pub(super) fn delete_lifecycle(world: &mut World, input: &Value) -> Result<Value, AwsError> {
    let answer = lifecycle(world, input)?;
    let name = find(world, input)?.name.clone();
    if let Some(repository) = world.ecr.repositories.get_mut(&name) {
        repository.lifecycle = None;
    }
    Ok(answer)
}

/// A token that opens nothing: the sandbox's registry is only reached from inside of its builds.
pub(super) fn authorize(world: &World) -> Value {
    let until = world.now().checked_add(SignedDuration::from_hours(12)).unwrap_or(jiff::Timestamp::MAX);
    json!({ "authorizationData": [{
        "authorizationToken": STANDARD.encode("AWS:sandbox"),
        "expiresAt": seconds(until),
        "proxyEndpoint": format!("https://{}", host(world)),
    }]})
}

fn show(world: &World, repository: &Repository) -> Value {
    json!({
        "repositoryArn": world.place.arn("ecr", &format!("repository/{}", repository.name)),
        "registryId": world.place.account,
        "repositoryName": repository.name,
        "repositoryUri": format!("{}/{}", host(world), repository.name),
        "createdAt": seconds(repository.created),
        "imageTagMutability": if repository.immutable { "IMMUTABLE" } else { "MUTABLE" },
        "imageScanningConfiguration": { "scanOnPush": repository.scan_on_push },
        "encryptionConfiguration": { "encryptionType": "AES256" },
    })
}

fn valid_name(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (2..=256).contains(&name.len())
        && name.split('/').all(|part| {
            part.bytes().all(|byte| word(byte) || b"._-".contains(&byte))
                && part.bytes().next().is_some_and(word)
                && part.bytes().next_back().is_some_and(word)
        })
}
