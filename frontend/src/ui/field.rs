//! Labelled fields.

use crate::prelude::*;

/// A field for a sentence or more.
#[component]
pub fn TextArea(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    /// Said under the field.
    #[prop(optional, into)]
    hint: Signal<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] is_code: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{move || label.get()}</span>
            <textarea
                class="field__input"
                data-code=is_code
                rows=rows
                spellcheck=if is_code { "false" } else { "true" }
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <span class="field__hint">{move || hint.get()}</span>
        </label>
    }
}

/// A field for one line.
#[component]
pub fn TextField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    /// `text`, `number`, `password`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] hint: Signal<String>,
    /// Whether the label is only heard.
    #[prop(optional)]
    quiet: bool,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] key: Option<&'static str>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label" class:unseen=quiet>{move || label.get()}</span>
            <input
                class="field__input"
                type=kind
                placeholder=placeholder
                autocomplete="off"
                min=(kind == "number").then_some("0")
                aria-keyshortcuts=key
                data-label=move || label.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:click=move |event| if key.is_some() { focus(&event) }
            />
            <span class="field__hint">{move || hint.get()}</span>
        </label>
    }
}

fn focus(event: &leptos::ev::MouseEvent) {
    event_target::<web_sys::HtmlElement>(event).focus().unwrap_or_default();
}
