//! Worlds forked from another one: the same records, a clock of its own, files in the fixtures.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::Error;
use crate::{clock::Clock, world::World};

/// Where the files of the fixtures lie.
pub(super) fn fixtures(world: &World) -> PathBuf {
    world.folder.join("fleet")
}

/// The same world again, at the same moment, with its files in `folder`.
pub(super) fn fork(world: &mut World, folder: &Path) -> Result<World, Error> {
    let mut clock = Clock::new(world.now(), 1.0);
    clock.pause();
    let mut forked = World::new(folder.to_owned(), 0, clock);
    forked.ids = world.ids.clone();
    forked.place = world.place.clone();
    forked.endpoint.clone_from(&world.endpoint);
    let records: HashMap<&'static str, Vec<(String, String)>> =
        world.tables().into_iter().map(|(name, table)| (name, table.dump())).collect();
    for (name, table) in forked.tables() {
        for (key, text) in records.get(name).into_iter().flatten() {
            table.put(key.clone(), text)?;
        }
    }
    forked.timers.index();
    forked.timers.continue_after(world.timers.last());
    Ok(forked)
}

/// Every record of a world, to tell later what has changed.
pub(super) fn records(world: &mut World) -> HashMap<(&'static str, String), String> {
    let tables = world.tables().into_iter();
    tables
        .flat_map(|(name, table)| table.dump().into_iter().map(move |(key, text)| ((name, key), text)))
        .collect()
}
