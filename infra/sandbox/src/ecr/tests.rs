//! ECR's rules about tags and digests.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::clock::Clock;

fn world() -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut clock = Clock::new("2026-11-02T09:00:00Z".parse::<Timestamp>().unwrap(), 1.0);
    clock.pause();
    (World::new(folder.path().to_owned(), 1, clock), folder)
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    let caller = Caller { arn: "arn:aws:iam::123456789012:user/developer-1".to_owned() };
    world.call(&caller, "ecr", operation, input)
}

fn built(world: &World, text: &str) -> store::Stored {
    let staged = world.folder.join("staged");
    std::fs::create_dir_all(&staged).unwrap();
    std::fs::write(staged.join("index.html"), text).unwrap();
    store::add(&world.folder, &staged, json!({ "os": "linux" })).unwrap()
}

#[test]
fn an_image_that_is_not_there_cannot_be_pulled() {
    let (world, _folder) = world();
    let reference = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/demo:1";
    let error = image(&world, reference).unwrap_err();
    assert!(error.starts_with("CannotPullContainerError") && error.contains(reference), "{error}");
    assert!(image(&world, "docker.io/library/nginx").is_err());
}

#[test]
fn an_immutable_tag_is_not_moved_and_an_image_is_found_by_tag_and_by_digest() {
    let (mut world, _folder) = world();
    let missing = ask(&mut world, "DescribeImages", json!({"repositoryName": "demo"})).unwrap_err();
    assert_eq!(missing.code, "RepositoryNotFoundException");
    let new = json!({"repositoryName": "demo", "imageTagMutability": "IMMUTABLE"});
    ask(&mut world, "CreateRepository", new).unwrap();
    let (one, two) = (built(&world, "one"), built(&world, "two"));
    let put = |image: &store::Stored| json!({"repositoryName": "demo", "imageManifest": image.manifest, "imageTag": "1"});
    ask(&mut world, "PutImage", put(&one)).unwrap();
    assert_eq!(ask(&mut world, "PutImage", put(&two)).unwrap_err().code, "ImageTagAlreadyExistsException");
    assert_eq!(ask(&mut world, "PutImage", put(&one)).unwrap_err().code, "ImageAlreadyExistsException");
    let foreign = json!({"repositoryName": "demo", "imageManifest": "{}", "imageTag": "2"});
    assert_eq!(ask(&mut world, "PutImage", foreign).unwrap_err().code, "LayersNotFoundException");

    let uri = format!("{}/demo", host(&world));
    let by_tag = image(&world, &format!("{uri}:1")).unwrap();
    assert_eq!(by_tag.digest, one.digest);
    assert_eq!(std::fs::read_to_string(by_tag.folder.join("index.html")).unwrap(), "one");
    assert_eq!(image(&world, &format!("{uri}@{}", one.digest)).unwrap().digest, one.digest);
    assert!(image(&world, &format!("{uri}@{}", two.digest)).is_err());

    let by_id = json!({"repositoryName": "demo", "imageIds": [{"imageTag": "1"}]});
    let described = ask(&mut world, "DescribeImages", by_id.clone()).unwrap();
    assert_eq!(described["imageDetails"][0]["imageDigest"], one.digest);
    ask(&mut world, "BatchDeleteImage", by_id.clone()).unwrap();
    assert_eq!(ask(&mut world, "DescribeImages", by_id).unwrap_err().code, "ImageNotFoundException");
}

#[test]
fn the_same_files_are_the_same_image() {
    let (world, _folder) = world();
    assert_eq!(built(&world, "one").digest, built(&world, "one").digest);
    assert_ne!(built(&world, "one").digest, built(&world, "two").digest);
}
