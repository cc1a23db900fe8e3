//! What is kept of a state machine.

pub(crate) use crate::records::stepfunctions::{Machine, Revision};
