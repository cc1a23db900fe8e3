//! From what a state's work gave to the state's output: `ResultSelector`, `ResultPath`, `OutputPath`, `Output`,
//! `Assign`.

use serde_json::{Map, Value};

use super::{Exit, Step};
use crate::states::{
    definition::{Slot, State},
    failure::Failure,
    path::{Path, Step as PathStep},
    template::Template,
    turn::Turn,
};

impl Turn<'_> {
    /// Leaves a state with what its work gave.
    pub(super) fn conclude(&mut self, id: u32, state: &State, worked: Value) -> Result<Step, Failure> {
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
    pub(super) fn pass_on(
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
    pub(super) fn say(
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
    pub(super) fn assign(
        &mut self,
        id: u32,
        assign: &[(String, Template)],
        input: &Value,
        result: Option<&Value>,
        error: Option<&Value>,
    ) -> Result<Map<String, Value>, Failure> {
        let mut assigned = Map::new();
        for (name, template) in assign {
            assigned.insert(name.clone(), self.say(id, template, input, result, error)?);
        }
        Ok(assigned)
    }
}

/// Puts a result into a state's input, where `ResultPath` says.
pub(super) fn place(slot: &Slot, input: Value, result: Value) -> Result<Value, Failure> {
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
