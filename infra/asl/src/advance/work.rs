//! From what a state's work gave to the state's output: `ResultSelector`, `ResultPath`, `OutputPath`, `Output`,
//! `Assign`.

use serde_json::{Map, Value};

use super::{Exit, Step};
use crate::{
    definition::{Slot, State},
    failure::{DATA_LIMIT, Failure},
    limit::{MAX_DATA, MAX_VARIABLES},
    path::{Path, Step as PathStep},
    template::Template,
    turn::Turn,
};

impl Turn<'_> {
    /// Leaves a state with what its work gave.
    pub(crate) fn conclude(&mut self, id: u32, state: &State, worked: Value) -> Result<Step, Failure> {
        if state.is_queries() {
            return self.conclude_with_queries(id, state, worked);
        }
        let selected = match &state.result_selector {
            Some(template) => self.evaluate(id, &worked, |scope| template.value(scope))?,
            None => worked,
        };
        let assigned = self.assign(id, &state.assign, &selected, None, None)?;
        let input = self.branch(id).map(|branch| branch.input.clone()).unwrap_or_default();
        let placed = place(&state.result_path, input, selected)?;
        let output = self.cut(id, &state.output_path, placed)?;
        Ok(Step::Leave(Exit { output, next: state.next.clone(), assigned }))
    }

    fn conclude_with_queries(&mut self, id: u32, state: &State, worked: Value) -> Result<Step, Failure> {
        // A state without work of its own has no result to name.
        let has_result = matches!(state.kind.name(), "Task" | "Parallel" | "Map");
        let result = has_result.then_some(&worked);
        let input = self.branch(id).map(|branch| branch.input.clone()).unwrap_or_default();
        let assigned = self.assign(id, &state.assign, &input, result, None)?;
        let output = match &state.output {
            Some(template) => self.say(id, template, &input, result, None)?,
            None => worked,
        };
        Ok(Step::Leave(Exit { output, next: state.next.clone(), assigned }))
    }

    /// Leaves a state that does no work, with its effective input.
    pub(crate) fn pass_on(
        &mut self,
        id: u32,
        state: &State,
        input: Value,
        next: Option<String>,
    ) -> Result<Step, Failure> {
        let assigned = self.assign(id, &state.assign, &input, None, None)?;
        let output = match &state.output {
            Some(template) => self.say(id, template, &input, None, None)?,
            None => self.cut(id, &state.output_path, input)?,
        };
        Ok(Step::Leave(Exit { output, next, assigned }))
    }

    /// A value of JSONata that may speak of a result or an error.
    pub(crate) fn say(
        &mut self,
        id: u32,
        template: &Template,
        input: &Value,
        result: Option<&Value>,
        error: Option<&Value>,
    ) -> Result<Value, Failure> {
        self.evaluate(id, input, |scope| {
            let mut scope = *scope;
            (scope.result, scope.error) = (result, error);
            template.value(&scope)
        })
    }

    /// The variables that are assigned, each computed from the values before.
    pub(crate) fn assign(
        &mut self,
        id: u32,
        assign: &[(String, Template)],
        input: &Value,
        result: Option<&Value>,
        error: Option<&Value>,
    ) -> Result<Map<String, Value>, Failure> {
        let mut assigned = Map::new();
        let mut size = 0;
        for (name, template) in assign {
            if self.is_outer(id, name) {
                let cause =
                    format!("The variable '{name}' belongs to an outer scope and cannot be assigned here.");
                return Err(Failure::runtime(cause));
            }
            let value = self.say(id, template, input, result, error)?;
            size += value.to_string().len();
            assigned.insert(name.clone(), value);
        }
        self.check_variables(size)?;
        Ok(assigned)
    }

    /// What one state assigns must fit, and all variables together too.
    fn check_variables(&mut self, size: usize) -> Result<(), Failure> {
        let before = self.run_mut().map_or(0, |run| run.variables);
        let after = before.saturating_add(u64::try_from(size).unwrap_or(u64::MAX));
        if size <= MAX_DATA && after <= MAX_VARIABLES {
            return Ok(());
        }
        let cause = "The variables have a size exceeding the maximum number of bytes service limit.";
        Err(Failure::said(DATA_LIMIT, cause))
    }

    /// Keeps what a state assigned.
    pub(crate) fn keep_variables(&mut self, id: u32, assigned: Map<String, Value>) {
        let mut change = 0;
        let Some(branch) = self.branch_mut(id) else { return };
        for (name, value) in assigned {
            change += weight(&value);
            if let Some(before) = branch.variables.insert(name, value) {
                change -= weight(&before);
            }
        }
        self.count_variables(change);
    }

    /// Forgets the variables of a branch that ends.
    pub(crate) fn forget_variables(&mut self, variables: &Map<String, Value>) {
        let change: i64 = variables.values().map(weight).sum();
        self.count_variables(-change);
    }

    fn count_variables(&mut self, change: i64) {
        if let (true, Some(run)) = (change != 0, self.run_mut()) {
            run.variables = run.variables.saturating_add_signed(change);
        }
    }
}

