//! What EventBridge hears of repositories: the guide's page "monitoring-events".

use serde_json::json;

use crate::{signal::Entry, world::World};

/// A branch was made, moved or deleted.
pub(super) fn branch(
    world: &mut World,
    repository: &str,
    branch: &str,
    before: Option<&str>,
    after: Option<&str>,
) {
    let Some(record) = world.codecommit.repositories.get(repository) else { return };
    let event = match (before, after) {
        (None, _) => "referenceCreated",
        (_, None) => "referenceDeleted",
        _ => "referenceUpdated",
    };
    let detail = json!({
        "event": event,
        "repositoryName": repository,
        "repositoryId": record.id,
        "referenceType": "branch",
        "referenceName": branch,
        "referenceFullName": format!("refs/heads/{branch}"),
        "commitId": after.or(before),
        "oldCommitId": after.and(before),
        "callerUserArn": world.place.iam_arn("user/sandbox"),
    });
    let resources = vec![world.place.arn("codecommit", repository)];
    world.publish(Entry {
        source: "aws.codecommit",
        kind: "CodeCommit Repository State Change",
        resources,
        detail,
    });
}
