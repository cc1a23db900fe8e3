//! Runs a suite: which one, how often, and what of it may change something.

use viridian_shared::command::{MOST_SAMPLES, StartRun};

use super::state::ComparePage;
use crate::{
    command_state::CommandState,
    prelude::*,
    route::Picked,
    ui::{button::ButtonKind, field::TextField, select::Select},
    view::command::CommandButton,
};

/// Samples unless somebody wants more: enough for an interval.
const SAMPLES: u32 = 8;

/// The button with its dialog.
#[component]
pub fn RunButton() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let (suite, samples) = (RwSignal::new(String::new()), RwSignal::new(SAMPLES.to_string()));
    let confirmed = RwSignal::new(Vec::<String>::new());
    let chosen = Memo::new(move |_| {
        let wanted = suite.get();
        compare.of(|it| it.suite(&wanted).or_else(|| it.suites.first()).map(|it| it.name.clone()))
    });
    let command = CommandState::new(move || {
        Some(StartRun {
            suite: chosen.get()?,
            probes: Vec::new(),
            samples: samples.with(|text| text.trim().parse().unwrap_or(MOST_SAMPLES + 1)),
            changes: confirmed.get(),
        })
    });
    let on_toggle = Callback::new(move |is_open: bool| {
        if is_open {
            confirmed.set(Vec::new());
        }
    });
    Effect::new(move |_| {
        if let Some(run) = command.receipt.get().and_then(|receipt| receipt.started) {
            compare.go(Picked::run(&run));
        }
    });
    let fields = move || view! { <Fields suite chosen samples confirmed/> };
    view! { <CommandButton label="Run suite" command kind=ButtonKind::Primary key="r" fields on_toggle/> }
}

#[component]
fn Fields(
    suite: RwSignal<String>,
    chosen: Memo<Option<String>>,
    samples: RwSignal<String>,
    confirmed: RwSignal<Vec<String>>,
) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let options = Signal::derive(move || {
        let names =
            compare.of(|it| Some(it.suites.iter().map(|it| (it.name.clone(), it.name.clone())).collect()));
        names.unwrap_or_default()
    });
    let changing = Memo::new(move |_| {
        let name = chosen.get().unwrap_or_default();
        compare.of(|it| it.suite(&name).map(|it| it.changing.clone())).unwrap_or_default()
    });
    let choice = move |words: String| {
        let (own, mine) = (words.clone(), words.clone());
        let toggle = move |_| {
            confirmed.update(|list| match list.iter().position(|it| *it == own) {
                Some(index) => drop(list.remove(index)),
                None => list.push(own.clone()),
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=move || confirmed.with(|list| list.contains(&mine)) on:change=toggle/>
                <code>{words}</code>
            </label>
        }
    };
    view! {
        <Select label="Suite" options value=suite/>
        <TextField label="Samples" bound="number" value=samples kind="number"
            hint="How often each probe is sent to each colour. From 6 on the times can be told apart."/>
        <Show when=move || changing.with(|it| !it.is_empty())>
            <fieldset class="field">
                <legend class="field__label">"May change something: sent only if you tick it"</legend>
                {move || changing.get().into_iter().map(choice).collect_view()}
            </fieldset>
        </Show>
    }
}
