//! An execution as it is followed: read once, and again for as long as it runs and somebody looks.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use viridian_shared::{
    machine::{ExecutionDetail, ExecutionEvent, ExecutionStatus},
    problem::Problem,
    route,
};

use crate::{api, prelude::*};

/// Milliseconds between two looks at an execution that runs.
const LOOK: u32 = 1_000;
/// Pages of events that are read in one look: as many as a history can have.
const MOST_PAGES: usize = 130;

/// What is known of the execution. Copies share their state.
#[derive(Clone, Copy)]
pub struct Followed {
    /// The execution without its events; None before the first answer.
    pub detail: RwSignal<Option<ExecutionDetail>>,
    /// In their order.
    pub events: RwSignal<Arc<Vec<ExecutionEvent>>>,
    pub problem: RwSignal<Option<Problem>>,
}

impl Followed {
    pub fn begin() -> Self {
        Self {
            detail: RwSignal::new(None),
            events: RwSignal::new(Arc::default()),
            problem: RwSignal::new(None),
        }
    }

    /// Reads for as long as there may be more, and anybody looks.
    pub async fn follow(self, path: String) {
        let mut reader = Reader { path, ..Reader::default() };
        loop {
            let goes_on = match reader.read().await {
                Ok(detail) => self.take(&reader, detail),
                Err(problem) => {
                    // What was read may be of no use any more: a token lives for a day.
                    (reader.start, reader.token) = (0, None);
                    let is_final = problem.status == 404;
                    self.problem.try_set(Some(problem)).is_none() && !is_final
                }
            };
            if !goes_on {
                return;
            }
            TimeoutFuture::new(LOOK).await;
            if self.detail.is_disposed() {
                return;
            }
        }
    }

    /// Shows what was read; says whether there may be more.
    fn take(self, reader: &Reader, detail: ExecutionDetail) -> bool {
        let is_open =
            matches!(detail.execution.status, ExecutionStatus::Running | ExecutionStatus::PendingRedrive);
        // Only what differs wakes whoever shows it: events are only ever added.
        let known = self.events.try_with_untracked(|known| known.len());
        if known.is_some_and(|known| known != reader.events.len()) {
            self.events.try_set(Arc::new(reader.events.clone()));
        }
        if self.detail.try_with_untracked(|known| known.as_ref() != Some(&detail)) == Some(true) {
            self.detail.try_set(Some(detail));
        }
        if self.problem.try_with_untracked(Option::is_some) == Some(true) {
            self.problem.try_set(None);
        }
        is_open && !self.detail.is_disposed()
    }
}

/// Pages that were read whole never change: only the last one is read again.
#[derive(Default)]
struct Reader {
    path: String,
    events: Vec<ExecutionEvent>,
    /// Where the last page begins, and what asks for it.
    start: usize,
    token: Option<String>,
}

impl Reader {
    async fn read(&mut self) -> Result<ExecutionDetail, Problem> {
        let mut detail = self.page().await?;
        for _ in 0..MOST_PAGES {
            let Some(next) = detail.next.take() else { break };
            (self.start, self.token) = (self.events.len(), Some(next));
            detail = self.page().await?;
        }
        Ok(detail)
    }

    async fn page(&mut self) -> Result<ExecutionDetail, Problem> {
        let path = match &self.token {
            Some(token) => format!("{}?after={}", self.path, route::segment(token)),
            None => self.path.clone(),
        };
        let mut page: ExecutionDetail = api::ask(&path).await?;
        self.events.truncate(self.start);
        self.events.append(&mut page.events);
        Ok(page)
    }
}
