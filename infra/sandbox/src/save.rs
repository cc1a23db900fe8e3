//! The save log: each batch of changes is one line, appended as it happens, so that a kill loses at most the
//! line being written.

use std::{
    fmt::Write as _,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{arn::Place, id::Ids, timers::TimerId, world::World};

/// A line as it is read; [`Log::write`] writes it.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    version: u32,
    now: Timestamp,
    ids: Ids,
    /// Number of the last timer.
    timer: TimerId,
    place: Place,
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    table: String,
    key: String,
    record: Option<Value>,
}

/// Counts up when records change so that those of a log before can no longer be read as they were meant.
const VERSION: u32 = 3;
/// The log is not written anew before it has this size.
const SMALL: usize = 64 * 1024 * 1024;

/// How far the clock may run ahead of the log while nothing changes: after a kill it goes on from there.
const CLOCK: SignedDuration = SignedDuration::from_secs(10);

/// An open save log.
#[derive(Debug)]
pub struct Log {
    file: File,
    /// How late it was in the world at the last line.
    told: Timestamp,
    /// Bytes in the file, and how many there may be before it is written anew.
    written: usize,
    limit: usize,
}

impl Log {
    /// Where the log of a folder lies.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join("world.log")
    }

    /// Opens the log of a folder after writing the whole world into it as one line.
    pub fn start(folder: &Path, world: &mut World) -> io::Result<Self> {
        for (_, table) in world.tables() {
            table.touch_all();
        }
        let fresh = folder.join("world.log.tmp");
        let told = Timestamp::MIN;
        let mut log = Self { file: File::create(&fresh)?, told, written: 0, limit: usize::MAX };
        log.write_whole(world)?;
        log.file.sync_all()?;
        std::fs::rename(&fresh, Self::path(folder))?;
        log.file = OpenOptions::new().append(true).open(Self::path(folder))?;
        log.limit = SMALL.max(log.written * 4);
        Ok(log)
    }

    /// Writes the whole world, line by line: nobody reads the file before it is finished.
    fn write_whole(&mut self, world: &mut World) -> io::Result<()> {
        let names: Vec<&'static str> = world.tables().into_iter().map(|(name, _)| name).collect();
        for wanted in names {
            let changes = changes(world, |name| name == wanted);
            self.write(world, &changes)?;
        }
        Ok(())
    }

    /// Appends what changed since the last call, if anything did; and how late it is, where that was long ago.
    pub fn append(&mut self, world: &mut World) -> io::Result<()> {
        let changes = changes(world, |_| true);
        if changes.is_empty() && world.now().duration_since(self.told) < CLOCK {
            return Ok(());
        }
        self.write(world, &changes)?;
        if self.written > self.limit {
            let kept: usize = world.tables().iter().map(|(_, table)| table.weight()).sum();
            self.limit = SMALL.max(kept * 4);
        }
        if self.written > self.limit {
            // What was overwritten since weighs more than what is left of it.
            *self = Self::start(&world.folder.clone(), world)?;
        }
        Ok(())
    }

    /// Writes one line. Records are text already, so that they are not built up in memory once more.
    fn write(&mut self, world: &World, changes: &str) -> io::Result<()> {
        self.told = world.now();
        let (now, ids, timer, place) = (world.now(), &world.ids, world.timers.last(), &world.place);
        let head =
            json!({ "version": VERSION, "now": now, "ids": ids, "timer": timer, "place": place }).to_string();
        let head = head.strip_suffix('}').unwrap_or_default();
        let text = format!("{head},\"changes\":[{changes}]}}\n");
        self.file.write_all(text.as_bytes())?;
        self.written += text.len();
        Ok(())
    }
}

/// Takes the changes of some tables, as the elements of a list in JSON.
fn changes(world: &mut World, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut list = String::new();
    for (name, table) in world.tables().into_iter().filter(|(name, _)| is_wanted(name)) {
        for (key, record) in table.take_changes() {
            let comma = if list.is_empty() { "" } else { "," };
            let (key, record) = (Value::from(key), record.as_deref().unwrap_or("null"));
            let _ = write!(list, "{comma}{{\"table\":\"{name}\",\"key\":{key},\"record\":{record}}}");
        }
    }
    list
}

