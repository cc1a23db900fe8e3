//! The save log: each batch of changes is one line, appended as it happens, so that a kill loses at most the
//! line being written.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{arn::Place, id::Ids, world::World};

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    now: Timestamp,
    ids: Ids,
    place: Place,
    changes: Vec<Change>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Change {
    table: String,
    key: String,
    record: Option<Value>,
}

/// The log is not written anew before it has this size.
const SMALL: usize = 16 * 1024 * 1024;

/// An open save log.
#[derive(Debug)]
pub struct Log {
    file: File,
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
        let mut log = Self { file: File::create(&fresh)?, written: 0, limit: usize::MAX };
        log.append(world)?;
        log.file.sync_all()?;
        std::fs::rename(&fresh, Self::path(folder))?;
        log.file = OpenOptions::new().append(true).open(Self::path(folder))?;
        log.limit = SMALL.max(log.written * 4);
        Ok(log)
    }

    /// Appends what changed since the last call, if anything did.
    pub fn append(&mut self, world: &mut World) -> io::Result<()> {
        let mut changes = Vec::new();
        for (name, table) in world.tables() {
            for (key, record) in table.take_changes() {
                changes.push(Change { table: name.to_owned(), key, record });
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        let line = Line { now: world.now(), ids: world.ids.clone(), place: world.place.clone(), changes };
        let mut text = serde_json::to_vec(&line).map_err(io::Error::other)?;
        text.push(b'\n');
        self.file.write_all(&text)?;
        self.written += text.len();
        if self.written > self.limit {
            // What was overwritten since weighs more than what is left of it.
            *self = Self::start(&world.folder.clone(), world)?;
        }
        Ok(())
    }
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
