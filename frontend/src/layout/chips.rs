//! Small facts in the header: the link, the clock, who watches.

use viridian_shared::{snapshot::Freshness, time::SignedDuration, words::duration};

use crate::{
    model::{Connection, Link, Model, list, model},
    prelude::*,
    ui::icon::{Icon, Mark},
    words,
};

/// How the page hangs together with the server, in a word.
#[component]
pub fn ConnectionChip() -> impl IntoView {
    let model = model();
    let is_old = Memo::new(move |_| is_old(model));
    // A word, the hue that it has, and what it means.
    let state = move || match (model.connection.get(), is_old.get()) {
        (Connection::Connecting, _) => ("Connecting", "connecting", ""),
        (Connection::Live, false) => ("Live", "live", "What you see is as AWS tells it."),
        (Connection::Live, true) => {
            ("Partly old", "stale", "The console is connected, but AWS did not answer all that it asked.")
        }
        (Connection::Stale, _) => ("Reconnecting", "stale", ""),
        (Connection::Lost, _) => ("Connection lost", "lost", ""),
    };
    view! {
        <span class="chip connection" role="status" aria-label="Connection" data-connection=move || state().1 title=move || state().2>
            {move || state().0}
        </span>
    }
}

/// Whether anything that is shown could not be read the last time.
fn is_old(model: Model) -> bool {
    let is_stale = |freshness: &Freshness| matches!(freshness, Freshness::Stale { .. });
    if model.service.with(Option::is_none) {
        return model.rows.with(|rows| rows.iter().flatten().any(|row| is_stale(&row.freshness)));
    }
    model.snapshot.with(|it| {
        it.as_ref().is_some_and(|it| {
            let read =
                [&it.pipeline.freshness, &it.traffic.freshness, &it.tasks.freshness, &it.machines.freshness];
            read.into_iter().any(is_stale)
        })
    })
}

fn away_for(model: Model) -> Option<String> {
    let Link::Away { since } = model.link.get() else { return None };
    let seconds = ((model.real_now.get() - since) / 1_000.0).max(0.0).floor();
    Some(duration(SignedDuration::try_from_secs_f64(seconds).unwrap_or_default()))
}

/// Says over the page that what it shows may be old, for as long as that is so.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let model = model();
    // Who has signed out waits for nothing, and sees nothing that could be old.
    let is_away = Memo::new(move |_| {
        let is_away = matches!(model.connection.get(), Connection::Stale | Connection::Lost);
        is_away && (model.person.with(Option::is_some) || model.trouble.with(Option::is_some))
    });
    let text = move || {
        if let Some(trouble) = model.trouble.get() {
            return trouble;
        }
        let age = away_for(model).unwrap_or_default();
        match model.connection.get() {
            Connection::Lost => format!(
                "The console cannot be reached. What you see is {age} old. The page tries again by itself; \
                 the release goes on without it."
            ),
            _ => format!("The connection broke {age} ago. The page is reconnecting."),
        }
    };
    view! {
        <Show when=move || is_away.get()>
            <section class="connection-banner" aria-label="Connection problem" data-connection=move || model.connection.get().slug()>{text}</section>
        </Show>
    }
}

/// The clock of the releases, where it is not simply ours.
#[component]
pub fn ClockChip() -> impl IntoView {
    let model = model();
    let is_sandbox = Memo::new(move |_| {
        model.rows.with(|rows| rows.as_ref().is_some_and(|rows| rows.iter().any(|row| row.service.sandbox)))
            || model.identity.get().is_some_and(|it| it.sandbox)
    });
    let text = move || {
        let is_paused = model.clock.get().is_some_and(|(clock, _)| clock.paused);
        if is_paused { "Clock paused".to_owned() } else { format!("Clock {}", words::rate(model.rate())) }
    };
    view! {
        <Show when=move || is_sandbox.get()>
            <span class="chip clock" title="The sandbox's clock and how fast it runs">
                <span>{text}</span>
                <span class="clock__now">{move || words::exact(model.now.get())}</span>
            </span>
        </Show>
    }
}

/// Who else has the service open.
#[component]
pub fn WatchersChip() -> impl IntoView {
    let people = list(model().snapshot, |it| &it.people);
    let names = move || {
        people
            .get()
            .into_iter()
            .map(|watcher| viridian_shared::people::shown(&watcher.name).to_owned())
            .collect::<Vec<_>>()
    };
    view! {
        <Show when=move || { people.with(|people| people.len() > 1) }>
            <span class="chip header__wide" title=move || names().join(", ")>
                <Mark icon=Icon::Person/>
                {move || names().len()}
                <span class="watchers__word">{move || if names().len() == 1 { "person watches" } else { "people watch" }}</span>
            </span>
        </Show>
    }
}
