//! What flowed to each target group.

use serde_json::{Value, json};
use viridian_alb::Count;

use crate::world::World;

/// What flowed to every group that exists.
pub(crate) fn show(world: &World) -> Value {
    let counted = |(arn, group): (&str, &super::group::Group)| {
        let mut shown =
            world.elb.counts.get(arn).map_or_else(|| Count::default().show(), |count| count.show());
        shown["target_group"] = json!(arn);
        shown["name"] = json!(group.name);
        shown
    };
    world.elb.groups.iter().map(counted).collect()
}
