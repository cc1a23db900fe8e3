//! One turn of an execution: the world, the execution and its definition, and the ways to change them.

use std::{
    cell::{LazyCell, RefCell},
    sync::Arc,
    time::Instant,
};

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::{
    definition::{Block, Definition, State},
    execution::{Branch, Doing, Execution, Run, Status},
    failure::Failure,
    history::{HistoryEvent, Note},
    host::{Due, Host, Wake},
    limit::{ALL_PATIENCE, Limits, PATIENCE},
    scope::{Context, Scope},
};

/// A running execution in hand. Nothing of it is held outside the tables, so that whatever a task calls may
/// look at it or stop it.
pub(crate) struct Turn<'w> {
    pub(crate) host: &'w mut dyn Host,
    pub(crate) arn: String,
    pub(crate) plan: Arc<Definition>,
    /// When, in real time, this turn began, and until when the state at hand may think.
    began: Instant,
    deadline: Instant,
}

impl<'w> Turn<'w> {
    /// Takes an execution in hand, if it is running.
    pub(crate) fn open(host: &'w mut dyn Host, arn: &str) -> Option<Self> {
        host.execution(arn).filter(|execution| execution.status == Status::Running)?;
        let plan = host.definition(arn)?;
        let began = Instant::now();
        Some(Self { host, arn: arn.to_owned(), plan, began, deadline: began + PATIENCE })
    }

    /// Begins with another state, which has time of its own.
    pub(crate) fn begin_state(&mut self) {
        self.deadline = (Instant::now() + PATIENCE).min(self.began + ALL_PATIENCE);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.execution().is_some_and(|execution| execution.status == Status::Running)
    }

    pub(crate) fn execution(&self) -> Option<&Execution> {
        self.host.execution(&self.arn)
    }

    pub(crate) fn run_mut(&mut self) -> Option<&mut Run> {
        self.host.run_mut(&self.arn)
    }

    pub(crate) fn branch(&self, id: u32) -> Option<&Branch> {
        self.host.branch(&self.arn, id)
    }

    pub(crate) fn branch_mut(&mut self, id: u32) -> Option<&mut Branch> {
        self.host.branch_mut(&self.arn, id)
    }

    pub(crate) fn remove_branch(&mut self, id: u32) -> Option<Branch> {
        self.host.remove_items(&self.arn, id);
        let branch = self.host.remove_branch(&self.arn, id)?;
        self.forget_variables(&branch.variables);
        Some(branch)
    }

    /// The branches and iterations that run inside a branch, with their numbers, in their order.
    pub(crate) fn children(&self, parent: u32) -> Vec<(u32, &Branch)> {
        let mut children = self.host.branches(&self.arn);
        children.retain(|(_, branch)| branch.parent == Some(parent));
        children.sort_by_key(|(_, branch)| branch.index);
        children
    }

    /// The block of states that a branch runs.
    pub(crate) fn block(&self, id: u32) -> Option<&Block> {
        let mut steps = Vec::new();
        let mut at = self.branch(id)?;
        while let Some(parent) = at.parent {
            let above = self.branch(parent)?;
            steps.push((above.state.as_str(), at.index));
            at = above;
        }
        steps.into_iter().rev().try_fold(&self.plan.block, |block, (state, index)| block.inner(state, index))
    }

    /// Does something with the state that a branch is in.
    pub(crate) fn with_state<R>(&mut self, id: u32, act: impl FnOnce(&mut Self, &State) -> R) -> Option<R> {
        // The plan is shared, so that the state outlives the changes made to the world.
        let plan = Arc::clone(&self.plan);
        let path = self.path(id)?;
        let name = self.branch(id)?.state.clone();
        let block = path.iter().try_fold(&plan.block, |block, (state, index)| block.inner(state, *index))?;
        let state = block.states.get(&name)?;
        Some(act(self, state))
    }

    fn path(&self, id: u32) -> Option<Vec<(String, usize)>> {
        let mut steps = Vec::new();
        let mut at = self.branch(id)?;
        while let Some(parent) = at.parent {
            let above = self.branch(parent)?;
            steps.push((above.state.clone(), at.index));
            at = above;
        }
        steps.reverse();
        Some(steps)
    }

    /// Writes an event and gives its id.
    pub(crate) fn note(&mut self, previous: u64, note: Note) -> u64 {
        let at = self.host.now();
        let Some(run) = self.run_mut() else { return 0 };
        run.last_event += 1;
        let id = run.last_event;
        let size = note.details.as_ref().map_or(0, |(_, details)| weight(details));
        run.size += size;
        let entry = HistoryEvent { at, id, previous, kind: note.kind, details: note.details };
        self.host.append(&self.arn, entry);
        id
    }

    /// Writes an event that follows the last one of a branch.
    pub(crate) fn note_in(&mut self, branch: u32, note: Note) -> u64 {
        let previous = self.branch(branch).map_or(0, |branch| branch.last);
        let id = self.note(previous, note);
        if let Some(branch) = self.branch_mut(branch) {
            branch.last = id;
        }
        id
    }

    /// Lets something fall due for a branch. The timer is taken back when the branch leaves its state.
    pub(crate) fn after(&mut self, branch: u32, delay: SignedDuration, due: Due) {
        let wake = Wake::Due { execution: self.arn.clone(), branch, due };
        let timer = self.host.schedule(delay, wake);
        if let Some(branch) = self.branch_mut(branch) {
            branch.timers.push(timer);
        }
    }

