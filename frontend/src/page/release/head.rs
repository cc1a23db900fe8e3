//! What is being released, since when and by whom.

use viridian_shared::{
    colour::{Colour, coloured},
    command::{Command, StartPipeline},
    journal::{EntryKind, Told},
    pipeline::Release,
};

use super::{
    actions::{ActionsOf, Place},
    standing::taken_back,
};
use crate::{
    model::model,
    prelude::*,
    ui::{copy::CopyId, icon::Icon},
    view::{
        moment::Moment,
        status::{Status, StatusMark, Tone, of_release},
    },
};

/// Heading and actions.
#[component]
pub fn Head() -> impl IntoView {
    let model = model();
    let release =
        Memo::new(move |_| model.pipeline.with(|it| it.value.as_ref().and_then(|it| it.release.clone())));
    let is_read = Memo::new(move |_| model.pipeline.with(|it| it.value.is_some()));
    let title = move || match (is_read.get(), release.get()) {
        (false, _) => "Reading the release".to_owned(),
        (true, None) => "No release yet".to_owned(),
        (true, Some(release)) => match taken_back(model) {
            Some(how) => format!("{}: {}", how.word(), title_of(&release)),
            None => title_of(&release),
        },
    };
    view! {
        <div class="release__head">
            <div class="release__heading">
                <h1>{title}</h1>
                <p class="muted">
                    {move || release.get().map(|release| view! { <Origin release/> })}
                    <Show when=move || is_read.get() && release.with(Option::is_none)>
                        "Push a commit, or start a release of the newest one."
                    </Show>
                </p>
            </div>
            <div class="release__actions" role="group" aria-label="Release actions">
                <ActionsOf at=Place::Head/>
            </div>
        </div>
    }
}

fn title_of(release: &Release) -> String {
    let message =
        release.commit.as_ref().map(|commit| commit.message.trim()).filter(|message| !message.is_empty());
    message.map_or_else(|| "Release without a message".to_owned(), str::to_owned)
}

/// "9c9f1d2 replaces 4a17be0 · started by a push to main, 1 d ago".
#[component]
fn Origin(release: Release) -> impl IntoView {
    let model = model();
    let own = release.commit.as_ref().map(|commit| commit.id.clone());
    let replaced = Memo::new(move |_| {
        let blue = model.snapshot.with(|it| {
            let blue = coloured(it.as_ref()?).into_iter().find(|it| it.colour == Colour::Blue)?;
            blue.set.commit.clone()
        });
        blue.filter(|blue| Some(blue) != own.as_ref())
    });
    // Whoever used the console is known by the journal; AWS knows the console alone.
    let id = release.id.clone();
    let person = Memo::new(move |_| {
        let started = |entry: &&Told| {
            entry.about == StartPipeline::NAME
                && entry.kind == EntryKind::Done
                && entry.release.as_deref() == Some(id.as_str())
        };
        model.journal.with(|journal| journal.iter().find(started).and_then(|entry| entry.person.clone()))
    });
    let by = move || {
        person
            .get()
            .or_else(|| release.started_by.clone())
            .map(|by| format!("Started by {} ", viridian_shared::people::shown(&by)))
    };
    let commit = release.commit.as_ref().map(|commit| commit.id.clone());
    let status = of_release(&release.status);
    let is_open = !release.status.is_ended();
    let status = move || {
        let status = status.clone();
        let back = is_open.then(|| taken_back(model)).flatten();
        let status = if back.is_some() {
            Status { tone: Tone::Waiting, icon: Icon::Back, word: "Waits to be ended".to_owned() }
        } else {
            status
        };
        view! { <StatusMark status/> }
    };
    view! {
        {status}
        {commit.map(|commit| view! { <span class="release__fact"><CopyId text=commit/>
            {move || replaced.get().map(|blue| view! { " replaces " <CopyId text=blue/> })}
        </span> })}
        <span class="release__fact">
            {by}
            {release.started_at.map(|at| view! { <Moment at/> })}
        </span>
    }
}
