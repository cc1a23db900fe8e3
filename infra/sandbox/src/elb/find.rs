//! Finding load balancers and listeners, with the errors for what is not there.

use viridian_aws_wire::AwsError;

use crate::{
    records::elb::{Listener, LoadBalancer},
    world::World,
};

pub(super) fn balancer<'a>(world: &'a World, arn: &str) -> Result<&'a LoadBalancer, AwsError> {
    world.elb.balancers.get(arn).ok_or_else(|| not_found(arn))
}

pub(super) fn listener<'a>(world: &'a World, arn: &str) -> Result<&'a Listener, AwsError> {
    let missing = || AwsError::new("ListenerNotFound", format!("One or more listeners not found: '{arn}'"));
    world.elb.listeners.get(arn).ok_or_else(missing)
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}
