//! Dark or light: as the system has it until somebody chooses.

use crate::{
    prelude::*,
    ui::icon::{Icon, Mark},
};

const KEY: &str = "viridian-theme";

fn stored() -> Option<String> {
    window().local_storage().ok()??.get_item(KEY).ok()?
}

fn system_is_dark() -> bool {
    matches!(window().match_media("(prefers-color-scheme: dark)"), Ok(Some(query)) if query.matches())
}

/// The button that turns the theme over.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let chosen = stored();
    let is_dark = RwSignal::new(chosen.as_deref().map_or_else(system_is_dark, |theme| theme == "dark"));
    let is_chosen = StoredValue::new(chosen.is_some());
    Effect::new(move |_| {
        let theme = if is_dark.get() { "dark" } else { "light" };
        if !is_chosen.get_value() {
            return;
        }
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme);
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(KEY, theme);
        }
    });
    let turn = move |_| {
        is_chosen.set_value(true);
        is_dark.update(|it| *it = !*it);
    };
    let label = move || if is_dark.get() { "Use the light theme" } else { "Use the dark theme" };
    view! {
        <button type="button" class="button theme-button" data-kind="quiet" aria-label=label title=label aria-keyshortcuts="t" on:click=turn>
            {move || if is_dark.get() { view! { <Mark icon=Icon::Light/> } } else { view! { <Mark icon=Icon::Dark/> } }}
        </button>
    }
}
