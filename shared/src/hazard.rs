//! The known hazards of a blue/green set-up with task sets, found in what was read of it. Each is a pure
//! function from a part of the set-up to a sentence; a part that was not read has no hazards.

mod layout;
mod machines;
mod running;
#[cfg(test)]
mod tests;

use crate::{machine::MachineKind, notice::Notice, pipeline::Pipeline, tasks::Tasks, traffic::Traffic};

/// What was read of a set-up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setup<'a> {
    /// The pipeline with its steps.
    pub pipeline: Option<&'a Pipeline>,
    /// AWS's word: `V1`, `V2`.
    pub pipeline_type: Option<&'a str>,
    /// AWS's word: `SUPERSEDED`, `QUEUED`, `PARALLEL`.
    pub execution_mode: Option<&'a str>,
    /// What runs.
    pub tasks: Option<&'a Tasks>,
    /// Who sees what.
    pub traffic: Option<&'a Traffic>,
    /// Definitions in Amazon States Language, by what the machine does.
    pub machines: &'a [(MachineKind, String)],
}

/// Every hazard, the gravest first.
pub fn hazards(setup: &Setup<'_>) -> Vec<Notice> {
    let mut found = Vec::new();
    found.extend(running::found(setup));
    found.extend(layout::found(setup));
    found.extend(machines::found(setup));
    found
}
