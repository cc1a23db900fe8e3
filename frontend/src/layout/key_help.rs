//! The list of keys, read from the controls on screen.

use crate::{
    keys, part,
    part::PartView,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        dialog::Dialog,
    },
};

const ALWAYS: [(&str, &str); 6] = [
    ("?", "Show this list"),
    ("Ctrl K", "Open the command palette"),
    ("g s", "Go to Services"),
    ("g r", "Go to Release"),
    ("g c", "Go to Compare"),
    ("g m", "Go to State machines"),
];

/// The dialog behind `?`.
#[component]
pub fn KeyHelp(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title="Keys">
            <PartView part=LIST/>
            <div class="dialog__actions">
                <Button label="Close" kind=ButtonKind::Plain autofocus=true on_press=move |()| open.set(false)/>
            </div>
        </Dialog>
    }
}

part! {
    /// The keys that do something now.
    LIST, "The keys", keys, view! { <List/> }
}

#[component]
fn List() -> impl IntoView {
    let row = |key: String, label: String| view! { <div><dt><kbd>{key}</kbd></dt><dd>{label}</dd></div> };
    let always = ALWAYS.into_iter().map(|(key, label)| (key.to_owned(), label.to_owned()));
    let here = keys::controls().into_iter().filter(|control| control.reason.is_none());
    let here = here.map(|control| (control.key, control.label));
    let rows = always.chain(here).map(|(key, label)| row(key, label)).collect_view();
    view! { <dl class="key-help">{rows}</dl> }
}