    /// Takes back every timer of a branch.
    pub(crate) fn cancel_timers(&mut self, branch: u32) {
        let timers =
            self.branch_mut(branch).map(|branch| std::mem::take(&mut branch.timers)).unwrap_or_default();
        for timer in timers {
            self.host.cancel(timer);
        }
    }

    /// The variables that a branch sees: its own first, then those of the branches around it.
    fn variables(&self, id: u32) -> Vec<&Map<String, Value>> {
        let mut layers = Vec::new();
        let mut at = self.branch(id);
        while let Some(branch) = at {
            layers.push(&branch.variables);
            at = branch.parent.and_then(|parent| self.branch(parent));
        }
        layers
    }

    /// Whether a branch around this one has a variable of that name.
    pub(crate) fn is_outer(&self, id: u32, name: &str) -> bool {
        self.variables(id).iter().skip(1).any(|layer| layer.contains_key(name))
    }

    /// The context object as a branch sees it in its state.
    fn context(&self, id: u32, item: Option<Value>) -> Value {
        let (Some(execution), Some(branch)) = (self.execution(), self.branch(id)) else { return Value::Null };
        let mut context = json!({
            "Execution": {
                "Id": execution.arn,
                "Input": serde_json::from_str::<Value>(&execution.input).unwrap_or(Value::Null),
                "StartTime": time(execution.started),
                "Name": execution.name,
                "RoleArn": execution.role,
                "RedriveCount": execution.redrives,
            },
            "StateMachine": {"Id": execution.machine, "Name": execution.machine.rsplit([':', '/']).next()},
            "State": {"Name": branch.state, "EnteredTime": time(branch.entered_at)},
        });
        if let Some(members) = context.as_object_mut() {
            if let Some(redriven) = execution.redriven
                && let Some(Value::Object(part)) = members.get_mut("Execution")
            {
                part.insert("RedriveTime".to_owned(), json!(time(redriven)));
            }
            if let Some(item) = item.or_else(|| self.item(id)) {
                members.insert("Map".to_owned(), item);
            }
        }
        self.add_retries(id, &mut context);
        context
    }

    /// States that may be tried again say how often they were.
    fn add_retries(&self, id: u32, context: &mut Value) {
        let retries: u32 = self.branch(id).map_or(0, |branch| branch.retries.iter().sum());
        let state = self.branch(id).and_then(|branch| self.block(id)?.states.get(&branch.state));
        let may_retry = state.is_some_and(|state| matches!(state.kind.name(), "Task" | "Map" | "Parallel"));
        if may_retry && let Some(Value::Object(part)) = context.get_mut("State") {
            part.insert("RetryCount".to_owned(), json!(retries));
        }
    }

    /// `$$.Map` of the innermost iteration around a branch.
    fn item(&self, id: u32) -> Option<Value> {
        let mut at = self.branch(id);
        while let Some(branch) = at {
            if let Some(item) = &branch.item {
                return Some(json!({"Item": {"Index": branch.index, "Value": item}}));
            }
            at = branch.parent.and_then(|parent| self.branch(parent));
        }
        None
    }

    /// Evaluates something over `input` as a branch sees it.
    pub(crate) fn evaluate<R>(
        &mut self,
        id: u32,
        input: &Value,
        act: impl FnOnce(&Scope<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.evaluate_with(id, input, None, act)
    }

    /// The same with an item of a Map state in hand, as `$$.Map` shows it.
    pub(crate) fn evaluate_with<R>(
        &mut self,
        id: u32,
        input: &Value,
        item: Option<Value>,
        act: impl FnOnce(&Scope<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let rng = RefCell::new(self.host.rng().clone());
        let (turn, now) = (&*self, self.host.now());
        let variables = turn.variables(id);
        let context: Context<'_> = LazyCell::new(Box::new(move || turn.context(id, item)));
        let limits = Limits::until(turn.deadline);
        let scope = Scope {
            input,
            context: &context,
            variables: &variables,
            result: None,
            error: None,
            now,
            rng: &rng,
            limits: &limits,
        };
        let given = act(&scope);
        drop(context);
        *self.host.rng() = rng.into_inner();
        given
    }

    /// Adds a branch inside another.
    pub(crate) fn add_branch(&mut self, branch: Branch) -> u32 {
        let Some(run) = self.run_mut() else { return 0 };
        let id = run.next_branch;
        run.next_branch += 1;
        self.host.insert_branch(&self.arn, id, branch);
        id
    }

    /// Whether the branch is still in the middle of what an event was scheduled for.
    pub(crate) fn is_doing(&self, id: u32, wanted: impl Fn(&Doing) -> bool) -> bool {
        self.branch(id).is_some_and(|branch| wanted(&branch.doing))
    }
}

/// A time as the context object writes it.
pub(crate) fn time(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

impl Turn<'_> {
    /// Lets the machine's own timeout fall due.
    pub(crate) fn set_deadline(&mut self, after: SignedDuration) {
        let timer = self.host.schedule(after, Wake::Deadline { execution: self.arn.clone() });
        if let Some(run) = self.run_mut() {
            run.deadline = Some(timer);
        }
    }
}

/// Roughly how many bytes an event's details take.
fn weight(details: &Value) -> u64 {
    let Some(members) = details.as_object() else { return 0 };
    let bytes: usize = members
        .values()
        .map(|member| match member {
            Value::String(text) => text.len(),
            Value::Object(inner) => inner.values().filter_map(Value::as_str).map(str::len).sum(),
            _ => 8,
        })
        .sum();
    u64::try_from(bytes).unwrap_or(u64::MAX) + 64
}
