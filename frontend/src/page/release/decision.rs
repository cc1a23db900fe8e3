//! How it is decided, and my own vote with its comment.

use viridian_shared::{
    command::{COMMENT_LIMIT, VoteOnGate},
    pipeline::GateKind,
    vote::Choice,
    window::WindowState,
};

use super::{
    ballot::BallotView,
    draft,
    evidence::Stakes,
    seen::{Seen, seen},
    shown::Shown,
};
use crate::{
    command_state::CommandState,
    model::model,
    prelude::*,
    ui::{button::ButtonKind, field::TextArea, icon::Icon},
    view::command::CommandButton,
};

/// How it is decided, why it is not mine or not now, and the two buttons.
#[component]
pub fn Decision(window: Memo<Option<Shown>>) -> impl IntoView {
    let model = model();
    let comment = RwSignal::new(String::new());
    let held = RwSignal::new(None::<Seen>);
    let command = move |choice: Choice| {
        CommandState::new(move || {
            let seen = held.get().or_else(|| seen(model))?;
            let Seen { release, stage, action, request, run, evidence, .. } = seen;
            Some(VoteOnGate {
                release,
                stage,
                action,
                request,
                choice,
                comment: comment.get(),
                run,
                evidence: evidence.digest,
                seen: evidence.inputs,
            })
        })
    };
    let (approve, reject) = (command(Choice::Approve), command(Choice::Reject));
    let on_toggle = Callback::new(move |is_open: bool| {
        let seen = if is_open { untrack(|| seen(model)) } else { None };
        if let Some(seen) = &seen {
            comment.set(draft::of(&seen.request));
        }
        held.set(seen);
    });
    keep_draft(held, comment);
    let label = Signal::derive(move || {
        let held = held.with(|it| it.as_ref().map(|it| it.kind));
        match held.or_else(|| window.with(|it| it.as_ref().map(|it| it.gate.kind))) {
            Some(GateKind::ApproveSwap) => "Approve swap",
            Some(GateKind::ApproveCleanUp) => "Approve clean-up",
            _ => "Approve",
        }
        .to_owned()
    });
    let hint = Signal::derive(move || match comment.with(|text| text.chars().count()) {
        0 => "It stands in the journal and in AWS.".to_owned(),
        length => format!("{length} of {COMMENT_LIMIT} characters"),
    });
    let run = Signal::derive(move || held.with(|it| it.as_ref().and_then(|it| it.run.clone())));
    let fields = move |is_asked: bool| view! { <Stakes run/><TextArea label="Comment" bound="comment" value=comment hint rows=2 autofocus=is_asked/> };
    view! {
        <BallotView/>
        <WhyNot command=approve window held/>
        <div class="window__actions" role="group" aria-label="Decision">
            <CommandButton label command=approve kind=ButtonKind::Primary icon=Icon::Done key="a" fields=move || fields(false) on_toggle/>
            <CommandButton label="Reject" command=reject kind=ButtonKind::Danger icon=Icon::Failed key="x" ready=false fields=move || fields(true) on_toggle/>
        </div>
    }
}

/// Whoever goes to look at the evidence comes back to what they had typed.
fn keep_draft(held: RwSignal<Option<Seen>>, comment: RwSignal<String>) {
    on_cleanup(move || {
        if let Some(seen) = held.try_get_untracked().flatten() {
            draft::keep(seen.request, comment.try_get_untracked().unwrap_or_default());
        }
    });
}

/// Why the decision is not mine or not now.
#[component]
fn WhyNot(command: CommandState, window: Memo<Option<Shown>>, held: RwSignal<Option<Seen>>) -> impl IntoView {
    let reason = Memo::new(move |_| {
        let is_open = window.with(|it| it.as_ref().is_some_and(|it| it.state == WindowState::Open));
        // What an open dialog is for may be another gate than the one that is shown by now.
        (is_open && held.with(Option::is_none)).then(|| command.refusal().get()).flatten()
    });
    view! {
        <Show when=move || reason.with(Option::is_some)>
            <p class="window__why-not">{move || reason.get()}</p>
        </Show>
    }
}
