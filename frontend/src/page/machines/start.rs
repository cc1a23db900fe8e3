//! Starts an execution with an input; of a machine that stands behind a gate only in an emergency.

pub mod form;

use leptos::task::spawn_local;
use viridian_graph::{Graph, Reads};
use viridian_shared::{
    command::{COMMENT_LIMIT, StartEmergency, StartExecution},
    machine::{Definition, ExecutionDetail},
    route,
    rule::{Rule, gate_of},
    snapshot::Snapshot,
    words::ago,
};

use self::form::{InputForm, Source};
use crate::{
    api,
    command_state::CommandState,
    json,
    model::{Model, model},
    page::machines::execution::facts::pretty,
    prelude::*,
    ui::{button::ButtonKind, field::TextArea},
    view::command::CommandButton,
};

/// The button with its dialog; the input starts as that of the last execution, else as the definition's example.
#[component]
pub fn StartButton(name: String) -> impl IntoView {
    let model = model();
    let machine = StoredValue::new(name);
    let is_gated = Memo::new(move |_| machine.with_value(|name| is_gated(model, name)));
    let input = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let start =
        CommandState::new(move || Some(StartExecution { machine: machine.get_value(), input: input.get() }));
    let emergency = CommandState::new(move || {
        let release = model.pipeline.with(|it| it.value.as_ref()?.release.as_ref().map(|it| it.id.clone()));
        let (machine, input, reason) = (machine.get_value(), input.get(), reason.get());
        Some(StartEmergency { release: release.unwrap_or_default(), machine, input, reason })
    });
    let (reads, sources) = (RwSignal::new(None::<Reads>), RwSignal::new(Vec::<Source>::new()));
    let on_toggle = Callback::new(move |is_open: bool| {
        if !is_open || input.with_untracked(|text| !text.is_empty()) {
            return;
        }
        let Some(service) = model.service.get_untracked() else { return };
        let begun = Begun { input, reads, sources, is_gated: is_gated.get_untracked() };
        spawn_local(begin(model, service, machine.get_value(), begun));
    });
    let fields = move || view! { <InputForm input reads sources/> };
    let why = format!("Why nobody is asked, in at most {COMMENT_LIMIT} characters. Everybody will see it.");
    let why = Signal::stored(why);
    let fields_and_reason = move || {
        view! {
            <TextArea label="Reason" bound="reason" value=reason hint=why/>
            <InputForm input reads sources/>
        }
    };
    view! {
        <Show
            when=move || is_gated.get()
            fallback=move || view! { <CommandButton label="Start execution" command=start key="e" ready=false fields on_toggle/> }
        >
            <CommandButton label="Start in an emergency" command=emergency kind=ButtonKind::Danger ready=false fields=fields_and_reason on_toggle/>
        </Show>
    }
}

/// Whether the machine stands behind a gate of the pipeline.
fn is_gated(model: Model, name: &str) -> bool {
    let machine = model.machines.with(|it| it.value.iter().flatten().find(|it| it.name == name).cloned());
    let gate =
        |machine| model.pipeline.with(|it| it.value.as_ref().and_then(|it| gate_of(it, &machine)).is_some());
    machine.is_some_and(gate)
}

/// What a dialog begins with.
#[derive(Clone, Copy)]
struct Begun {
    input: RwSignal<String>,
    reads: RwSignal<Option<Reads>>,
    /// Inputs to begin with.
    sources: RwSignal<Vec<Source>>,
    is_gated: bool,
}

/// Fills in what the last execution was started with, and learns what the definition reads.
async fn begin(model: Model, service: String, machine: String, begun: Begun) {
    let definition = api::ask::<Definition>(&route::definition(&service, &machine)).await;
    let graph = definition.as_ref().ok().and_then(|it| json::tree(&it.text).ok());
    begun.reads.try_set(graph.map(|it| Reads::of(&Graph::of(&it))));
    let last = model.machines.try_with_untracked(|it| {
        let machine = it.value.iter().flatten().find(|it| it.name == machine)?;
        machine.executions.first().cloned()
    });
    let last = last.flatten();
    let mut known = None;
    if let Some(last) = &last {
        let path = route::execution(&service, &machine, &last.name);
        known = api::ask::<ExecutionDetail>(&path).await.ok().and_then(|it| it.input);
    }
    let example = definition.map_or_else(|_| "{}".to_owned(), |it| it.input_example);
    let mut sources = vec![Source { label: "Only what names the service".to_owned(), text: example }];
    if let (Some(text), Some(last)) = (known, last) {
        let now = model.now.try_get_untracked().unwrap_or(last.started_at);
        let label = format!("As the last execution, started {}", ago(last.started_at, now));
        sources.insert(0, Source { label, text: pretty(&text) });
    }
    // What was given behind a gate names the green of that time, and what else was given may not fit any more.
    let fits = |source: &Source| {
        let command = StartExecution { machine: machine.clone(), input: source.text.clone() };
        let input = json::tree(&source.text).ok();
        let group = input.as_ref().and_then(|it| it.text("TargetGroupName")).unwrap_or_default();
        // Green needs another group than production's, which the last green has become by now.
        let judge = |it: &Option<Snapshot>| {
            it.as_ref().is_some_and(|it| {
                command.judge(it).is_ok() && !it.traffic().is_some_and(|traffic| traffic.serves(group))
            })
        };
        model.snapshot.try_with_untracked(judge).unwrap_or_default()
    };
    if begun.is_gated || sources.first().is_some_and(|it| !fits(it)) && sources.last().is_some_and(fits) {
        sources.reverse();
    }
    // Nothing typed meanwhile is written over.
    if let (Some(true), Some(first)) = (begun.input.try_with_untracked(String::is_empty), sources.first()) {
        begun.input.try_set(first.text.clone());
    }
    begun.sources.try_set(sources);
}
