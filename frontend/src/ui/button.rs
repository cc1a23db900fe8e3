//! The button. One that is off stays in reach of the keyboard and says why.

use crate::{
    prelude::*,
    ui::{
        icon::{Icon, Mark},
        toast::Toasts,
    },
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    Danger,
    #[default]
    Plain,
    Quiet,
}

impl ButtonKind {
    fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Danger => "danger",
            Self::Plain => "plain",
            Self::Quiet => "quiet",
        }
    }
}

/// A button with its verb.
#[component]
pub fn Button(
    /// What it does, in the imperative.
    #[prop(into)]
    label: Signal<String>,
    /// Runs on a press that is allowed.
    #[prop(into)]
    on_press: Callback<()>,
    #[prop(optional)] kind: ButtonKind,
    /// Why it is off, if it is.
    #[prop(optional, into)]
    refusal: Signal<Option<String>>,
    /// The key that presses it.
    #[prop(optional_no_strip)]
    key: Option<&'static str>,
    /// Whether it has the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// Stands before its verb.
    #[prop(optional_no_strip)]
    icon: Option<Icon>,
) -> impl IntoView {
    let toasts = use_context::<Toasts>();
    let press = move |_| match (refusal.get_untracked(), toasts) {
        (None, _) => on_press.run(()),
        (Some(reason), Some(toasts)) => toasts.show(reason),
        (Some(_), None) => {}
    };
    view! {
        <button
            type="button"
            class="button"
            data-kind=kind.slug()
            data-label=move || label.get()
            aria-disabled=move || refusal.with(Option::is_some).then_some("true")
            aria-keyshortcuts=key
            title=move || refusal.get()
            autofocus=autofocus
            on:click=press
        >
            {icon.map(|icon| view! { <Mark icon/> })}
            {move || label.get()}
        </button>
    }
}
