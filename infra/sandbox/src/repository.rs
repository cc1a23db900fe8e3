//! CodeCommit: bare git repositories on disk, served over HTTP.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Repositories {}

impl Repositories {
    pub(crate) fn tables(&mut self) -> Vec<(&'static str, &mut dyn Saved)> {
        Vec::new()
    }
}

pub(crate) fn call(
    _world: &mut World,
    _caller: &Caller,
    operation: &str,
    _input: Value,
) -> Result<Value, AwsError> {
    Err(AwsError::not_implemented("repository", operation))
}

#[derive(Debug, Clone)]
pub enum Effect {}

pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

/// Git's smart HTTP under `/v1/repos/NAME`.
pub(crate) async fn serve_http(
    _sandbox: &crate::Sandbox,
    _request: http::Request<hyper::body::Incoming>,
) -> http::Response<crate::wire::Body> {
    crate::wire::plain(404, "The sandbox serves no repository here.\n")
}
