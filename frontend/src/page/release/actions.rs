//! What can be done to the release: start, stop, push, decide, try again, and the way back.

use leptos::context::Provider;
use viridian_shared::{
    colour::{Phase, phase},
    command::{AbandonGreen, RetryStep, StartPipeline, StopPipeline, SwapBack},
    pipeline::Release,
};

use super::{
    decision::Decision,
    push::PushDetails,
    shown::Shown,
    standing::{failed, taken_back},
};
use crate::{
    command_state::CommandState,
    model::{Model, model},
    part,
    part::PartView,
    prelude::*,
    ui::{button::ButtonKind, field::TextArea, icon::Icon},
    view::command::CommandButton,
};

/// Where actions stand.
#[derive(Clone, Copy)]
pub enum Place {
    /// Beside the heading.
    Head,
    /// Beside the picture of what they change.
    Picture,
    /// Beside the step that failed.
    Failure,
    /// In the window, which is known there.
    Decision(Memo<Option<Shown>>),
}

/// The actions of a place. The page stands before they are loaded.
#[component]
pub fn ActionsOf(at: Place) -> impl IntoView {
    view! { <Provider value=at><PartView part=ACTIONS is_small=true/></Provider> }
}

part! {
    /// What can be done to the release.
    ACTIONS, "What can be done", actions, view! { <Actions/> }
}

#[component]
fn Actions() -> impl IntoView {
    match expect_context() {
        Place::Head => view! { <StartButton/><StopButton/><PushDetails/> }.into_any(),
        Place::Picture => view! { <BackButton/> }.into_any(),
        Place::Failure => view! { <RetryButton/> }.into_any(),
        Place::Decision(window) => view! { <Decision window/> }.into_any(),
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

#[component]
fn RetryButton() -> impl IntoView {
    let model = model();
    let command = CommandState::new(move || {
        let step = failed(model)?;
        Some(RetryStep { release: release_id(model)?, stage: step.stage, action: step.action })
    });
    view! { <CommandButton label="Retry step" command key="y"/> }
}

/// The way back that fits, beside the picture of what it changes: abandon green before the swap, swap back after it.
#[component]
fn BackButton() -> impl IntoView {
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