fn weight(value: &Value) -> i64 {
    i64::try_from(value.to_string().len()).unwrap_or(i64::MAX)
}

/// Puts a result into a state's input, where `ResultPath` says.
pub(crate) fn place(slot: &Slot, input: Value, result: Value) -> Result<Value, Failure> {
    match slot {
        Slot::Whole => Ok(result),
        Slot::Nothing => Ok(input),
        Slot::At(path) => {
            let mut whole = input;
            insert(path, &mut whole, result)?;
            Ok(whole)
        }
    }
}

fn insert(path: &Path, whole: &mut Value, result: Value) -> Result<(), Failure> {
    let mut at = whole;
    for step in &path.steps {
        let before = at.to_string();
        let found = match step {
            PathStep::Names(names) => match (at, names.first()) {
                (Value::Object(members), Some(name)) => {
                    Some(members.entry(name.clone()).or_insert_with(|| Value::Object(Map::new())))
                }
                _ => None,
            },
            PathStep::Indexes(indexes) => {
                let index = indexes.first().and_then(|index| usize::try_from(*index).ok());
                index.and_then(|index| at.get_mut(index))
            }
            _ => None,
        };
        at = found.ok_or_else(|| mismatch(step, &before))?;
    }
    *at = result;
    Ok(())
}

fn mismatch(step: &PathStep, input: &str) -> Failure {
    let step = match step {
        PathStep::Names(names) => names.first().cloned().unwrap_or_default(),
        PathStep::Indexes(indexes) => indexes.first().map(ToString::to_string).unwrap_or_default(),
        _ => String::new(),
    };
    Failure::found(
        "States.ResultPathMatchFailure",
        format!("Unable to apply step \"{step}\" to input {input}"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(path: &str) -> Slot {
        Slot::At(Path::parse(path).unwrap())
    }

    #[test]
    fn a_result_that_has_no_place_is_an_error() {
        let failure = place(&at("$.a.b"), json!({"a": 1}), json!(2)).unwrap_err();
        assert_eq!(failure.error.as_deref(), Some("States.ResultPathMatchFailure"));
        assert!(place(&at("$.a[3]"), json!({"a": []}), json!(2)).is_err());
    }

    #[test]
    fn a_result_goes_where_its_path_says() {
        assert_eq!(place(&at("$.a.b"), json!({"c": 1}), json!(2)).unwrap(), json!({"c": 1, "a": {"b": 2}}));
        assert_eq!(place(&at("$.a[0]"), json!({"a": [1]}), json!(2)).unwrap(), json!({"a": [2]}));
        assert_eq!(place(&Slot::Nothing, json!(1), json!(2)).unwrap(), json!(1));
        assert_eq!(place(&at("$"), json!(1), json!(2)).unwrap(), json!(2));
    }
}