/// Reads a folder's log into a fresh world. Gives whether there was one.
/// A last line that was cut short is left out; any other unreadable line is an error.
pub fn load(folder: &Path, world: &mut World) -> io::Result<bool> {
    let file = match File::open(Log::path(folder)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut lines = BufReader::new(file).split(b'\n').peekable();
    let mut number = 0;
    while let Some(line) = lines.next() {
        number += 1;
        let line = line?;
        match serde_json::from_slice::<Line>(&line) {
            Ok(line) if line.version != VERSION => return Err(of_another_version(folder)),
            Ok(line) => apply(world, line).map_err(|error| damaged(number, &error))?,
            Err(_) if lines.peek().is_none() => break,
            Err(error) => return Err(damaged(number, &error)),
        }
    }
    world.timers.index();
    Ok(number > 0)
}

fn apply(world: &mut World, line: Line) -> Result<(), serde_json::Error> {
    world.clock.set(line.now);
    world.ids = line.ids;
    world.timers.continue_after(line.timer);
    world.place = line.place;
    let mut tables: std::collections::HashMap<_, _> = world.tables().into_iter().collect();
    for change in line.changes {
        if let Some(table) = tables.get_mut(change.table.as_str()) {
            table.restore(change.key, change.record)?;
        }
    }
    Ok(())
}

fn damaged(number: usize, error: &serde_json::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {number} of world.log cannot be read: {error}"))
}

fn of_another_version(folder: &Path) -> io::Error {
    let path = Log::path(folder);
    let text = format!(
        "{} was written by another version of the sandbox. Name another folder, or delete this one to begin anew.",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::{
        Sandbox,
        clock::Clock,
        testing::{ask, ok},
    };

    fn clusters(world: &mut World) -> usize {
        ok(world, "ecs", "ListClusters", json!({}))["clusterArns"].as_array().map_or(0, Vec::len)
    }

    fn loaded(folder: &Path) -> io::Result<World> {
        let mut world = World::new(folder.to_owned(), 1, Clock::new(Timestamp::UNIX_EPOCH, 1.0));
        load(folder, &mut world).map(|_| world)
    }

    #[test]
    fn a_last_line_that_was_cut_anywhere_is_left_out_and_any_other_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        let (sandbox, _) = Sandbox::open(folder.path(), 1, clock).unwrap();
        for name in ["one", "two"] {
            sandbox.with(|world| ask(world, "ecs", "CreateCluster", json!({ "clusterName": name }))).unwrap();
        }
        let whole = fs::read(Log::path(folder.path())).unwrap();
        let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        for cut in last..whole.len() - 1 {
            fs::write(Log::path(folder.path()), &whole[..cut]).unwrap();
            assert_eq!(clusters(&mut loaded(folder.path()).unwrap()), 1, "cut at {cut}");
        }
        fs::write(Log::path(folder.path()), &whole).unwrap();
        assert_eq!(clusters(&mut loaded(folder.path()).unwrap()), 2);

        // A world that was opened from a torn log goes on in a whole one.
        fs::write(Log::path(folder.path()), &whole[..last + 10]).unwrap();
        let clock = Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        let (again, _) = Sandbox::open(folder.path(), 1, clock).unwrap();
        again.with(|world| ask(world, "ecs", "CreateCluster", json!({ "clusterName": "three" }))).unwrap();
        assert_eq!(clusters(&mut loaded(folder.path()).unwrap()), 2);

        let mut broken = whole.clone();
        broken[last - 3] = b'#';
        fs::write(Log::path(folder.path()), &broken).unwrap();
        assert!(loaded(folder.path()).unwrap_err().to_string().contains("line"));
    }

    #[test]
    fn a_log_of_another_version_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let clock = || Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        Sandbox::open(folder.path(), 1, clock()).unwrap();
        let text = fs::read_to_string(Log::path(folder.path())).unwrap();
        let old = text.replace(&format!("\"version\":{VERSION},"), "");
        assert_ne!(old, text);
        fs::write(Log::path(folder.path()), &old).unwrap();
        let refused = Sandbox::open(folder.path(), 1, clock()).err().unwrap().to_string();
        assert!(refused.contains("another version"), "{refused}");
        assert_eq!(fs::read_to_string(Log::path(folder.path())).unwrap(), old);
    }

    #[test]
    fn a_world_in_which_nothing_changes_does_not_go_back_in_time_after_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        let (sandbox, _) = Sandbox::open(folder.path(), 1, clock).unwrap();
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(50);
        sandbox.with(|world| world.clock.jump(later));
        sandbox.with(|world| ask(world, "ecs", "ListClusters", json!({}))).unwrap();
        assert!(loaded(folder.path()).unwrap().now() >= later);
        let size = || fs::metadata(Log::path(folder.path())).unwrap().len();
        let before = size();
        sandbox.with(|world| ask(world, "ecs", "ListClusters", json!({}))).unwrap();
        assert_eq!(size(), before, "not every question is a line");
    }

    #[test]
    fn a_timers_number_is_never_used_twice_even_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(Timestamp::UNIX_EPOCH, 1.0);
        let (sandbox, _) = Sandbox::open(folder.path(), 1, clock).unwrap();
        let event = || crate::Event::Ecs(crate::ecs::Event::Forget { task: "none".to_owned() });
        let last = sandbox.with(|world| {
            let first = world.timers.schedule(Timestamp::UNIX_EPOCH, event());
            world.timers.cancel(first);
            first
        });
        assert!(loaded(folder.path()).unwrap().timers.schedule(Timestamp::UNIX_EPOCH, event()) > last);
    }
}
