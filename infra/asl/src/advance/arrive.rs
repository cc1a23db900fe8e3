//! Entering a state, and working on it by its type.

use serde_json::Value;

use super::{Exit, Step};
use crate::{
    definition::{Kind, Rule, Slot, State},
    execution::Doing,
    failure::Failure,
    history::Note,
    jsonata,
    template::Template,
    turn::Turn,
};

impl Turn<'_> {
    /// Enters the state that a branch is about to enter.
    pub(crate) fn arrive(&mut self, id: u32) -> Vec<u32> {
        if self.is_unwanted() {
            let arn = self.arn.clone();
            super::abort(&mut *self.host, &arn, None, None);
            return Vec::new();
        }
        let now = self.host.now();
        let Some(branch) = self.branch_mut(id).filter(|branch| branch.doing == Doing::Arriving) else {
            return Vec::new();
        };
        branch.entered_at = now;
        branch.before = branch.last;
        let (name, before) = (branch.state.clone(), branch.last);
        let input = branch.raw.clone().unwrap_or_else(|| branch.input.to_string());
        let kind = self.with_state(id, |_, state| (state.kind.name(), state.retry.len()));
        let Some((kind, retriers)) = kind else { return Vec::new() };
        let entered = self.note(before, Note::entered(kind, &name, &input));
        if let Some(branch) = self.branch_mut(id) {
            branch.entered = entered;
            branch.last = entered;
            branch.retries = vec![0; retriers];
            branch.doing = Doing::Resting;
        }
        self.work_again(id)
    }

    /// Whether the machine is being deleted, which ends its executions at their next transition.
    fn is_unwanted(&self) -> bool {
        self.execution().is_some_and(|execution| self.host.is_unwanted(execution))
    }

    /// Works on the state of a branch, at first or again.
    pub(crate) fn work_again(&mut self, id: u32) -> Vec<u32> {
        self.begin_state();
        let step = self.with_state(id, |turn, state| turn.work(id, state));
        step.map(|step| self.settle(id, step)).unwrap_or_default()
    }

    fn work(&mut self, id: u32, state: &State) -> Result<Step, Failure> {
        let input = self.effective_input(id, state)?;
        match &state.kind {
            Kind::Pass { result } => self.pass(id, state, input, result.as_ref()),
            Kind::Choice { rules, default } => self.choose(id, state, input, rules, default.as_deref()),
            Kind::Succeed => self.pass_on(id, state, input, None),
            Kind::Fail { error, cause } => self.say_failure(id, &input, error.as_ref(), cause.as_ref()),
            Kind::Wait(until) => self.pause(id, &input, until),
            Kind::Task(task) => self.schedule(id, state, &input, task),
            Kind::Parallel { branches } => self.spread(id, state, &input, branches),
            Kind::Map(map) => self.iterate(id, state, &input, map),
        }
    }

    /// The state's input after `InputPath`.
    pub(crate) fn effective_input(&mut self, id: u32, state: &State) -> Result<Value, Failure> {
        let input = self.branch(id).map(|branch| branch.input.clone()).unwrap_or_default();
        self.cut(id, &state.input_path, input)
    }

    /// Cuts a value down to what `InputPath` or `OutputPath` names.
    pub(crate) fn cut(&mut self, id: u32, slot: &Slot, value: Value) -> Result<Value, Failure> {
        match slot {
            Slot::Whole => Ok(value),
            Slot::Nothing => Ok(Value::Object(serde_json::Map::new())),
            Slot::At(path) => self.evaluate(id, &value, |scope| {
                path.get(scope).map_err(|miss| {
                    Failure::runtime(format!("Invalid path '{}' : {}", path.text, miss.sentence()))
                })
            }),
        }
    }

    fn pass(
        &mut self,
        id: u32,
        state: &State,
        input: Value,
        result: Option<&Value>,
    ) -> Result<Step, Failure> {
        let worked = match (result, &state.parameters) {
            (Some(result), _) => result.clone(),
            (None, Some(template)) => self.evaluate(id, &input, |scope| template.value(scope))?,
            (None, None) => input,
        };
        self.conclude(id, state, worked)
    }

    /// A Fail state.
    fn say_failure(
        &mut self,
        id: u32,
        input: &Value,
        error: Option<&Template>,
        cause: Option<&Template>,
    ) -> Result<Step, Failure> {
        let mut word = |template: Option<&Template>| -> Result<Option<String>, Failure> {
            let Some(template) = template else { return Ok(None) };
            let value = self.evaluate(id, input, |scope| template.value(scope))?;
            match (value, template) {
                (Value::String(text), _) => Ok(Some(text)),
                (value, Template::Query(expression, field)) => {
                    Err(jsonata::wrong_type(expression, field, "string", &value))
                }
                (value, _) => Ok(Some(value.to_string())),
            }
        };
        let (error, cause) = (word(error)?, word(cause)?);
        Err(Failure { error, cause, origin: crate::failure::Origin::Said })
    }

    fn choose(
        &mut self,
        id: u32,
        state: &State,
        input: Value,
        rules: &[Rule],
        default: Option<&str>,
    ) -> Result<Step, Failure> {
        let chosen = self.evaluate(id, &input, |scope| {
            for (number, rule) in rules.iter().enumerate() {
                if rule.condition.holds(scope, &format!("Choices[{number}]/Condition"))? {
                    return Ok(Some(rule));
                }
            }
            Ok(None)
        })?;
        let (next, output, assign) = match (chosen, default) {
            (Some(rule), _) => {
                (rule.next.as_str(), rule.output.as_ref().or(state.output.as_ref()), &rule.assign)
            }
            (None, Some(next)) => (next, state.output.as_ref(), &state.assign),
            (None, None) => return Err(no_match()),
        };
        let assigned = self.assign(id, assign, &input, None, None)?;
        let output = match output {
            Some(template) => self.evaluate(id, &input, |scope| template.value(scope))?,
            None => self.cut(id, &state.output_path, input)?,
        };
        Ok(Step::Leave(Exit { output, next: Some(next.to_owned()), assigned }))
    }
}

fn no_match() -> Failure {
    Failure::found(
        "States.NoChoiceMatched",
        "Failed to transition out of the state. The state does not point to a next state.",
    )
}
