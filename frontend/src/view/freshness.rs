//! How far a panel can be trusted: every panel carries this mark.

use viridian_shared::{
    snapshot::{Freshness, Section},
    time::{SignedDuration, Timestamp},
    words::duration,
};

use crate::{
    model::{Connection, Link, model},
    prelude::*,
    ui::icon::{Icon, Mark},
    words,
};

/// Freshness without the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Age {
    pub as_of: Option<Timestamp>,
    pub freshness: Freshness,
}

/// The freshness of a section.
pub fn age_of<T>(section: &Section<T>) -> Age {
    Age { as_of: section.as_of, freshness: section.freshness.clone() }
}

/// The mark in the corner of a panel.
#[component]
pub fn FreshnessMark(#[prop(into)] age: Signal<Age>) -> impl IntoView {
    let model = model();
    let away_for = move || match (model.connection.get(), model.link.get()) {
        (Connection::Stale | Connection::Lost, Link::Away { since }) => {
            let seconds = ((model.real_now.get() - since) / 1_000.0).max(0.0);
            Some(SignedDuration::try_from_secs_f64(seconds.floor()).unwrap_or_default())
        }
        _ => None,
    };
    let shown = Memo::new(move |_| {
        let age = age.get();
        let as_of = age.as_of.map(|at| format!("as of {}", words::second(at)));
        match (away_for(), age.freshness, as_of) {
            (_, Freshness::Waiting, _) => ("waiting", "Not read yet".to_owned()),
            (Some(length), _, _) => ("stale", format!("Not updated for {}", duration(length))),
            (None, Freshness::Live, as_of) => ("live", format!("Live, {}", as_of.unwrap_or_default())),
            (None, Freshness::Stale { .. }, Some(_)) => {
                let at = age.as_of.unwrap_or_default();
                let old = duration(model.now.get().duration_since(at));
                ("stale", format!("Stale: read {old} ago, at {}", words::second(at)))
            }
            (None, Freshness::Stale { .. }, None) => ("stale", "Could not be read".to_owned()),
        }
    });
    let is_live = move || shown.with(|(state, _)| *state == "live");
    view! {
        <span class="freshness" data-state=move || shown.with(|(state, _)| *state) title=move || shown.with(|(_, text)| text.clone())>
            <Show when=move || !is_live()><Mark icon=Icon::Expired/></Show>
            <span class:unseen=is_live>{move || shown.with(|(_, text)| text.clone())}</span>
        </span>
    }
}

/// The reason why a section is old, in a line under its heading; nothing while it is live.
#[component]
pub fn StaleReason(#[prop(into)] age: Signal<Age>) -> impl IntoView {
    let reason = Memo::new(move |_| match age.get().freshness {
        Freshness::Stale { reason, .. } => Some(words::told(&reason)),
        _ => None,
    });
    view! {
        <Show when=move || reason.with(Option::is_some)>
            <p class="freshness__reason">{move || reason.get()}</p>
        </Show>
    }
}
