//! Records as text with holes: where names, identifiers, addresses, times and timers of one service stood.

mod extract;
pub(crate) mod variation;

use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
};

use jiff::{SignedDuration, Timestamp};

use super::{
    Error,
    name::{Name, short},
};
use crate::{
    timers::{Timer, TimerId},
    world::World,
};
pub(super) use extract::{Extractor, Piece};
pub(super) use variation::Variation;

/// Tables that belong to nobody's release, or to everybody's.
const LEFT_OUT: [&str; 7] = [
    "faults",
    "iam.keys",
    "elb.health_faults",
    "queues.messages",
    "sns.messages",
    "timers",
    "stepfunctions.definitions",
];
/// How far back a stage may lie.
const FARTHEST: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A record: its table, its key and its text. An old one lies long before the release.
#[derive(Debug)]
struct RecordTemplate {
    table: &'static str,
    key: Vec<Piece>,
    text: Vec<Piece>,
    is_old: bool,
}

#[derive(Debug)]
pub(super) struct Template {
    records: Vec<RecordTemplate>,
    /// Each timer as text, with the number that it had.
    timers: Vec<(TimerId, Vec<Piece>)>,
    pub(super) addresses: usize,
    /// The moment at which it was cut.
    pub(super) now: Timestamp,
    /// How long nothing will fall due.
    slack: SignedDuration,
    /// Keys of builds, whose logs are on disk: as they were, and with holes.
    pub(super) builds: Vec<(String, Vec<Piece>)>,
    /// Folders of artifacts below the fixtures, which later actions still read.
    pub(super) artifacts: Vec<(PathBuf, Vec<Piece>)>,
    words: Vec<String>,
    /// Whether a copy was read.
    pub(super) is_tried: Cell<bool>,
}

/// The spellings of a service's name, and the folders in which its files lie, in the order in which they are
/// looked for.
pub(super) fn words(fixtures: &str, folder: &str, name: &Name) -> Vec<String> {
    vec![
        fixtures.to_owned(),
        folder.to_owned(),
        format!("tg-{}-", short(&name.stack)),
        format!("{}-ReleaseBal-", short(&name.stack)),
        name.service.clone(),
        name.stack.clone(),
        // Buckets and registries have small letters only.
        format!("{}state-", name.stack.to_lowercase()),
    ]
}

impl Template {
    /// Cuts a world with one service in it. What stood in `before` already is long past: executions of state
    /// machines among it are forgotten by now, as AWS forgets them.
    pub(super) fn cut(
        world: &mut World,
        words: &[String],
        before: &HashMap<(&'static str, String), String>,
    ) -> Self {
        let (now, next) = (world.now(), world.timers.next_due());
        let numbers: Vec<TimerId> = world.timers.queue.values().map(|timer| timer.id).collect();
        let known: HashSet<TimerId> = numbers.iter().copied().collect();
        let mut extractor = Extractor::new(words, &known);
        let mut templates = Vec::new();
        let mut builds = Vec::new();
        for (table, records) in world.tables() {
            if LEFT_OUT.contains(&table) {
                continue;
            }
            for (key, text) in records.dump() {
                let is_old = before.get(&(table, key.clone())) == Some(&text);
                let is_forgotten = is_old && table.starts_with("stepfunctions.") && is_of_execution(table);
                if is_forgotten {
                    continue;
                }
                let cut = extractor.cut(&key);
                // Logs of long ago are gone too.
                if table == "codebuild.builds" && !is_old {
                    builds.push((key.clone(), cut.clone()));
                }
                templates.push(RecordTemplate { table, key: cut, text: extractor.cut(&text), is_old });
            }
        }
        let timers = world.timers.queue.values().map(|timer| {
            let text = serde_json::to_string(timer).unwrap_or_default();
            (timer.id, extractor.cut(&text))
        });
        let timers = timers.collect();
        let slack = next.map_or(FARTHEST, |due| due.duration_since(now)).min(FARTHEST);
        let addresses = extractor.addresses();
        let (artifacts, words) = (Vec::new(), words.to_vec());
        Self {
            records: templates,
            timers,
            addresses,
            now,
            slack,
            builds,
            artifacts,
            words,
            is_tried: Cell::new(false),
        }
    }

    /// Notes the folders of artifacts that a copy needs, by their paths below the fixtures.
    pub(super) fn with_artifacts(mut self, folders: Vec<PathBuf>) -> Self {
        let none = HashSet::new();
        let mut extractor = Extractor::new(&self.words, &none);
        let cut = folders.into_iter().map(|folder| {
            let pieces = extractor.cut(&folder.to_string_lossy());
            (folder, pieces)
        });
        self.artifacts = cut.collect();
        self
    }

    /// A text about the service, as it is about a copy.
    pub(super) fn rewritten(&self, text: &str, variation: &Variation) -> String {
        let none = HashSet::new();
        let pieces = Extractor::new(&self.words, &none).cut(text);
        variation.fill(&pieces, false, &HashMap::new())
    }

    pub(super) fn timers(&self) -> u64 {
        self.timers.len() as u64
    }

    /// By how many seconds a copy may lie further back, with nothing that is due already.
    pub(super) fn slack_seconds(&self) -> i64 {
        (self.slack.as_secs() * 9 / 10).max(0)
    }

    /// Key and text of every record of a copy, by table.
    pub(super) fn fill(&self, variation: &Variation) -> BTreeMap<&'static str, Vec<(String, String)>> {
        let timers = self.numbers(variation);
        let mut filled: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
        for sheet in &self.records {
            let fill = |pieces| variation.fill(pieces, sheet.is_old, &timers);
            filled.entry(sheet.table).or_default().push((fill(&sheet.key), fill(&sheet.text)));
        }
        filled
    }

    /// The timers of a copy.
    pub(super) fn fill_timers(&self, variation: &Variation) -> Result<Vec<Timer>, Error> {
        let numbers = self.numbers(variation);
        let timers = self.timers.iter().map(|(number, pieces)| {
            let mut timer: Timer = serde_json::from_str(&variation.fill(pieces, false, &numbers))?;
            timer.id = numbers.get(number).copied().unwrap_or(timer.id);
            Ok(timer)
        });
        timers.collect()
    }

    /// Which number each timer has in a copy.
    fn numbers(&self, variation: &Variation) -> HashMap<TimerId, TimerId> {
        self.timers.iter().map(|(number, _)| *number).zip(variation.timers..).collect()
    }
}

fn is_of_execution(table: &str) -> bool {
    matches!(
        table,
        "stepfunctions.executions"
            | "stepfunctions.runs"
            | "stepfunctions.branches"
            | "stepfunctions.items"
            | "stepfunctions.events"
    )
}
