//! What is being released, since when and by whom; and what can be done to the release as a whole.

use viridian_shared::{
    colour::{Colour, Phase, coloured, phase},
    command::{AbandonGreen, Command, StartPipeline, StopPipeline, SwapBack},
    journal::{EntryKind, Told},
    pipeline::Release,
    taken_back::TakenBack,
};

use super::push::PushDetails;
use crate::{
    command_state::CommandState,
    model::{Model, model},
    prelude::*,
    ui::{button::ButtonKind, copy::CopyId, field::TextArea, icon::Icon},
    view::{
        command::CommandButton,
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
                <StartButton/>
                <StopButton/>
                <PushDetails/>
            </div>
        </div>
    }
}

/// Whether green was abandoned or production swapped back.
fn taken_back(model: Model) -> Option<TakenBack> {
    model.snapshot.with(|it| it.as_ref().and_then(viridian_shared::taken_back::taken_back))
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

#[component]
fn StartButton() -> impl IntoView {
    let command = CommandState::new(|| Some(StartPipeline {}));
    view! { <CommandButton label="Start release" command key="n"/> }
}

/// The id of the release on the rail.
fn release_id(model: Model) -> Option<String> {
    model.pipeline.with(|it| it.value.as_ref()?.release.as_ref().map(|release| release.id.clone()))
}

#[component]
fn StopButton() -> impl IntoView {
    let model = model();
    let (reason, abandon) = (RwSignal::new(String::new()), RwSignal::new(true));
    let command = CommandState::new(move || {
        Some(StopPipeline { release: release_id(model)?, abandon: abandon.get(), reason: reason.get() })
    });
    let choice = move |value: bool, label: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="stop" prop:checked=move || abandon.get() == value on:change=move |_| abandon.set(value)/>
                {label}
            </label>
        }
    };
    let fields = move || {
        view! {
            <fieldset class="field">
                <legend class="field__label">"When"</legend>
                {choice(true, "At once")}
                {choice(false, "After the step that is running")}
            </fieldset>
            <TextArea label="Reason" bound="reason" value=reason rows=2/>
        }
    };
    let end = CommandState::new(move || {
        Some(StopPipeline { release: release_id(model)?, abandon: true, reason: reason.get() })
    });
    let end_fields = move || view! { <TextArea label="Reason" bound="reason" value=reason rows=2/> };
    // Its gate still waits in the pipeline.
    let waits_for_its_end = Memo::new(move |_| {
        let is_under_way = |it: &Release| !it.status.is_ended();
        let release = model.pipeline.with(|it| it.value.as_ref()?.release.clone());
        release.as_ref().is_some_and(is_under_way) && taken_back(model).is_some()
    });
    view! {
        <Show
            when=move || waits_for_its_end.get()
            fallback=move || view! { <CommandButton label="Stop release" command icon=Icon::Stop key="." fields/> }
        >
            <CommandButton label="End release" command=end kind=ButtonKind::Primary icon=Icon::Stop key="." fields=end_fields/>
        </Show>
    }
}

/// The way back that fits, beside the picture of what it changes: abandon green before the swap, swap back after it.
#[component]
pub fn BackButton() -> impl IntoView {
    let model = model();
    let reason = RwSignal::new(String::new());
    let abandon =
        CommandState::new(move || Some(AbandonGreen { release: release_id(model)?, reason: reason.get() }));
    let swap_back =
        CommandState::new(move || Some(SwapBack { release: release_id(model)?, reason: reason.get() }));
    let is_swapped = Memo::new(move |_| {
        model.snapshot.with(|it| it.as_ref().is_some_and(|it| phase(it) == Phase::Swapped))
    });
    let has_gate = Memo::new(move |_| {
        model.pipeline.with(|it| it.value.as_ref().is_some_and(|it| it.open_gate().is_some()))
    });
    // A gate that is open is answered with no on the way.
    let leave = Signal::derive(move || {
        if has_gate.get() { "Reject and abandon green" } else { "Abandon green" }.to_owned()
    });
    let fields = move || view! { <TextArea label="Reason" bound="reason" value=reason rows=2/> };
    view! {
        <Show
            when=move || is_swapped.get()
            fallback=move || view! { <CommandButton label=leave command=abandon icon=Icon::Back kind=ButtonKind::Danger key="u" fields/> }
        >
            <CommandButton label="Swap back" command=swap_back icon=Icon::Back kind=ButtonKind::Danger key="u" fields/>
        </Show>
    }
}
