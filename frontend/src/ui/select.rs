//! A choice of one among a few.

use crate::prelude::*;

/// A labelled choice. Each option is its value and what is read.
#[component]
pub fn Select(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    /// Whether the label is only heard.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let option = move |(own, text): (String, String)| {
        let same = own.clone();
        view! { <option value=own prop:selected=move || value.with(|value| *value == same)>{text}</option> }
    };
    view! {
        <label class="field">
            <span class="field__label" class:unseen=quiet>{move || label.get()}</span>
            <select class="field__input" on:change=move |event| value.set(event_target_value(&event))>
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
            <span class="field__hint">{move || hint.get()}</span>
        </label>
    }
}
