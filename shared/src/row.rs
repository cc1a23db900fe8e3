//! A service in one line: what the Services page shows of each.

use serde::{Deserialize, Serialize};

use crate::{
    commit::Commit,
    pipeline::{ReleaseStatus, StepStatus},
    snapshot::{Freshness, ServiceIdentity, Snapshot},
    taken_back::{TakenBack, taken_back},
    time::Timestamp,
};

/// One service as the list of services shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceRow {
    /// Which service it is.
    pub service: ServiceIdentity,
    /// How far its pipeline can be trusted.
    pub freshness: Freshness,
    /// The present release; none before the first push.
    pub release: Option<RowRelease>,
    /// Commit that production serves, where its task set names one.
    pub production_commit: Option<String>,
}

/// The present release as the list of services shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowRelease {
    /// The pipeline execution's id.
    pub id: String,
    /// How far it is.
    pub status: ReleaseStatus,
    /// The commit that it releases.
    pub commit: Option<Commit>,
    /// Title of the step it is at.
    pub step: Option<String>,
    /// How far that step is.
    pub step_status: Option<StepStatus>,
    /// When the open gate closes.
    pub closes_at: Option<Timestamp>,
    /// When the release started.
    pub started_at: Option<Timestamp>,
    /// How it was taken back, if it was: it waits to be ended, and for no decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

impl ServiceRow {
    /// What the list shows of a service.
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let release = snapshot.pipeline().and_then(|pipeline| {
            let release = pipeline.release.as_ref()?;
            let step = pipeline.present_step();
            let taken_back = taken_back(snapshot).filter(|_| !release.status.is_ended());
            let open = pipeline.open_gate().filter(|_| taken_back.is_none());
            Some(RowRelease {
                id: release.id.clone(),
                status: release.status.clone(),
                commit: release.commit.clone(),
                step: step.map(|step| step.title.clone()),
                step_status: step.map(|step| step.status.clone()),
                closes_at: open.and_then(|(_, gate)| gate.closes_at),
                started_at: release.started_at,
                taken_back,
            })
        });
        Self {
            service: snapshot.service.clone(),
            freshness: snapshot.pipeline.freshness.clone(),
            release,
            production_commit: snapshot.tasks().and_then(|tasks| tasks.primary()?.commit.clone()),
        }
    }

    /// Whether a person is asked to decide.
    pub fn waits_for_decision(&self) -> bool {
        self.release.as_ref().is_some_and(|release| {
            release.step_status == Some(StepStatus::Waiting) && release.taken_back.is_none()
        })
    }
}
