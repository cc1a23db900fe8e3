//! The execution as a graph of the definition that it really runs by, and the state that is picked in it.

use std::sync::Arc;

use leptos::task::spawn_local;
use viridian_graph::{Event, Light};
use viridian_shared::{
    machine::{Definition, ExecutionEvent, UsedDefinition},
    problem::Problem,
    route,
};

use super::{Watched, follow::Followed, state::StatePanel};
use crate::{
    api, json,
    model::model,
    page::machines::seen,
    prelude::*,
    ui::{
        anew::anew,
        graph::{Drawn, MachineGraph, Shown, of_state, summary},
        icon::{Icon, Mark},
    },
    view::problem::ProblemNote,
};

/// A definition as it was read.
#[derive(Clone, Copy)]
struct Read {
    text: RwSignal<Option<String>>,
    /// Whether it is the machine's of now, because the execution's own could not be had.
    is_other: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

/// The view.
#[component]
pub fn Drawing() -> impl IntoView {
    let Watched { followed, machine, execution }: Watched = expect_context();
    let model = model();
    let read =
        Read { text: RwSignal::new(None), is_other: RwSignal::new(false), problem: RwSignal::new(None) };
    let service = model.service.get_untracked().unwrap_or_default();
    let label = format!("State machine {machine}");
    let own = route::used_definition(&service, &machine, &execution);
    let other = route::definition(&service, &machine);
    spawn_local(async move {
        match api::ask::<UsedDefinition>(&own).await {
            Ok(used) => drop(read.text.try_set(Some(used.text))),
            Err(refused) => {
                read.problem.try_set(Some(refused));
                // A role that was made before this was asked for may not read it.
                if let Ok(definition) = api::ask::<Definition>(&other).await {
                    read.is_other.try_set(true);
                    read.text.try_set(Some(definition.text));
                }
            }
        }
    });
    let text = Memo::new(move |_| read.text.get());
    let drawing = move |text: Option<String>| {
        match text.as_deref().map(Drawn::of) {
        None => view! { <p class="skeleton machines__skeleton" aria-hidden="true"></p> }.into_any(),
        Some(None) => view! { <p class="muted">"The definition cannot be read, so there is no graph. The table has the states."</p> }.into_any(),
        Some(Some(drawn)) => view! { <Lit drawn followed label=label.clone()/> }.into_any(),
    }
    };
    let is_read = Memo::new(move |_| read.text.with(Option::is_some));
    view! {
        <ProblemNote problem=read.problem/>
        <Show when=move || read.is_other.get()>
            <p class="machines__note"><Mark icon=Icon::Warning/><span>"This is the definition as it stands now. The execution may run by an earlier one."</span></p>
        </Show>
        <Show when=move || is_read.get() || read.problem.with(Option::is_none)>{anew(text, drawing.clone())}</Show>
    }
}

/// The graph in the light of the execution.
#[component]
fn Lit(drawn: Arc<Drawn>, followed: Followed, label: String) -> impl IntoView {
    let model = model();
    let drawn = StoredValue::new(drawn);
    let light = Memo::new(move |_| {
        let events: Vec<Event> = followed.events.with(|events| events.iter().map(event).collect());
        Some(drawn.with_value(|it| Arc::new(Light::of(&it.graph, &events))))
    });
    let named = seen::named("state");
    let picked = Memo::new(move |_| drawn.with_value(|it| it.graph.find(&named.get()?)));
    let pick = Callback::new(move |node: Option<usize>| {
        let name = node.and_then(|node| drawn.with_value(|it| Some(it.graph.nodes.get(node)?.name.clone())));
        if let Some(page) = untrack(|| seen::with("state", name)) {
            model.address.amend(page);
        }
    });
    let now = Signal::derive(move || model.now.get().as_millisecond());
    let shown = Shown { drawn, light, picked, pick, now };
    let told = Memo::new(move |_| {
        light.with(|light| {
            light.as_ref().map(|light| drawn.with_value(|it| summary(&it.graph, light, now.get())))
        })
    });
    let is_picked = Memo::new(move |_| picked.get().is_some());
    let panel = move |node: Option<usize>| match node {
        Some(node) => view! { <StatePanel shown events=followed.events node/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <p class="machines__told">{move || told.get()}</p>
        <div class="machines__drawing" data-picked=move || is_picked.get().to_string()>
            <MachineGraph shown label/>
            {anew(picked, panel)}
        </div>
        <InWords shown/>
    }
}

/// The same for whoever does not see it: a sentence for each state.
#[component]
fn InWords(shown: Shown) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let sentences = move || {
        let is_open = is_open.get();
        let light = shown.light.get().filter(|_| is_open);
        let now = if is_open { shown.now.get() } else { 0 };
        shown.drawn.with_value(|it| {
            let nodes = if is_open { it.graph.nodes.len() } else { 0 };
            (0..nodes)
                .map(|node| view! { <li>{of_state(&it.graph, light.as_deref(), node, now)}</li> })
                .collect_view()
        })
    };
    let toggle = move |_| {
        is_open.try_update(|it| *it = !*it);
    };
    view! {
        <details class="machines__definition" on:toggle=toggle>
            <summary>"The graph in words"</summary>
            <ol class="machines__words">{sentences}</ol>
        </details>
    }
}

/// An event as the graph reads it. Details are read only of those that tell an error or a round.
fn event(event: &ExecutionEvent) -> Event {
    let tells_more = ["Failed", "TimedOut"].iter().any(|end| event.kind.ends_with(end))
        || event.kind.starts_with("MapIteration");
    let detail = tells_more.then(|| json::tree(&event.detail).ok()).flatten();
    #[expect(clippy::cast_possible_truncation, reason = "rounds are counted in whole numbers")]
    let index = detail.as_ref().and_then(|it| it.number("index")).map(|it| it as i64);
    Event {
        id: event.id,
        previous: event.previous_id,
        at: event.at.as_millisecond(),
        kind: event.kind.clone(),
        state: event.state.clone(),
        error: detail.as_ref().and_then(|it| it.text("error")).map(str::to_owned),
        index,
    }
}
