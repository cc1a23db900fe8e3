//! Something large that is not in the stream: asked for when it is shown, and again when it may have changed.

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use viridian_shared::problem::Problem;

use crate::{api, json};

/// What was asked for, as far as it is known. Copies share their state.
pub struct Fetched<T: Send + Sync + 'static> {
    /// None before the first answer. An answer that could not be had leaves the one before.
    pub value: RwSignal<Option<T>>,
    /// Why it could not be had the last time.
    pub problem: RwSignal<Option<Problem>>,
    again: RwSignal<usize>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

/// What is wanted: a path, and a mark that differs when the answer may. None asks for nothing.
pub type Wanted = Option<(String, String)>;

impl<T: DeserializeOwned + Send + Sync + 'static> Fetched<T> {
    /// Asks for as long as its owner is shown.
    pub fn new(wanted: impl Fn() -> Wanted + Send + Sync + 'static) -> Self {
        let (value, problem, again) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(0_usize));
        let take = move |answer: Option<Result<String, Problem>>| {
            let Some(answer) = answer else {
                value.try_set(None);
                return;
            };
            match answer.and_then(|text| json::read(&text).map_err(|_| api::unexpected(200))) {
                Ok(read) => {
                    problem.try_set(None);
                    value.try_set(Some(read));
                }
                Err(refused) => drop(problem.try_set(Some(refused))),
            }
        };
        follow(Memo::new(move |_| wanted()), again, Callback::new(take));
        Self { value, problem, again }
    }

    /// Asks once more.
    pub fn ask_again(self) {
        self.again.try_update(|times| *times += 1);
    }

    pub fn with<U>(self, of: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.with(|value| value.as_ref().map(of))
    }
}

/// Asks whenever what is wanted changes. `take` gets each answer, and None when the one before is of no use any more.
fn follow(wanted: Memo<Wanted>, again: RwSignal<usize>, take: Callback<Option<Result<String, Problem>>>) {
    let number = StoredValue::new(0_u64);
    Effect::new(move |before: Option<Option<String>>| {
        again.get();
        let path = wanted.get().map(|(path, _)| path);
        if before.is_some_and(|before| before != path) {
            take.run(None);
        }
        let mine = number.get_value() + 1;
        number.set_value(mine);
        if let Some(path) = path.clone() {
            spawn_local(async move {
                let answer = api::text(&path).await;
                // Only the answer to the last question counts, and only while somebody looks.
                if number.try_get_value() == Some(mine) {
                    take.try_run(Some(answer));
                }
            });
        }
        path
    });
}
