//! What an expression in a definition can see.

use std::cell::RefCell;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::id::Ids;

/// The data at hand, the context object and the variables; and the one source of chance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// What `$` stands for.
    pub(crate) input: &'a Value,
    /// What `$$` stands for.
    pub(crate) context: &'a Value,
    pub(crate) variables: &'a Map<String, Value>,
    /// `$states.result`: what the state's work gave.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`: what a Catch took.
    pub(crate) error: Option<&'a Value>,
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a RefCell<Ids>,
}
