//! How the release stands, as several of its panels ask.

use viridian_shared::{pipeline::Step, taken_back::TakenBack};

use crate::{model::Model, prelude::*};

/// Whether green was abandoned or production swapped back.
pub fn taken_back(model: Model) -> Option<TakenBack> {
    model.snapshot.with(|it| it.as_ref().and_then(viridian_shared::taken_back::taken_back))
}

/// The step that did not do what it was for.
pub fn failed(model: Model) -> Option<Step> {
    model
        .pipeline
        .with(|it| it.value.as_ref()?.steps.iter().find(|step| step.status.is_unsuccessful()).cloned())
}
