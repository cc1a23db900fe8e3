//! ECS's shapes as ours. Pure and total.

use aws_sdk_ecs::types::{self as sdk, StabilityStatus};
use viridian_shared::{
    tasks::{ServiceEvent, TaskSet, TaskSetStatus, Tasks},
    unseen,
};

use crate::time::maybe;

/// How many of ECS's hundred events are shown.
const EVENTS: usize = 20;

pub(super) fn tasks(cluster: &str, name: &str, service: &sdk::Service) -> Tasks {
    let mut events: Vec<_> = service.events().iter().filter_map(event).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(EVENTS);
    Tasks {
        cluster: cluster.to_owned(),
        service: name.to_owned(),
        status: service.status().unwrap_or_default().to_owned(),
        desired_count: count(service.desired_count()),
        running_count: count(service.running_count()),
        pending_count: count(service.pending_count()),
        task_sets: service.task_sets().iter().map(task_set).collect(),
        events,
        scale_in_suspended: None,
    }
}

fn task_set(set: &sdk::TaskSet) -> TaskSet {
    let group = set.load_balancers().iter().find_map(|balancer| balancer.target_group_arn());
    TaskSet {
        id: set.id().unwrap_or_default().to_owned(),
        arn: set.task_set_arn().unwrap_or_default().to_owned(),
        status: status(set.status().unwrap_or_default()),
        is_steady: set.stability_status() == Some(&StabilityStatus::SteadyState),
        commit: set.external_id().filter(|id| !id.is_empty()).map(str::to_owned),
        scale: set.scale().map_or(100.0, sdk::Scale::value),
        desired_count: count(set.computed_desired_count()),
        running_count: count(set.running_count()),
        pending_count: count(set.pending_count()),
        task_definition: set.task_definition().unwrap_or_default().to_owned(),
        image: None,
        target_group: group.map(str::to_owned),
        created_at: maybe(set.created_at()),
    }
}

fn status(text: &str) -> TaskSetStatus {
    match text {
        "PRIMARY" => TaskSetStatus::Primary,
        "ACTIVE" => TaskSetStatus::Active,
        "DRAINING" => TaskSetStatus::Draining,
        other => TaskSetStatus::Unknown(other.to_owned()),
    }
}

/// None for an event without a time.
fn event(event: &sdk::ServiceEvent) -> Option<ServiceEvent> {
    Some(ServiceEvent {
        id: event.id().unwrap_or_default().to_owned(),
        at: maybe(event.created_at())?,
        message: unseen::marked(event.message().unwrap_or_default()).into_owned(),
    })
}

/// The image of the container that serves: the first that opens a port, else the first.
pub(super) fn image(definition: &sdk::TaskDefinition) -> Option<String> {
    let containers = definition.container_definitions();
    let serving = containers.iter().find(|container| !container.port_mappings().is_empty());
    serving.or(containers.first())?.image().map(str::to_owned)
}

fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_which_aws_says_nothing_is_not_steady_and_has_no_colourful_lies() {
        let set = task_set(&sdk::TaskSet::builder().status("RESTING").external_id("").build());
        assert_eq!(set.status, TaskSetStatus::Unknown("RESTING".to_owned()));
        assert!(!set.is_steady);
        assert_eq!((set.commit, set.target_group, set.created_at), (None, None, None));
    }

    #[test]
    fn a_service_with_negative_counts_and_events_without_time_is_read() {
        let service = sdk::Service::builder().desired_count(-1).events(sdk::ServiceEvent::builder().build());
        let tasks = tasks("c", "s", &service.build());
        assert_eq!((tasks.desired_count, tasks.events.len()), (0, 0));
    }

    #[test]
    fn the_image_is_that_of_the_container_with_a_port() {
        let side = sdk::ContainerDefinition::builder().name("proxy").image("proxy:1").build();
        let port = sdk::PortMapping::builder().container_port(80).build();
        let web = sdk::ContainerDefinition::builder().image("web@sha256:1").port_mappings(port).build();
        let definition =
            sdk::TaskDefinition::builder().container_definitions(side).container_definitions(web);
        assert_eq!(image(&definition.build()).as_deref(), Some("web@sha256:1"));
    }
}
