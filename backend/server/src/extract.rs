//! What handlers take out of a request, each with our own problems for what is wrong with it.

pub(crate) mod body;
pub(crate) mod looking;
pub(crate) mod query;
mod shape;
pub(crate) mod signed;
