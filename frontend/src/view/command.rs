//! A command's button with its dialog, which says what will happen before it does.

use crate::{
    command_state::CommandState,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        icon::{Icon, Mark},
        toast::Toasts,
    },
    view::problem::ProblemNote,
};

/// The button that opens the dialog, and the dialog.
#[component]
pub fn CommandButton(
    /// The verb, on both buttons: "Start release".
    #[prop(into)]
    label: Signal<String>,
    command: CommandState,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] key: Option<&'static str>,
    #[prop(optional)] icon: Option<Icon>,
    /// Whether Enter confirms at once; not where a field must be filled first, and never what is dangerous.
    #[prop(default = true)]
    ready: bool,
    /// What is to be filled in.
    #[prop(optional, into)]
    fields: ViewFn,
    /// Runs with true when the dialog opens and with false when it has closed.
    #[prop(optional)]
    on_toggle: Option<Callback<bool>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let toasts: Toasts = expect_context();
    Effect::new(move |_| {
        if let Some(receipt) = command.receipt.get() {
            open.set(false);
            toasts.show(receipt.message);
        }
    });
    let start = move |()| {
        command.begin();
        open.set(true);
    };
    if let Some(on_toggle) = on_toggle {
        Effect::new(move |was_open: Option<bool>| {
            let is_open = open.get();
            if was_open.unwrap_or_default() != is_open {
                on_toggle.run(is_open);
            }
            is_open
        });
    }
    view! {
        <Button label kind key=key icon=icon refusal=command.refusal() on_press=start/>
        <Dialog open title=label>
            <Consequence command/>
            {fields.run()}
            <ProblemNote problem=command.problem/>
            <div class="dialog__actions">
                <Button label="Cancel" kind=ButtonKind::Quiet on_press=move |()| open.set(false)/>
                <Confirm label kind command ready=ready && kind != ButtonKind::Danger/>
            </div>
        </Dialog>
    }
}

/// What will happen, or why it cannot. A text that is not typed yet hides nothing: it is asked for below the effect.
#[component]
pub fn Consequence(command: CommandState) -> impl IntoView {
    view! {
        <div class="consequence" role="note" aria-label="What will happen" aria-live="polite">
            {move || {
                let effect = command.effect.get().map(|text| view! { <p data-tone="ok"><Mark icon=Icon::Release/>{text}</p> });
                let against = command.verdict.with(|verdict| {
                    let reason = verdict.as_ref().err().map(|refusal| refusal.reason.clone());
                    reason.map(|reason| view! { <p data-tone="waiting"><Mark icon=Icon::Warning/>{reason}</p> })
                });
                view! { {effect}{against} }
            }}
        </div>
    }
}

/// The button that does it.
#[component]
pub fn Confirm(
    #[prop(into)] label: Signal<String>,
    kind: ButtonKind,
    command: CommandState,
    ready: bool,
) -> impl IntoView {
    let refusal = Signal::derive(move || {
        command.verdict.with(|verdict| verdict.as_ref().err().map(|refusal| refusal.reason.clone()))
    });
    let shown =
        Signal::derive(move || if command.pending.get() { format!("{}…", label.get()) } else { label.get() });
    let kind = if kind == ButtonKind::Danger { kind } else { ButtonKind::Primary };
    view! { <Button label=shown kind refusal autofocus=ready on_press=move |()| command.send()/> }
}
