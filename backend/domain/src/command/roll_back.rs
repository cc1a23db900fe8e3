//! What abandoning green and swapping back share: the machine that leads back, and its smallest input.

use viridian_shared::journal::{Deed, Entry};

use super::{
    Found, Warrant,
    start_execution::{self, started},
};
use crate::{Service, port::PortError};

#[derive(Debug, Clone)]
pub struct RollBack {
    pub(super) machine: String,
    pub(super) input: String,
}

impl RollBack {
    pub(super) fn of(service: &Service) -> Self {
        Self { machine: service.roll_back_machine(), input: service.smallest_input() }
    }

    /// The same, and at the end the transition into this stage is opened.
    pub(super) fn reopening(service: &Service, stage: &str) -> Self {
        Self { input: service.reopening_input(stage), ..Self::of(service) }
    }
}

pub(super) async fn start(
    service: &Service,
    warrant: &Warrant,
    back: &RollBack,
) -> Result<String, PortError> {
    start_execution::start(service, warrant, &back.machine, &back.input).await
}

pub(super) async fn found(
    service: &Service,
    intent: &Entry,
    deed: impl FnOnce(String) -> Deed + Send,
) -> Result<Found, PortError> {
    let started = started(service, &service.roll_back_machine(), intent).await?;
    Ok(started.map_or_else(Found::nothing, |detail| Found::done(deed(detail.execution.arn))))
}
