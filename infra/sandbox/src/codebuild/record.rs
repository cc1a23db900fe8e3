//! What is remembered of a project and of a build, and how AWS shows it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::log;
pub(super) use crate::records::codebuild::{Phase, Record, Result, Status};
use crate::world::World;

impl Record {
    /// Whether its commands have still to be run to their end.
    pub(super) fn is_running(&self) -> bool {
        self.status == Status::InProgress && self.result.is_none()
    }

    pub(super) fn is_of_pipeline(&self) -> bool {
        self.source.initiator.starts_with("codepipeline/")
    }

    fn show(&self, world: &World) -> Value {
        let settings = world.codebuild.projects.get(&self.project).map(|project| &project.settings);
        let setting = |member: &str| settings.map_or(Value::Null, |settings| settings[member].clone());
        let current = match self.ended {
            Some(_) => "COMPLETED",
            None => self.phases.last().map_or("SUBMITTED", |phase| phase.name.as_str()),
        };
        let exported = self.result.iter().flat_map(|result| &result.exported);
        let exported: Vec<Value> =
            exported.map(|(name, value)| json!({ "name": name, "value": value })).collect();
        json!({
            "id": self.id,
            "arn": world.place.arn("codebuild", &format!("build/{}", self.id)),
            "buildNumber": self.number,
            "startTime": seconds(self.started),
            "endTime": self.ended.map(seconds),
            "currentPhase": current,
            "buildStatus": self.status,
            "sourceVersion": non_empty(&self.source.version),
            "resolvedSourceVersion": non_empty(&self.source.version),
            "projectName": self.project,
            "phases": self.phases(),
            "source": setting("source"),
            "artifacts": { "location": super::folder(world, &self.id).join("artifact") },
            "environment": setting("environment"),
            "serviceRole": setting("serviceRole"),
            "logs": log::location(world, self),
            "timeoutInMinutes": super::project::timeout_minutes(settings),
            "queuedTimeoutInMinutes": 480,
            "buildComplete": self.ended.is_some(),
            "initiator": non_empty(&self.source.initiator),
            "encryptionKey": format!("arn:aws:kms:{}:{}:alias/aws/s3", world.place.region, world.place.account),
            "exportedEnvironmentVariables": exported,
        })
    }

    fn phases(&self) -> Vec<Value> {
        let mut phases: Vec<Value> = self.phases.iter().map(Phase::show).collect();
        if let Some(ended) = self.ended {
            phases.push(json!({ "phaseType": "COMPLETED", "startTime": seconds(ended) }));
        }
        phases
    }
}

impl Phase {
    fn show(&self) -> Value {
        let mut phase = json!({ "phaseType": self.name, "startTime": seconds(self.started) });
        if let Some((at, status)) = self.ended {
            phase["phaseStatus"] = json!(status);
            phase["endTime"] = json!(seconds(at));
            phase["durationInSeconds"] = json!(at.duration_since(self.started).as_secs().max(0));
        }
        if let Some((code, message)) = &self.failure {
            phase["contexts"] = json!([{ "statusCode": code, "message": message }]);
        }
        phase
    }
}

/// A build as `BatchGetBuilds` shows it.
pub(super) fn show(world: &World, record: &Record) -> Value {
    without_nulls(record.show(world))
}

/// AWS leaves out what it does not know.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit a double exactly")]
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

fn non_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
