//! What both answered, as rows for a screen: built once for each view of a probe, kept within a bound.

mod answer;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;
use viridian_compare::{
    answer::WholeAnswer,
    difference::Outcome,
    json::Arrays,
    suite,
    view::{Built, Pair, Unshown},
};
use viridian_domain::{Service, port::PortError};
use viridian_shared::{
    colour::Colour,
    comparison::{
        probe::ProbeDetail,
        suite::{Suite, Unordered},
        view::{Rows, View},
    },
};

use super::{
    body_limits,
    desk::{DeskPlace, Undone},
    sentence,
};
pub use answer::answer;
#[cfg(test)]
pub(super) use answer::plain;
pub(super) use answer::{answer_of, compared};

/// How much memory views may take in all.
const ROOM: usize = 64 << 20;
/// Rows in a window at most.
const WINDOW: usize = 1_000;

/// Which views make sense of two answers, the most telling first.
pub(crate) fn views(answers: [&WholeAnswer; 2], outcome: Option<&Outcome>) -> Vec<View> {
    let pair = Pair::of(answers, body_limits());
    // Where the trees cost too much to be compared, they do to be shown.
    let is_text = outcome.is_some_and(|it| it.compared_as != Some(pair.kinds()[0]));
    pair.views().into_iter().filter(|it| *it != View::Tree || !is_text).collect()
}

/// Arrays whose order did not count, for the badge.
pub(super) fn arrays(outcome: &Outcome) -> Vec<Unordered> {
    let array = |(path, how): &(_, Arrays)| {
        let path: &viridian_compare::json::Pattern = path;
        let key = match how {
            Arrays::InOrder => return None,
            Arrays::AsSet => None,
            Arrays::ByKey(key) => Some(key.clone()),
        };
        Some(Unordered { path: path.to_string(), key })
    };
    outcome.arrays.iter().filter_map(array).collect()
}

/// Why there are no rows.
pub enum NoRows {
    /// No such probe, or its answers were dropped.
    Missing,
    /// No such view of it, with a sentence.
    Unshown(String),
    /// The store did not answer.
    Store(PortError),
    /// The work broke off: a fault of ours.
    Internal,
}

/// What a view is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Name of the service.
    pub service: String,
    /// Id of the run.
    pub run: String,
    /// Name of the probe in its run.
    pub probe: String,
    /// Which of the probe's views.
    pub view: View,
}

type Cell = Arc<OnceCell<Arc<Built>>>;

/// The views that were looked at last.
pub struct Views {
    kept: Mutex<Kept>,
    room: usize,
}

#[derive(Default)]
struct Kept {
    cells: HashMap<Subject, (Cell, u64)>,
    uses: u64,
}

impl Default for Views {
    fn default() -> Self {
        Self { kept: Mutex::default(), room: ROOM }
    }
}

impl Views {
    /// A window of rows; the one at the beginning carries the outline.
    pub async fn rows(
        &self,
        service: &Service,
        subject: &Subject,
        from: usize,
        count: usize,
    ) -> Result<Rows, NoRows> {
        let built = self.built(service, subject).await?;
        let view = subject.view;
        let drawing = DeskPlace::free().await.work(move || built.window(view, from, count.min(WINDOW)));
        drawing.await.map_err(undone)
    }

    /// The view, built by the first who asks while the others wait for it.
    pub async fn built(&self, service: &Service, subject: &Subject) -> Result<Arc<Built>, NoRows> {
        let cell = self.cell(subject);
        let built = cell
            .get_or_try_init(|| async {
                let place = DeskPlace::free().await;
                build(service, subject, place).await
            })
            .await
            .cloned();
        if built.is_err() {
            self.lock().cells.remove(subject);
        }
        self.make_room(subject);
        built
    }

    /// Builds the view ahead of whoever asks for it, if nobody is kept waiting by that.
    pub async fn prepare(&self, service: &Service, subject: &Subject) {
        let Some(place) = DeskPlace::now() else { return };
        let cell = self.cell(subject);
        let built = cell.get_or_try_init(|| build(service, subject, place)).await.is_ok();
        if !built {
            self.lock().cells.remove(subject);
        }
        self.make_room(subject);
    }

    /// How many views are kept at hand.
    pub fn number(&self) -> usize {
        self.lock().cells.len()
    }

    fn cell(&self, subject: &Subject) -> Cell {
        let mut kept = self.lock();
        kept.uses += 1;
        let turn = kept.uses;
        let (cell, used) = kept.cells.entry(subject.clone()).or_default();
        *used = turn;
        Arc::clone(cell)
    }

