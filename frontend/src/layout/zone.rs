//! One zone for every time of the page: the viewer's own, by name, or UTC.

use crate::{prelude::*, words};

const KEY: &str = "viridian-utc";

/// Whether times are told in UTC. Handed to every component by context.
#[derive(Clone, Copy)]
pub struct Zone(pub RwSignal<bool>);

impl Zone {
    /// As somebody chose it on this browser.
    pub fn chosen() -> Self {
        let storage = window().local_storage().ok().flatten();
        let is_utc = storage.and_then(|it| it.get_item(KEY).ok().flatten()).is_some();
        words::tell_in_utc(is_utc);
        Self(RwSignal::new(is_utc))
    }
}

/// The zone's name, which turns to UTC and back.
#[component]
pub fn ZoneButton() -> impl IntoView {
    let Zone(is_utc) = expect_context();
    let turn = move |_| {
        let wants = !is_utc.get_untracked();
        words::tell_in_utc(wants);
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = if wants { storage.set_item(KEY, "yes") } else { storage.remove_item(KEY) };
        }
        is_utc.set(wants);
    };
    let name = move || {
        is_utc.track();
        words::zone()
    };
    let label = move || {
        if is_utc.get() { "Show times in your own zone" } else { "Show times in UTC" }
    };
    view! {
        <button type="button" class="button zone header__wide" data-kind="quiet" aria-label=move || format!("{}: {}", name(), label())
            title=label aria-keyshortcuts="z" on:click=turn>{name}</button>
    }
}
