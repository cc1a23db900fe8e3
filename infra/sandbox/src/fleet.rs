//! A fleet: many services beside the demo's own, with releases at every stage.
//!
//! One service is led through a release in worlds of their own that nobody sees, forked from the real one; at
//! each stage its records are cut into a template. Each service of the fleet is a copy of a template with names,
//! identifiers, addresses and times of its own, so that everything it refers to is there and goes on from
//! where it stands. Only what files are needed lie on disk, most of them as links to the fixtures.

mod files;
mod fork;
mod name;
mod replay;
mod stage;
mod template;

use std::io;

use viridian_aws_wire::AwsError;

use crate::{outputs::Outputs, world::World};
use name::Name;
use stage::Stage;
use template::Template;
use template::variation;
use variation::Variation;

/// Why a fleet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a release in the fixtures cannot be led on: {0}")]
    Refused(#[from] AwsError),
    #[error("the last release of the demo's service has not ended well; a fleet begins with one that has")]
    Unfinished,
    #[error("a release in the fixtures never reached {0}")]
    Stuck(&'static str),
    #[error("the build {0} has none before it whose files could be taken")]
    NoEarlierBuild(String),
    #[error("a record of the fixtures cannot be copied: {0}")]
    Record(#[from] serde_json::Error),
    #[error("the files of the fleet cannot be made: {0}")]
    Files(#[from] io::Error),
}

/// How many of a hundred services stand at which stage.
const SHARES: [(Stage, usize); 10] = [
    (Stage::Waiting, 5),
    (Stage::Swapped, 2),
    (Stage::Failed, 3),
    (Stage::Building, 1),
    (Stage::Deploying, 1),
    (Stage::Expired, 2),
    (Stage::Rejected, 2),
    (Stage::Queued, 1),
    (Stage::Stopped, 1),
    (Stage::Idle, 82),
];

/// The stages with their templates.
pub(crate) struct Fixtures(Vec<(Stage, Template)>);

/// The name of the first service's stack: where it is, there is a fleet already.
pub(crate) fn first_stack() -> String {
    Name::of(0).stack
}

/// Leads a release of the demo's service to every stage, in worlds that nobody sees.
pub(crate) fn fixtures(world: &mut World, base: &Outputs) -> Result<Fixtures, Error> {
    stage::fixtures(world, base).map(Fixtures)
}

/// Adds the service of a number.
pub(crate) fn add(world: &mut World, fixtures: &Fixtures, number: usize) -> Result<(), Error> {
    let stage = stage_of(number);
    match fixtures.0.iter().find(|(known, _)| *known == stage) {
        Some((_, template)) => copy(world, template, &Name::of(number)),
        None => Ok(()),
    }
}

/// Lets the tasks of the added services answer, behind their load balancers.
pub(crate) fn open(world: &mut World, base: &Outputs) {
    crate::elb::resume(world);
    crate::ecs::open_others(world, &base.ecs_cluster_name);
}

/// The first ten services show every stage once; after them the shares hold.
fn stage_of(number: usize) -> Stage {
    if let Some((stage, _)) = SHARES.get(number) {
        return *stage;
    }
    // A prime step scatters the stages over the list.
    let mut place = number.wrapping_mul(37) % 100;
    for (stage, share) in SHARES {
        if place < share {
            return stage;
        }
        place -= share;
    }
    Stage::Idle
}

fn copy(world: &mut World, template: &Template, name: &Name) -> Result<(), Error> {
    let timers = world.timers.reserve(template.timers());
    let back = world.ids.below(template.slack_seconds().unsigned_abs());
    let variation = Variation::new(world, name, template, timers, i64::try_from(back).unwrap_or_default());
    let mut copies = template.fill(&variation);
    // The first copy of a template shows that its texts can be read.
    let is_first = !template.is_tried.replace(true);
    for (table, records) in world.tables() {
        for (key, text) in copies.remove(table).unwrap_or_default() {
            if is_first {
                records.put(key, &text)?;
            } else {
                records.lay(key, text);
            }
        }
    }
    for timer in template.fill_timers(&variation)? {
        world.timers.adopt(timer);
    }
    files::copy(world, template, &variation)?;
    Ok(())
}

#[cfg(test)]
mod tests;