    /// Drops what was looked at longest ago. What is looked at now stays, even if it is too large by itself.
    fn make_room(&self, present: &Subject) {
        let mut kept = self.lock();
        loop {
            let size = |(cell, _): &(Cell, u64)| cell.get().map_or(0, |built| built.memory());
            let total: usize = kept.cells.values().map(size).sum();
            let others = kept.cells.iter().filter(|(subject, _)| *subject != present);
            let Some(oldest) = others.min_by_key(|(_, (_, used))| *used).map(|(subject, _)| subject.clone())
            else {
                return;
            };
            if total <= self.room {
                return;
            }
            kept.cells.remove(&oldest);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn build(service: &Service, subject: &Subject, place: DeskPlace) -> Result<Arc<Built>, NoRows> {
    let runs = &service.ports.runs;
    let (name, run, probe) = (service.name(), subject.run.as_str(), subject.probe.as_str());
    let detail = runs.probe(name, run, probe).await.map_err(NoRows::Store)?.ok_or(NoRows::Missing)?;
    let kept = runs.run(name, run).await.map_err(NoRows::Store)?.ok_or(NoRows::Missing)?;
    let answer = |colour| answer(service, &detail, run, colour);
    let both = tokio::try_join!(answer(Colour::Blue), answer(Colour::Green));
    let (blue, green) = both.map_err(NoRows::Store)?;
    let (Some(blue), Some(green)) = (blue, green) else { return Err(NoRows::Missing) };
    let [blue, green] = [blue, green].map(|it| compared(it, &detail));
    let which = subject.view;
    let building = place.work(move || view([&blue, &green], which, &detail, &kept.suite));
    let built = building.await.map_err(undone)?;
    built.map(Arc::new).map_err(NoRows::Unshown)
}

fn undone(undone: Undone) -> NoRows {
    match undone {
        Undone::Spent(spent) => NoRows::Unshown(sentence(&spent)),
        Undone::Broken => NoRows::Internal,
    }
}

fn view(
    answers: [&WholeAnswer; 2],
    which: View,
    detail: &ProbeDetail,
    suite: &Suite,
) -> Result<Built, String> {
    let mut suite = suite.clone();
    // A rule that was not let hide anything when it ran hides nothing on screen.
    let hides = |rule: &str| detail.differences.iter().any(|it| it.hidden_by.as_deref() == Some(rule));
    suite.noise.retain(|rule| hides(&rule.name));
    let rules = suite::rules(&suite, Some(&detail.brief.name)).map_err(|error| sentence(&error))?;
    let pair = Pair::of(answers, body_limits());
    pair.view(which, &rules, &detail.differences).map_err(|error: Unshown| sentence(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(run: &str) -> Subject {
        let text = |text: &str| text.to_owned();
        Subject { service: text("shop"), run: text(run), probe: text("home"), view: View::Source }
    }

    fn built(lines: usize) -> Arc<Built> {
        let body = "a line of text\n".repeat(lines);
        let answer = answer::plain("text/plain", body.into_bytes());
        let view = Pair::of([&answer, &answer], body_limits()).view(
            View::Source,
            &viridian_compare::difference::rule::Rules::default(),
            &[],
        );
        Arc::new(view.unwrap())
    }

    #[test]
    fn what_was_looked_at_longest_ago_goes_first_and_the_bound_holds() {
        let one = built(1_000);
        let views = Views { room: one.memory() * 2 + 1, ..Views::default() };
        for run in ["1", "2", "3"] {
            let cell = views.cell(&subject(run));
            cell.set(Arc::clone(&one)).unwrap();
            views.make_room(&subject(run));
            views.cell(&subject("1"));
        }
        let kept = views.lock();
        let mut runs: Vec<_> = kept.cells.keys().map(|it| it.run.as_str()).collect();
        runs.sort_unstable();
        assert_eq!(runs, ["1", "3"]);
    }

    #[test]
    fn a_view_that_is_too_large_by_itself_is_shown_and_then_forgotten() {
        let views = Views { room: 10, ..Views::default() };
        views.cell(&subject("1")).set(built(1_000)).unwrap();
        views.make_room(&subject("1"));
        assert_eq!(views.lock().cells.len(), 1);
        views.cell(&subject("2"));
        views.make_room(&subject("2"));
        assert!(!views.lock().cells.contains_key(&subject("1")));
    }
}
