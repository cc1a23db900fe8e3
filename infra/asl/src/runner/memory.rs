//! Executions kept in memory.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::{
    execution::{Branch, Execution, Run},
    history::HistoryEvent,
    host::Store,
};

/// What there is of one execution.
#[derive(Debug)]
struct Kept {
    execution: Execution,
    run: Run,
    branches: BTreeMap<u32, Branch>,
    items: HashMap<u32, Vec<Value>>,
    history: Vec<HistoryEvent>,
}

/// Executions by their ARNs.
#[derive(Debug, Default)]
pub(super) struct Memory {
    kept: HashMap<String, Kept>,
}

impl Memory {
    pub(super) fn history(&self, arn: &str) -> &[HistoryEvent] {
        self.kept.get(arn).map_or(&[], |kept| &kept.history)
    }
}

impl Store for Memory {
    fn execution(&self, arn: &str) -> Option<&Execution> {
        self.kept.get(arn).map(|kept| &kept.execution)
    }

    fn execution_mut(&mut self, arn: &str) -> Option<&mut Execution> {
        self.kept.get_mut(arn).map(|kept| &mut kept.execution)
    }

    fn insert_execution(&mut self, execution: Execution, run: Run) {
        let arn = execution.arn.clone();
        let (branches, items, history) = (BTreeMap::new(), HashMap::new(), Vec::new());
        self.kept.insert(arn, Kept { execution, run, branches, items, history });
    }

    fn run(&self, arn: &str) -> Option<&Run> {
        self.kept.get(arn).map(|kept| &kept.run)
    }

    fn run_mut(&mut self, arn: &str) -> Option<&mut Run> {
        self.kept.get_mut(arn).map(|kept| &mut kept.run)
    }

    fn branch(&self, arn: &str, branch: u32) -> Option<&Branch> {
        self.kept.get(arn)?.branches.get(&branch)
    }

    fn branch_mut(&mut self, arn: &str, branch: u32) -> Option<&mut Branch> {
        self.kept.get_mut(arn)?.branches.get_mut(&branch)
    }

    fn insert_branch(&mut self, arn: &str, branch: u32, record: Branch) {
        if let Some(kept) = self.kept.get_mut(arn) {
            kept.branches.insert(branch, record);
        }
    }

    fn remove_branch(&mut self, arn: &str, branch: u32) -> Option<Branch> {
        self.kept.get_mut(arn)?.branches.remove(&branch)
    }

    fn branches(&self, arn: &str) -> Vec<(u32, &Branch)> {
        let branches = self.kept.get(arn).into_iter().flat_map(|kept| &kept.branches);
        branches.map(|(number, branch)| (*number, branch)).collect()
    }

    fn items(&self, arn: &str, branch: u32) -> Option<&[Value]> {
        self.kept.get(arn)?.items.get(&branch).map(Vec::as_slice)
    }

    fn set_items(&mut self, arn: &str, branch: u32, items: Vec<Value>) {
        if let Some(kept) = self.kept.get_mut(arn) {
            kept.items.insert(branch, items);
        }
    }

    fn remove_items(&mut self, arn: &str, branch: u32) {
        if let Some(kept) = self.kept.get_mut(arn) {
            kept.items.remove(&branch);
        }
    }

    fn append(&mut self, arn: &str, entry: HistoryEvent) {
        if let Some(kept) = self.kept.get_mut(arn) {
            kept.history.push(entry);
        }
    }
}
