//! Starts an execution with an input.

use leptos::task::spawn_local;
use viridian_shared::{command::StartExecution, machine::Definition, route};

use crate::{
    api, command_state::CommandState, model::model, prelude::*, ui::field::TextArea,
    view::command::CommandButton, words,
};

/// The button with its dialog; the input starts as the definition's example.
#[component]
pub fn StartButton(name: String) -> impl IntoView {
    let model = model();
    let machine = StoredValue::new(name);
    let input = RwSignal::new(String::new());
    let command =
        CommandState::new(move || Some(StartExecution { machine: machine.get_value(), input: input.get() }));
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
    let fields = move || view! { <TextArea label="Input" value=input hint rows=10 is_code=true/> };
    view! { <CommandButton label="Start execution" command key="e" ready=false fields on_toggle/> }
}

/// What is wrong with the input as JSON, or that nothing is.
fn check(text: &str) -> String {
    match js_sys::JSON::parse(text) {
        Ok(_) => "Valid JSON.".to_owned(),
        Err(error) => format!("Not JSON: {}.", words::complaint(&error)),
    }
}
