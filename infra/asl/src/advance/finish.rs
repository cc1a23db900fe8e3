//! The end of a line of states: of the execution, or of a branch in another.

use serde_json::Value;

use crate::{execution::Doing, turn::Turn};

impl Turn<'_> {
    pub(crate) fn finish(&mut self, id: u32, output: Value, text: String) -> Vec<u32> {
        let Some(branch) = self.branch_mut(id) else { return Vec::new() };
        branch.doing = Doing::Ended { output };
        let (parent, variables) = (branch.parent, std::mem::take(&mut branch.variables));
        // What a branch assigned is gone with it.
        self.forget_variables(&variables);
        if let Some(parent) = parent {
            return self.child_finished(parent, id);
        }
        self.succeed(text);
        Vec::new()
    }
}
