//! ECR: repositories of images.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Registry {}

impl Registry {
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
    Err(AwsError::not_implemented("registry", operation))
}

/// An image as a task runs it.
#[derive(Debug, Clone)]
pub struct Image {
    /// `sha256:…` of its manifest.
    pub digest: String,
    /// Its root file system, unpacked.
    pub folder: std::path::PathBuf,
}

/// The image that `REGISTRY/REPOSITORY:TAG` or `REGISTRY/REPOSITORY@DIGEST` names now, or why there is none.
pub(crate) fn image(_world: &World, reference: &str) -> Result<Image, String> {
    Err(format!("{reference}: not found"))
}
