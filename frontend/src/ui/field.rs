//! Labelled fields.

use viridian_shared::bounds::{self, Bound, Kind};

use crate::prelude::*;

/// A field for a sentence or more.
#[component]
pub fn TextArea(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    /// Said under the field.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Of which field of a command its text is, or of what kind: that has a bound.
    bound: &'static str,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] is_code: bool,
    /// Whether it has the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label">{move || label.get()}</span>
            <textarea
                class="field__input"
                data-code=is_code
                rows=rows
                aria-invalid=move || does_not_fit(bound, value)
                autofocus=autofocus
                spellcheck=if is_code { "false" } else { "true" }
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            <span class="field__hint" aria-live="polite">{move || said(bound, value, hint)}</span>
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
    /// Of which field of a command its text is, or of what kind: that has a bound.
    bound: &'static str,
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
                maxlength=longest(bound)
                aria-invalid=move || does_not_fit(bound, value)
                min=(kind == "number").then_some("0")
                aria-keyshortcuts=key
                data-label=move || label.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:click=move |event| if key.is_some() { focus(&event) }
            />
            <span class="field__hint" aria-live="polite">{move || said(bound, value, hint)}</span>
        </label>
    }
}

/// How many characters can be typed in a line. What is pasted into a larger field is never cut: half of a text reads
/// as a whole one, and what is too long is said.
pub fn longest(field: &'static str) -> Option<String> {
    let Bound { most, kind } = bounds::of(field);
    (kind != Kind::Data).then(|| most.to_string())
}

/// What stands under a field: that its text does not fit, in the server's own words; how much room is left where
/// there is little; or its hint.
fn said(field: &'static str, value: RwSignal<String>, hint: Signal<String>) -> String {
    value.with(|text| about(field, text)).unwrap_or_else(|| hint.get())
}

fn about(field: &str, text: &str) -> Option<String> {
    if let Err(refusal) = bounds::text(field, text) {
        return Some(refusal.reason);
    }
    let (length, most) = (text.chars().count(), bounds::of(field).most);
    (length * 10 > most * 9).then(|| format!("{length} of {most} characters."))
}

fn does_not_fit(field: &'static str, value: RwSignal<String>) -> Option<&'static str> {
    (!value.with(|text| bounds::text(field, text).is_ok())).then_some("true")
}

fn focus(event: &leptos::ev::MouseEvent) {
    event_target::<web_sys::HtmlElement>(event).focus().unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_its_bound_before_the_server_does() {
        assert_eq!(about("reason", "because"), None);
        assert_eq!(about("reason", &"x".repeat(390)).as_deref(), Some("390 of 400 characters."));
        assert_eq!(
            about("reason", &"x".repeat(401)).as_deref(),
            Some("The reason has 401 characters; 400 fit.")
        );
        assert!(about("name", "a\u{202E}b").is_some_and(|said| said.contains("nobody sees")));
    }

    #[test]
    fn what_is_typed_stops_at_the_bound_and_what_is_pasted_is_never_cut() {
        assert_eq!(longest("comment").as_deref(), Some("400"));
        assert_eq!(longest("name").as_deref(), Some("120"));
        assert_eq!([longest("text"), longest("path"), longest("key")], [None, None, None]);
    }
}
