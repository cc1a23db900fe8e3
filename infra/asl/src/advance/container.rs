//! Parallel and Map states: starting what is inside them, and collecting what it gives.

use serde_json::{Value, json};

use super::{
    Step,
    pause::{self, words},
};
use crate::{
    definition::{Amount, Block, Items, Map, State},
    execution::{Branch, Doing},
    failure::{DATA_LIMIT, Failure},
    history::Note,
    jsonata,
    limit::fits,
    template::Template,
    turn::Turn,
};

/// Iterations of an inline map that run at the same time, whatever is asked for.
const MAX_CONCURRENCY: usize = 40;
/// Nodes and text bytes of the inputs of all branches of a Parallel state.
const MAX_COPIES: usize = 64 << 20;

impl Turn<'_> {
    pub(crate) fn spread(
        &mut self,
        id: u32,
        state: &State,
        input: &Value,
        blocks: &[Block],
    ) -> Result<Step, Failure> {
        let input = match &state.parameters {
            Some(template) => self.evaluate(id, input, |scope| template.value(scope))?,
            None => input.clone(),
        };
        // Each branch has the input for itself.
        let mut room = MAX_COPIES / blocks.len().max(1);
        if !fits(&input, &mut room) {
            let cause = "The input of all branches has a size exceeding the limit of the interpreter.";
            return Err(Failure::said(DATA_LIMIT, cause));
        }
        let started = self.note_in(id, Note::plain("ParallelStateStarted"));
        let total = blocks.len();
        self.hold(id, Doing::Holding { total, started: total, ended: 0 });
        let children = blocks.iter().enumerate().map(|(index, block)| Branch {
            parent: Some(id),
            index,
            state: block.start_at.clone(),
            input: input.clone(),
            last: started,
            ..Branch::default()
        });
        Ok(Step::Go(children.collect::<Vec<_>>().into_iter().map(|child| self.add_branch(child)).collect()))
    }

    fn hold(&mut self, id: u32, doing: Doing) {
        if let Some(branch) = self.branch_mut(id) {
            branch.doing = doing;
        }
    }

    pub(crate) fn iterate(
        &mut self,
        id: u32,
        state: &State,
        input: &Value,
        map: &Map,
    ) -> Result<Step, Failure> {
        let items = self.items(id, state, input, map)?;
        self.concurrency(id, input, map)?;
        self.check_tolerance(id, input, map)?;
        let total = items.len();
        let started = self.note_in(id, Note::own("MapStateStarted", json!({"length": total})));
        self.hold(id, Doing::Holding { total, started: 0, ended: 0 });
        self.host.set_items(&self.arn, id, items);
        if total == 0 {
            return self.conclude(id, state, Value::Array(Vec::new())).inspect(|_| self.map_succeeded(id));
        }
        let limit = self.concurrency(id, input, map)?.min(total);
        let mut children = Vec::new();
        for _ in 0..limit {
            children.extend(self.start_iteration(id, state, map, started)?);
        }
        Ok(Step::Go(children))
    }

    /// `MapStateSucceeded` stands beside the line of events: what follows does not point to it.
    fn map_succeeded(&mut self, id: u32) {
        let previous = self.branch(id).map_or(0, |branch| branch.last);
        self.note(previous, Note::plain("MapStateSucceeded"));
    }

    fn items(&mut self, id: u32, state: &State, input: &Value, map: &Map) -> Result<Vec<Value>, Failure> {
        let value = match &map.items {
            Some(Items::Path(path)) => self.evaluate(id, input, |scope| {
                path.get(scope).map_err(|miss| {
                    Failure::runtime(format!("Invalid path '{}' : {}", path.text, miss.sentence()))
                })
            })?,
            Some(Items::Template(template)) => self.evaluate(id, input, |scope| template.value(scope))?,
            None => input.clone(),
        };
        match value {
            Value::Array(items) => Ok(items),
            value => Err(no_items(state, map, &value)),
        }
    }

    /// How many iterations run at the same time.
    fn concurrency(&mut self, id: u32, input: &Value, map: &Map) -> Result<usize, Failure> {
        let Some(amount) = &map.concurrency else { return Ok(MAX_CONCURRENCY) };
        let number = self.limit(id, input, "MaxConcurrency", amount)?;
        if number < 0 {
            let cause = format!("Expected non-negative integer for MaxConcurrency, got '{number}' instead.");
            return Err(out_of_bounds(amount, "MaxConcurrency", cause));
        }
        let number = usize::try_from(number).unwrap_or(MAX_CONCURRENCY);
        Ok(if number == 0 { MAX_CONCURRENCY } else { number.min(MAX_CONCURRENCY) })
    }

    fn check_tolerance(&mut self, id: u32, input: &Value, map: &Map) -> Result<(), Failure> {
        for (field, amount) in &map.tolerated {
            if *field == "ToleratedFailurePercentage" {
                let value = self.amount(id, input, field, amount)?;
                let number =
                    share(amount, &value).ok_or_else(|| no_number(amount, field, "number", &value))?;
                if !(0.0..=100.0).contains(&number) {
                    let cause = "ToleratedFailurePercentage must be between 0 and 100.";
                    return Err(out_of_bounds(amount, field, cause));
                }
            } else if self.limit(id, input, field, amount)? < 0 {
                return Err(out_of_bounds(amount, field, "ToleratedFailureCount cannot be negative."));
            }
        }
        Ok(())
    }

    fn limit(&mut self, id: u32, input: &Value, field: &str, amount: &Amount) -> Result<i64, Failure> {
        let value = self.amount(id, input, field, amount)?;
        let number = pause::number(amount, &value).filter(|number| i32::try_from(*number).is_ok());
        number.ok_or_else(|| no_number(amount, field, "integer", &value))
    }

    /// Starts the next iteration of a Map state, after the event `previous`.
    fn start_iteration(
        &mut self,
        id: u32,
        state: &State,
        map: &Map,
        previous: u64,
    ) -> Result<Option<u32>, Failure> {
        let Some(branch) = self.branch_mut(id) else { return Ok(None) };
        let Doing::Holding { total, started, .. } = &mut branch.doing else { return Ok(None) };
        if started >= total {
            return Ok(None);
        }
        let index = *started;
        *started += 1;
        let items = self.host.items(&self.arn, id);
        let item = items.and_then(|items| items.get(index)).cloned().unwrap_or_default();
        let started = self.note(previous, Note::iteration("Started", &state.name, index));
        let input = match &map.selector {
            Some(template) => self.select(id, state, template, index, &item)?,
            None => item.clone(),
        };
        let child = Branch {
            parent: Some(id),
            index,
            state: map.processor.start_at.clone(),
            input,
            last: started,
            item: Some(item),
            ..Branch::default()
        };
        Ok(Some(self.add_branch(child)))
    }

    /// The input of an iteration by `ItemSelector`.
    fn select(
        &mut self,
        id: u32,
        state: &State,
        template: &Template,
        index: usize,
        item: &Value,
    ) -> Result<Value, Failure> {
        let input = self.effective_input(id, state)?;
        let item = json!({"Item": {"Index": index, "Value": item}});
        self.evaluate_with(id, &input, Some(item), |scope| template.value(scope))
    }

    /// A branch or iteration has ended well.
    pub(crate) fn child_finished(&mut self, parent: u32, child: u32) -> Vec<u32> {
        let Some((index, last)) = self.branch(child).map(|child| (child.index, child.last)) else {
            return Vec::new();
        };
        let step = self.with_state(parent, |turn, state| {
            let crate::definition::Kind::Map(map) = &state.kind else {
                return turn.collect(parent, state, last, "ParallelStateSucceeded");
            };
            let succeeded = turn.note(last, Note::iteration("Succeeded", &state.name, index));
            // The next iteration follows the last state of this one, not its end.
            if let Some(next) = turn.start_iteration(parent, state, map, last)? {
                turn.count_end(parent);
                return Ok(Step::Go(vec![next]));
            }
            turn.collect(parent, state, succeeded, "MapStateSucceeded")
        });
        step.map(|step| self.settle(parent, step)).unwrap_or_default()
    }

    /// Counts one more end; gives whether it was the last.
    fn count_end(&mut self, id: u32) -> bool {
        let Some(branch) = self.branch_mut(id) else { return false };
        let Doing::Holding { total, ended, .. } = &mut branch.doing else { return false };
        *ended += 1;
        ended == total
    }

    /// When everything inside has ended, concludes with the list of outputs.
    fn collect(&mut self, id: u32, state: &State, previous: u64, kind: &str) -> Result<Step, Failure> {
        if !self.count_end(id) {
            return Ok(Step::Rest);
        }
        let children: Vec<u32> = self.children(id).into_iter().map(|(child, _)| child).collect();
        let ended = children.into_iter().filter_map(|child| self.remove_branch(child));
        let outputs: Vec<Value> = ended
            .filter_map(|child| match child.doing {
                Doing::Ended { output } => Some(output),
                _ => None,
            })
            .collect();
        self.host.remove_items(&self.arn, id);
        if let Some(branch) = self.branch_mut(id) {
            branch.last = previous;
            branch.doing = Doing::Resting;
        }
        self.note(previous, Note::plain(kind));
        self.conclude(id, state, Value::Array(outputs))
    }
}

