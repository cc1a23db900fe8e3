//! What a voter has on screen, which the vote carries.

use viridian_shared::{
    evidence::{Evidence, evidence},
    pipeline::GateKind,
    window::present,
};

use crate::{model::Model, prelude::*};

/// What a voter has in front of them; kept while the dialog is open, so that a vote never lands on another gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub kind: GateKind,
    pub release: String,
    pub stage: String,
    pub action: String,
    pub request: String,
    /// The comparison run of this release that the panel showed.
    pub run: Option<String>,
    /// Everything else that the decision rests on.
    pub evidence: Evidence,
}

pub fn seen(model: Model) -> Option<Seen> {
    model.pipeline.with(|it| {
        let pipeline = it.value.as_ref()?;
        let window = present(pipeline)?;
        Some(Seen {
            kind: window.gate.kind,
            release: pipeline.release.as_ref()?.id.clone(),
            stage: window.step.stage.clone(),
            action: window.step.action.clone(),
            request: window.gate.request.clone().unwrap_or_default(),
            run: model.comparison.with(|it| Some(it.value.as_ref()?.newest.as_ref()?.id.clone())),
            evidence: model.snapshot.with(|it| it.as_ref().map(evidence)).unwrap_or_default(),
        })
    })
}
