//! Executions that a task has started and waits for.

use crate::{
    states::{
        execution::{Doing, Status},
        failure::Failure,
        integration,
        turn::Turn,
    },
    world::World,
};

/// An execution has ended; the task that waits for it goes on.
pub(crate) fn child_ended(world: &mut World, arn: &str) {
    let Some(child) = world.states.executions.get_mut(arn) else { return };
    let Some(waiter) = child.waiter.take() else { return };
    let child = child.clone();
    let Some(mut turn) = Turn::open(world, &waiter.execution) else { return };
    let awaited =
        turn.is_doing(waiter.branch, |doing| *doing == Doing::Awaiting { execution: arn.to_owned() });
    let Some(resource) = turn.resource(waiter.branch).filter(|_| awaited) else { return };
    let description = integration::description(&child, resource.gives_json());
    let ready = if child.status == Status::Succeeded {
        turn.task_succeeded(waiter.branch, &resource, description)
    } else {
        let failure = Failure::said("States.TaskFailed", description.to_string());
        turn.task_failed(waiter.branch, &resource, failure)
    };
    turn.go(ready);
}
