//! One viewer's stream: everything on connect, then what changed since the last thing sent.
//!
//! A viewer that reads slowly skips values in between and never misses the last one: what is sent is found by
//! comparing the newest frames with what this viewer was sent, not by a queue.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use viridian_shared::{
    clock::Clock as Reading,
    event::{Event, Hello},
    row::ServiceRow,
};

use super::{feed::Frames, frame, watchers::Watching};
use crate::limit::HeldPlace;

/// A comment is sent after this much silence, so that a dead connection is noticed.
const SILENCE: Duration = Duration::from_secs(12);

pub(crate) struct Viewer {
    pub(crate) hello: Hello,
    pub(crate) rows: watch::Receiver<(Vec<ServiceRow>, Bytes)>,
    pub(crate) service: Option<ServiceView>,
    pub(crate) clock: Option<watch::Receiver<(Reading, tokio::time::Instant)>>,
    /// Digest of the session and the list of those that end.
    pub(crate) session: (String, broadcast::Receiver<String>),
    /// When the page has to connect anew, to be known anew.
    pub(crate) until: tokio::time::Instant,
    pub(crate) stop: CancellationToken,
    /// Counted for as long as the stream lives.
    pub(crate) _place: HeldPlace,
}

/// The service that a viewer has open.
pub(crate) struct ServiceView {
    pub(crate) epoch: String,
    pub(crate) frames: watch::Receiver<Arc<Frames>>,
    /// Entries before this connection, already serialised.
    pub(crate) backlog: Vec<(u64, Bytes)>,
    pub(crate) cursor: Cursor,
    /// Counts the viewer for as long as the stream lives; none where only its beginning is told.
    pub(crate) _watching: Option<Watching>,
}

/// How far a viewer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    /// None until the viewer has a whole snapshot of this feed.
    pub(crate) revision: Option<u64>,
    pub(crate) entry: u64,
}

impl Cursor {
    /// From the id of the last event that a page saw: `epoch-revision-entry`. Journal numbers outlive a
    /// process, revisions do not.
    pub(crate) fn resume(epoch: &str, last_id: Option<&str>) -> Option<Self> {
        let mut parts = last_id?.rsplitn(3, '-');
        let entry = parts.next()?.parse().ok()?;
        let revision = parts.next()?.parse().ok()?;
        let revision = (parts.next()? == epoch).then_some(revision);
        Some(Self { revision, entry })
    }

    fn id(self, epoch: &str) -> Bytes {
        Bytes::from(format!("id: {epoch}-{}-{}\n", self.revision.unwrap_or_default(), self.entry))
    }
}

struct Going {
    viewer: Viewer,
    ready: VecDeque<Bytes>,
    ended: bool,
}

impl Viewer {
    /// The body of the answer.
    pub(crate) fn stream(mut self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        let rows = self.rows.borrow_and_update().1.clone();
        let mut ready = beginning(&self.hello, rows, self.service.as_mut());
        ready.push_front(Bytes::from_static(b"retry: 1000\n\n"));
        stream::unfold(Going { viewer: self, ready, ended: false }, |mut going| async move {
            while going.ready.is_empty() && !going.ended {
                going.wait().await;
            }
            going.ready.pop_front().map(|bytes| (Ok(bytes), going))
        })
    }
}

/// What every viewer is told first.
pub(crate) fn beginning(hello: &Hello, rows: Bytes, service: Option<&mut ServiceView>) -> VecDeque<Bytes> {
    let mut ready = VecDeque::from([frame(&Event::Hello(hello.clone())), rows]);
    if let Some(service) = service {
        service.begin(&mut ready);
    }
    ready
}

impl Going {
    async fn wait(&mut self) {
        let Viewer { rows, service, clock, session, until, stop, .. } = &mut self.viewer;
        let frames = async {
            match service {
                Some(service) => service.frames.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        let moved = async {
            match clock {
                Some(clock) => clock.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => self.bye(),
            () = tokio::time::sleep_until(*until) => self.bye(),
            ended = session.1.recv() => {
                if ended.is_ok_and(|digest| digest == session.0) {
                    self.bye();
                }
            }
            alive = frames => {
                if let (true, Some(service)) = (alive, &mut self.viewer.service) {
                    service.catch_up(&mut self.ready);
                } else {
                    self.bye();
                }
            }
            changed = rows.changed() => {
                if changed.is_ok() {
                    self.ready.push_back(rows.borrow_and_update().1.clone());
                } else {
                    self.bye();
                }
            }
            alive = moved => {
                if let (true, Some(clock)) = (alive, &mut self.viewer.clock) {
                    let (reading, at) = *clock.borrow_and_update();
                    let now = reading.after(at.elapsed().as_secs_f64());
                    self.ready.push_back(frame(&Event::Clock(Reading { now, ..reading })));
                }
            }
            () = tokio::time::sleep(SILENCE) => self.ready.push_back(Bytes::from_static(b": still here\n\n")),
        }
    }

    fn bye(&mut self) {
        self.ready.push_back(frame(&Event::Bye));
        self.ended = true;
    }
}

impl ServiceView {
    fn begin(&mut self, ready: &mut VecDeque<Bytes>) {
        if self.cursor.revision.is_none() {
            let frames = self.frames.borrow().clone();
            self.cursor.revision = Some(frames.snapshot.revision);
            ready.push_back(self.cursor.id(&self.epoch));
            ready.push_back(frames.whole());
        }
        for (number, bytes) in std::mem::take(&mut self.backlog) {
            self.entry(number, bytes, ready);
        }
        self.catch_up(ready);
    }

    /// Everything newer than what was sent.
    fn catch_up(&mut self, ready: &mut VecDeque<Bytes>) {
        let frames = self.frames.borrow_and_update().clone();
        let known = self.cursor.revision.unwrap_or_default();
        for (revision, bytes) in frames.sections.iter().filter(|(revision, _)| *revision > known) {
            self.cursor.revision = Some(*revision);
            ready.push_back(self.cursor.id(&self.epoch));
            ready.push_back(bytes.clone());
        }
        for (number, bytes) in &frames.entries {
            self.entry(*number, bytes.clone(), ready);
        }
    }

    fn entry(&mut self, number: u64, bytes: Bytes, ready: &mut VecDeque<Bytes>) {
        if number > self.cursor.entry {
            self.cursor.entry = number;
            ready.push_back(self.cursor.id(&self.epoch));
            ready.push_back(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_where_it_was_and_after_a_restart_only_with_the_journal() {
        assert_eq!(Cursor::resume("ab", Some("ab-7-40")), Some(Cursor { revision: Some(7), entry: 40 }));
        assert_eq!(Cursor::resume("cd", Some("ab-7-40")), Some(Cursor { revision: None, entry: 40 }));
        assert_eq!(Cursor::resume("ab", Some("nonsense")), None);
        assert_eq!(Cursor::resume("ab", None), None);
    }
}
