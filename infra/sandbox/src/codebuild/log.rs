//! The logs of builds, as `CloudWatch` Logs gives them out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use viridian_aws_wire::AwsError;

use super::{folder, log_stream, record::Record};
use crate::world::{Caller, World};

/// The most events of one page, as in AWS.
const PAGE: usize = 10_000;

/// The log group of a project: the one that it names, or the one that AWS makes for it.
pub(super) fn group(world: &World, project: &str) -> String {
    let settings = world.codebuild.projects.get(project).map(|project| &project.settings);
    let named = settings.and_then(|settings| settings["logsConfig"]["cloudWatchLogs"]["groupName"].as_str());
    named.map_or_else(|| format!("/aws/codebuild/{project}"), str::to_owned)
}

/// Where the log of a build lies.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("log")
}

pub(super) fn stream_arn(world: &World, record: &Record) -> String {
    let group = group(world, &record.project);
    let resource = format!("log-group:{group}:log-stream:{}", log_stream(&record.id));
    world.place.arn("logs", &resource)
}

pub(super) fn location(world: &World, record: &Record) -> Value {
    let (group, stream) = (group(world, &record.project), log_stream(&record.id));
    json!({
        "groupName": group,
        "streamName": stream,
        "deepLink": format!(
            "https://console.aws.amazon.com/cloudwatch/home?region={}#logsV2:log-groups/log-group/{}/log-events/{stream}",
            world.place.region,
            group.replace('/', "$252F"),
        ),
        "cloudWatchLogsArn": stream_arn(world, record),
        "cloudWatchLogs": { "status": "ENABLED" },
    })
}

/// `CloudWatch` Logs, as far as the logs of builds need it.
pub(crate) fn call(
    world: &mut World,
    _caller: &Caller,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match operation {
        "GetLogEvents" => events(world, &input),
        _ => Err(AwsError::not_implemented("logs", operation)),
    }
}

fn events(world: &World, input: &Value) -> Result<Value, AwsError> {
    let group =
        input["logGroupName"].as_str().or_else(|| input["logGroupIdentifier"].as_str()).unwrap_or_default();
    let stream = input["logStreamName"].as_str().unwrap_or_default();
    let project = world.codebuild.projects.keys().find(|project| self::group(world, project) == group);
    let project = project.unwrap_or_default();
    let record = world.codebuild.builds.get(&format!("{project}:{stream}")).ok_or_else(|| {
        AwsError::new("ResourceNotFoundException", "The specified log stream does not exist.")
    })?;
    let bytes = fs::read(path(&folder(world, &record.id))).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    // Tokens are line numbers: `f/120` goes on forward from line 120.
    let from =
        input["nextToken"].as_str().and_then(|token| token.strip_prefix("f/")?.parse().ok()).unwrap_or(0);
    let limit =
        input["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE).min(PAGE);
    let mut at = record.started.as_millisecond();
    let mut events = Vec::new();
    for (number, line) in text.lines().enumerate() {
        at = time(line).unwrap_or(at);
        if number >= from && events.len() < limit {
            events.push(json!({ "timestamp": at, "message": line, "ingestionTime": at }));
        }
    }
    let next = from + events.len();
    Ok(json!({
        "events": events,
        "nextForwardToken": format!("f/{next}"),
        "nextBackwardToken": format!("b/{from}"),
    }))
}

/// The moment at the head of a line of the build's own, `[Container] 2026/11/02 09:00:00.123456 …`.
fn time(line: &str) -> Option<i64> {
    let text = line.strip_prefix("[Container] ")?.get(..26)?;
    let time = jiff::civil::DateTime::strptime("%Y/%m/%d %H:%M:%S%.f", text).ok()?;
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|time| time.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_build_tells_its_time_and_other_lines_do_not() {
        assert_eq!(time("Step 1/3"), None);
        let line = "[Container] 2026/11/02 09:00:00.250000 Entering phase BUILD";
        assert_eq!(time(line), Some(1_793_610_000_250));
    }
}
