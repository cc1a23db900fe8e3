//! What one round read of a pipeline: everything that the rail is made of.

use std::collections::HashMap;

use viridian_shared::vote::Vote;

use crate::port::pipelines::{ActionRun, PipelineDefinition, PipelineExecution, StageState};

/// Everything that one round read of a pipeline.
#[derive(Debug, Default)]
pub(super) struct PipelineReading {
    pub(super) name: String,
    pub(super) definition: PipelineDefinition,
    pub(super) stages: Vec<StageState>,
    /// Newest first.
    pub(super) executions: Vec<PipelineExecution>,
    /// Of the present release.
    pub(super) runs: Vec<ActionRun>,
    /// Why state machines failed, by the ARN of the execution.
    pub(super) causes: HashMap<String, String>,
    pub(super) votes: Vec<Vote>,
}