/// A percentage, as a number or as one in a text.
fn share(amount: &Amount, value: &Value) -> Option<f64> {
    match (amount, value) {
        (Amount::Path(_), Value::String(text)) => text.parse().ok(),
        (_, value) => value.as_f64(),
    }
}

fn no_number(amount: &Amount, field: &str, kind: &str, value: &Value) -> Failure {
    match amount {
        Amount::Path(path) => Failure::runtime(format!(
            "The {field}Path field refers to value \"{}\" which is not a valid {kind}: {}",
            words(value),
            path.text
        )),
        Amount::Query(expression) => jsonata::wrong_type(expression, field, "number", value),
        Amount::Fixed(_) => Failure::runtime(format!("{field} is not a valid {kind}")),
    }
}

fn out_of_bounds(amount: &Amount, field: &str, cause: impl Into<String>) -> Failure {
    match amount {
        Amount::Query(_) => Failure::evaluation(field, cause),
        Amount::Fixed(_) | Amount::Path(_) => Failure::runtime(cause),
    }
}

fn no_items(state: &State, map: &Map, value: &Value) -> Failure {
    match &map.items {
        Some(Items::Path(path)) => {
            Failure::runtime(format!("Reference path \"{}\" must point to array.", path.text))
        }
        Some(Items::Template(Template::Query(expression, location))) => {
            jsonata::wrong_type(expression, location, "array", value)
        }
        Some(Items::Template(_)) => {
            Failure::evaluation("Items", format!("Items must be an array but was: {value}"))
        }
        None if state.is_queries() => {
            Failure::evaluation_of_state(format!("Map state input must be an array but was: {value}"))
        }
        None => Failure::runtime("Reference path \"$\" must point to array."),
    }
}
