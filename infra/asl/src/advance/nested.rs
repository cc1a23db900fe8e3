//! Executions that a task has started and waits for.

use crate::{
    execution::{Doing, Execution, Status, Waiter},
    failure::Failure,
    host::Host,
    resource,
    turn::Turn,
};

/// An execution has ended; the tasks that wait for it go on.
pub(crate) fn child_ended(host: &mut dyn Host, arn: &str) {
    let Some(child) = host.execution_mut(arn) else { return };
    if child.status == Status::Running {
        return;
    }
    let waiters = std::mem::take(&mut child.waiters);
    let child = child.clone();
    for waiter in waiters {
        tell(host, &child, &waiter);
    }
}

fn tell(host: &mut dyn Host, child: &Execution, waiter: &Waiter) {
    let Some(mut turn) = Turn::open(host, &waiter.execution) else { return };
    let awaited =
        turn.is_doing(waiter.branch, |doing| *doing == Doing::Awaiting { execution: child.arn.clone() });
    let Some(resource) = turn.resource(waiter.branch).filter(|_| awaited) else { return };
    let description = resource::description(child, resource.gives_json());
    let ready = if child.status == Status::Succeeded {
        turn.task_succeeded(waiter.branch, &resource, description)
    } else {
        let failure = Failure::said("States.TaskFailed", description.to_string());
        turn.task_failed(waiter.branch, &resource, failure)
    };
    turn.go(ready);
}
