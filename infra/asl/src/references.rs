//! Which variables each state of a definition refers to, as a machine is described with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    choice::{Condition, Operand, Test},
    definition::{Amount, Block, Definition, Items, Kind, Map, Rule, Slot, State, Until},
    jsonata,
    path::{Path, Root},
    template::Template,
};

/// Names of variables by the name of the state that refers to them. States without any are left out.
pub fn references(definition: &Definition) -> BTreeMap<&str, BTreeSet<String>> {
    let mut assigned = BTreeSet::new();
    let mut states = Vec::new();
    gather(&definition.block, &mut states);
    for state in &states {
        assigned.extend(assignments(state).map(|(name, _)| name.as_str()));
    }
    let found = states.into_iter().map(|state| {
        let mut found = Found { names: BTreeSet::new(), assigned: &assigned };
        found.state(state);
        (state.name.as_str(), found.names)
    });
    found.filter(|(_, names)| !names.is_empty()).collect()
}

/// Every state, inner ones too.
fn gather<'a>(block: &'a Block, states: &mut Vec<&'a State>) {
    for state in block.states.values() {
        states.push(state);
        match &state.kind {
            Kind::Parallel { branches } => branches.iter().for_each(|branch| gather(branch, states)),
            Kind::Map(map) => gather(&map.processor, states),
            _ => {}
        }
    }
}

fn assignments(state: &State) -> impl Iterator<Item = &(String, Template)> {
    let rules: &[Rule] = match &state.kind {
        Kind::Choice { rules, .. } => rules,
        _ => &[],
    };
    let inner = rules.iter().map(|rule| &rule.assign).chain(state.catch.iter().map(|catch| &catch.assign));
    state.assign.iter().chain(inner.flatten())
}

struct Found<'a> {
    names: BTreeSet<String>,
    /// What is assigned anywhere: a name in JSONata may also be one of a function.
    assigned: &'a BTreeSet<&'a str>,
}

impl Found<'_> {
    fn state(&mut self, state: &State) {
        for slot in [&state.input_path, &state.output_path] {
            if let Slot::At(path) = slot {
                self.path(path);
            }
        }
        let templates = [&state.parameters, &state.result_selector, &state.output];
        templates.into_iter().flatten().for_each(|template| self.template(template));
        assignments(state).for_each(|(_, template)| self.template(template));
        for template in state.catch.iter().filter_map(|catcher| catcher.output.as_ref()) {
            self.template(template);
        }
        self.kind(&state.kind);
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Task(task) => {
                [&task.timeout, &task.heartbeat].into_iter().flatten().for_each(|amount| self.amount(amount));
            }
            Kind::Choice { rules, .. } => {
                for rule in rules {
                    self.condition(&rule.condition);
                    rule.output.iter().for_each(|template| self.template(template));
                }
            }
            Kind::Wait(Until::Seconds(amount) | Until::Timestamp(amount)) => self.amount(amount),
            Kind::Fail { error, cause } => {
                [error, cause].into_iter().flatten().for_each(|template| self.template(template));
            }
            Kind::Map(map) => self.map(map),
            Kind::Pass { .. } | Kind::Succeed | Kind::Parallel { .. } => {}
        }
    }

    fn map(&mut self, map: &Map) {
        match &map.items {
            Some(Items::Path(path)) => self.path(path),
            Some(Items::Template(template)) => self.template(template),
            None => {}
        }
        map.selector.iter().for_each(|template| self.template(template));
        map.concurrency.iter().for_each(|amount| self.amount(amount));
        map.tolerated.iter().for_each(|(_, amount)| self.amount(amount));
    }

    fn path(&mut self, path: &Path) {
        if let Root::Variable(name) = &path.root {
            self.names.insert(name.clone());
        }
    }

    fn query(&mut self, expression: &str) {
        let names = jsonata::names(expression).into_iter();
        self.names.extend(names.filter(|name| self.assigned.contains(name.as_str())));
    }

    fn amount(&mut self, amount: &Amount) {
        match amount {
            Amount::Fixed(_) => {}
            Amount::Path(path) => self.path(path),
            Amount::Query(expression) => self.query(expression),
        }
    }

    fn template(&mut self, template: &Template) {
        match template {
            Template::Literal(_) => {}
            Template::Members(members) => members.iter().for_each(|(_, member)| self.template(member)),
            Template::List(list) => list.iter().for_each(|item| self.template(item)),
            Template::Path(path, _) => self.path(path),
            Template::Call(call) => call.paths().into_iter().for_each(|path| self.path(path)),
            Template::Query(expression, _) => self.query(expression),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::And(all) | Condition::Or(all) => all.iter().for_each(|one| self.condition(one)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Test { variable, test } => {
                self.path(variable);
                if let Test::Compare { with: Operand::Path(path), .. } = test {
                    self.path(path);
                }
            }
            Condition::Query(expression) => self.query(expression),
            Condition::Constant(_) => {}
        }
    }
}
