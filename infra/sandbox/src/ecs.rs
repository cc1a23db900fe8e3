//! ECS: clusters, task definitions, EXTERNAL services, task sets and their tasks.

use serde_json::Value;

use crate::{
    error::AwsError,
    table::Saved,
    world::{Caller, World},
};

#[derive(Debug, Default)]
pub struct Ecs {}

impl Ecs {
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
    Err(AwsError::not_implemented("ecs", operation))
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Event {}

pub(crate) fn on_event(_world: &mut World, event: Event) {
    match event {}
}

#[derive(Debug, Clone)]
pub enum Effect {}

pub(crate) async fn carry_out(_sandbox: &crate::Sandbox, effect: Effect) {
    match effect {}
}

pub(crate) fn resume(_world: &mut World) {}
pub(crate) fn target_changed(_world: &mut World, _group: &str, _id: &str) {}

/// What a health check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    Status(u16),
    Timeout,
    Refused,
}

pub(crate) fn probe(_world: &mut World, _id: &str, _port: u16, _path: &str) -> Probe {
    Probe::Timeout
}

#[derive(Debug, Default)]
pub struct Hosts {}
impl Hosts {
    pub(crate) async fn find(&self, _id: &str) -> Option<std::net::SocketAddr> {
        None
    }
}
