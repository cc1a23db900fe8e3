//! The journal in memory, with a digest that only tells entries apart.

use async_trait::async_trait;
use tokio::sync::watch;
use viridian_shared::{
    journal::{Entry, EntryKind, Fact, JournalPage},
    snapshot::Snapshot,
    vote::Vote,
};

use super::World;
use crate::{
    digest,
    port::{Fault, Intent, Journal, Kept, NewEntry, OpenIntent, PageRequest, PortError, Wait},
};

#[derive(Default)]
pub(crate) struct Written {
    pub(crate) entries: Vec<Entry>,
    /// With the number of the entry.
    intents: Vec<(u64, Intent)>,
    observed: Option<Snapshot>,
}

impl Written {
    fn append(&mut self, new: NewEntry) -> Entry {
        let number = self.entries.len() as u64 + 1;
        let NewEntry { at, service, release, person, fact, closes } = new;
        let (kind, about) =
            (fact.kind().unwrap_or(EntryKind::Newer), fact.about().unwrap_or_default().to_owned());
        let digest = digest::hex(number.to_string());
        let entry = Entry { number, at, service, release, person, kind, about, fact, closes, digest };
        self.entries.push(entry.clone());
        entry
    }

    fn outcome(&self, intent: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.closes == Some(intent))
    }
}

impl World {
    fn journal_up(&self) -> Result<(), PortError> {
        if self.state().is_journal_down {
            Err(PortError::new(Fault::Store, "write the journal", ""))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl Journal for World {
    async fn append(&self, entry: NewEntry) -> Result<Entry, PortError> {
        self.journal_up()?;
        Ok(self.state().written.append(entry))
    }

    async fn observe(&self, entries: Vec<NewEntry>, snapshot: &Snapshot) -> Result<(), PortError> {
        self.journal_up()?;
        let written = &mut self.state().written;
        for entry in entries {
            written.append(entry);
        }
        written.observed = Some(snapshot.clone());
        Ok(())
    }

    async fn observed(&self, _service: &str) -> Result<Option<Snapshot>, PortError> {
        Ok(self.state().written.observed.clone())
    }

    async fn open(&self, intent: Intent) -> Result<Entry, PortError> {
        self.journal_up()?;
        let written = &mut self.state().written;
        let entry = written.append(intent.entry.clone());
        written.intents.push((entry.number, intent));
        Ok(entry)
    }

    async fn close(&self, outcome: NewEntry) -> Result<Entry, PortError> {
        self.journal_up()?;
        let written = &mut self.state().written;
        let is_open = outcome.closes.is_some_and(|intent| written.outcome(intent).is_none());
        if !is_open {
            return Err(PortError::new(Fault::Conflict, "write an outcome", "this intent is already closed"));
        }
        Ok(written.append(outcome))
    }

    async fn open_intents(&self, _service: &str) -> Result<Vec<OpenIntent>, PortError> {
        let written = &self.state().written;
        let open = written.intents.iter().filter(|(number, _)| written.outcome(*number).is_none());
        let entry = |number: u64| written.entries.iter().find(|entry| entry.number == number).cloned();
        let open = open.filter_map(|(number, intent)| {
            Some(OpenIntent { entry: entry(*number)?, body: intent.body.clone() })
        });
        Ok(open.collect())
    }

    async fn kept(&self, key: &str) -> Result<Option<Kept>, PortError> {
        let written = &self.state().written;
        let kept = written.intents.iter().find(|(_, intent)| intent.key.as_deref() == Some(key));
        Ok(kept.map(|(number, intent)| Kept {
            fingerprint: intent.fingerprint.clone(),
            receipt: written.outcome(*number).and_then(|outcome| match &outcome.fact {
                Fact::Done(deed) => Some(deed.receipt(*number)),
                _ => None,
            }),
        }))
    }

    async fn page(&self, ask: &PageRequest) -> Result<JournalPage, PortError> {
        let state = self.state();
        let before = |entry: &&Entry| ask.before.is_none_or(|number| entry.number < number);
        let entries = state.written.entries.iter().rev().filter(before).take(ask.limit).cloned().collect();
        Ok(JournalPage { entries, before: None })
    }

    async fn since(&self, _service: &str, number: u64, _limit: usize) -> Result<Vec<Entry>, PortError> {
        Ok(self.state().written.entries.iter().filter(|it| it.number > number).cloned().collect())
    }

    async fn votes(&self, _service: &str, release: &str) -> Result<Vec<Vote>, PortError> {
        let vote = |entry: &Entry| match &entry.fact {
            Fact::Done(deed) => deed.vote().filter(|vote| vote.release == release).cloned(),
            _ => None,
        };
        Ok(self.state().written.entries.iter().filter_map(vote).collect())
    }

    async fn started_by(&self, _service: &str, release: &str) -> Result<Option<String>, PortError> {
        let state = self.state();
        let is_it = |entry: &&Entry| match &entry.fact {
            Fact::Done(deed) => deed.began() == Some(release),
            _ => false,
        };
        Ok(state.written.entries.iter().find(is_it).and_then(|entry| entry.person.clone()))
    }

    fn newest(&self) -> watch::Receiver<u64> {
        watch::Sender::new(self.state().written.entries.len() as u64).subscribe()
    }

    fn waking(&self) -> watch::Receiver<Wait> {
        self.waking.subscribe()
    }
}
