//! Makes a suite of what a team has already.

use viridian_shared::{command::ImportSuite, comparison::suite::ImportFormat};

use super::state::ComparePage;
use crate::{
    command_state::CommandState,
    prelude::*,
    route::Picked,
    ui::{
        field::{TextArea, TextField},
        select::Select,
    },
    view::command::CommandButton,
};

/// The button with its dialog.
#[component]
pub fn ImportButton() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let (name, format, text) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let chosen = move || {
        let format = format.get();
        ImportFormat::ALL.into_iter().find(|it| it.words() == format).unwrap_or(ImportFormat::Toml)
    };
    let command = CommandState::new(move || {
        Some(ImportSuite {
            name: name.get().trim().to_owned(),
            format: chosen(),
            text: text.get(),
            from: None,
        })
    });
    let options = Signal::derive(|| {
        ImportFormat::ALL.map(|it| (it.words().to_owned(), it.words().to_owned())).to_vec()
    });
    Effect::new(move |_| {
        if command.receipt.with(Option::is_some) {
            let suite = Some(name.get_untracked().trim().to_owned());
            compare.go(Picked { suite, ..Picked::default() });
        }
    });
    let fields = move || {
        view! {
            <TextField label="Name" value=name bound="name"/>
            <Select label="From" options value=format/>
            <TextArea label="Text" bound="text" value=text rows=10 is_code=true hint="Secrets become names: what to set, and what was left out, is said afterwards."/>
        }
    };
    view! { <CommandButton label="Import suite" command ready=false fields/> }
}
