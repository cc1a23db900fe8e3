//! Text that is taken elsewhere by one press.

use crate::ui::{
    icon::{Icon, Mark},
    toast::Toasts,
};

use crate::prelude::*;

/// Puts a text on the clipboard, and says so.
fn take(text: String, toasts: Toasts) {
    leptos::task::spawn_local(async move {
        let clipboard = window().navigator().clipboard();
        let copied = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await;
        toasts.show(if copied.is_ok() {
            format!("Copied {text}")
        } else {
            "The browser did not allow copying. Select the text instead.".to_owned()
        });
    });
}

/// A commit's id or an ARN, shown short and copied whole.
#[component]
pub fn CopyId(#[prop(into)] text: String) -> impl IntoView {
    let toasts: Toasts = expect_context();
    let shown = match text.rsplit_once([':', '/']) {
        Some((_, name)) if text.starts_with("arn:") => name.to_owned(),
        _ => viridian_shared::commit::short(&text).to_owned(),
    };
    let title = format!("Copy {text}");
    view! {
        <button type="button" class="copy-id" title=title.clone() aria-label=format!("{shown}: {title}") on:click=move |_| take(text.clone(), toasts)>
            <code>{shown.clone()}</code>
        </button>
    }
}

/// Text to be taken elsewhere: a URL, a command.
#[component]
pub fn CopyLine(
    /// What it is: the button says "Copy" and this.
    label: &'static str,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    let toasts: Toasts = expect_context();
    let copy = move |_| take(text.get_untracked(), toasts);
    view! {
        <div class="copy-line">
            <code class="copy-line__text" tabindex="0" role="textbox" aria-readonly="true" aria-label=label>{move || text.get()}</code>
            <button type="button" class="button" data-kind="quiet" aria-label=format!("Copy {}", label.to_ascii_lowercase()) on:click=copy>
                <Mark icon=Icon::Copy/>
            </button>
        </div>
    }
}
