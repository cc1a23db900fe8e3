//! Starts an execution with an input; of a machine that stands behind a gate only in an emergency.

use leptos::task::spawn_local;
use viridian_shared::{
    command::{COMMENT_LIMIT, StartEmergency, StartExecution},
    machine::Definition,
    route,
    rule::gate_of,
};

use crate::{
    api,
    command_state::CommandState,
    model::{Model, model},
    prelude::*,
    ui::{button::ButtonKind, field::TextArea},
    view::command::CommandButton,
    words,
};

/// The button with its dialog; the input starts as the definition's example.
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
    let on_toggle = Callback::new(move |is_open: bool| {
        if !is_open || input.with_untracked(|text| !text.is_empty()) {
            return;
        }
        let Some(service) = model.service.get_untracked() else { return };
        let path = route::definition(&service, &machine.get_value());
        spawn_local(async move {
            let example = api::ask::<Definition>(&path).await.map(|it| it.input_example);
            input.try_update(|input| {
                // Nothing typed meanwhile is written over.
                if input.is_empty() {
                    *input = example.unwrap_or_else(|_| "{}".to_owned());
                }
            });
        });
    });
    let hint = Signal::derive(move || input.with(|text| check(text)));
    let fields =
        move || view! { <TextArea label="Input" bound="input" value=input hint rows=10 is_code=true/> };
    let why = format!("Why nobody is asked, in at most {COMMENT_LIMIT} characters. Everybody will see it.");
    let why = Signal::stored(why);
    let fields_and_reason = move || {
        view! {
            <TextArea label="Reason" bound="reason" value=reason hint=why/>
            <TextArea label="Input" bound="input" value=input hint rows=10 is_code=true/>
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

/// What is wrong with the input as JSON, or that nothing is.
fn check(text: &str) -> String {
    match js_sys::JSON::parse(text) {
        Ok(_) => "Valid JSON.".to_owned(),
        Err(error) => format!("Not JSON: {}.", words::complaint(&error)),
    }
}
