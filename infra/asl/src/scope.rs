//! What an expression in a definition can see.

use std::{
    cell::{LazyCell, RefCell},
    ops::Deref,
};

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::limit::Limits;

/// The context object, made when it is first asked for.
pub(crate) type Context<'a> = LazyCell<Value, Box<dyn FnOnce() -> Value + 'a>>;

/// The data at hand, the context object and the variables; and the one source of chance.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// What `$` stands for.
    pub(crate) input: &'a Value,
    /// What `$$` stands for.
    pub(crate) context: &'a dyn Deref<Target = Value>,
    /// The variables of each branch around the state, the innermost first.
    pub(crate) variables: &'a [&'a Map<String, Value>],
    /// `$states.result`: what the state's work gave.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`: what a Catch took.
    pub(crate) error: Option<&'a Value>,
    pub(crate) now: Timestamp,
    pub(crate) rng: &'a RefCell<Rng>,
    pub(crate) limits: &'a Limits,
}

impl<'a> Scope<'a> {
    pub(crate) fn variable(&self, name: &str) -> Option<&'a Value> {
        self.variables.iter().find_map(|layer| layer.get(name))
    }
}
