//! The sentinel: a suite that runs by itself while a window is open.

use viridian_shared::{command::SetSentinel, words::count};

use super::state::ComparePage;
use crate::{
    command_state::CommandState,
    model::model,
    prelude::*,
    ui::{field::TextField, select::Select},
    view::command::CommandButton,
    words,
};

/// What it does, and the button that changes it.
#[component]
pub fn Watch() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let model = model();
    let sentinel = Memo::new(move |_| compare.of(|it| Some(it.sentinel.clone())));
    let text = move || {
        let it = sentinel.get()?;
        if !it.is_on {
            return Some("The sentinel is off: nothing runs by itself.".to_owned());
        }
        let every = count(it.period_minutes as usize, "minute", "minutes");
        let suite = it.suite.unwrap_or_default();
        let next = match (it.next_at, it.waits_for) {
            (Some(at), _) => format!("Next at {}.", words::short_moment(at, model.now.get_untracked())),
            (None, Some(reason)) => reason,
            (None, None) => String::new(),
        };
        Some(format!("The sentinel runs {suite} every {every} while a window is open. {next}"))
    };
    view! { <div class="watch"><p class="muted">{move || text()}</p><Change/></div> }
}

#[component]
fn Change() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let (suite, minutes) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_on = Memo::new(move |_| compare.of(|it| Some(it.sentinel.is_on)).unwrap_or_default());
    let on_toggle = Callback::new(move |is_open: bool| {
        if is_open {
            let sentinel = untrack(|| compare.of(|it| Some(it.sentinel.clone()))).unwrap_or_default();
            suite.set(
                sentinel
                    .suite
                    .or_else(|| untrack(|| compare.of(|it| it.suites.first().map(|it| it.name.clone()))))
                    .unwrap_or_default(),
            );
            minutes.set(if sentinel.period_minutes == 0 { 30 } else { sentinel.period_minutes }.to_string());
        }
    });
    let command = move |is_on: bool| {
        let period_minutes = minutes.with(|text| text.trim().parse().unwrap_or_default());
        Some(SetSentinel { is_on, suite: suite.get(), period_minutes })
    };
    let (start, stop) = (CommandState::new(move || command(true)), CommandState::new(move || command(false)));
    let options = Signal::derive(move || {
        let names =
            compare.of(|it| Some(it.suites.iter().map(|it| (it.name.clone(), it.name.clone())).collect()));
        names.unwrap_or_default()
    });
    let fields = move || {
        view! {
            <Select label="Suite" options value=suite/>
            <TextField label="Minutes from one run to the next" bound="number" value=minutes kind="number"/>
        }
    };
    let label = Signal::derive(move || {
        if is_on.get() { "Change the sentinel" } else { "Turn the sentinel on" }.to_owned()
    });
    view! {
        <CommandButton label command=start ready=false fields on_toggle/>
        {move || is_on.get().then(|| view! { <CommandButton label="Turn it off" command=stop/> })}
    }
}
