//! A line of text with a button that copies it.

use crate::ui::{
    icon::{Icon, Mark},
    toast::Toasts,
};

use crate::prelude::*;

/// Text to be taken elsewhere: a URL, a command.
#[component]
pub fn CopyLine(
    /// What it is: the button says "Copy" and this.
    label: &'static str,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    let toasts: Toasts = expect_context();
    let copy = move |_| {
        let text = text.get_untracked();
        leptos::task::spawn_local(async move {
            let copied =
                wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&text))
                    .await;
            toasts.show(if copied.is_ok() {
                "Copied."
            } else {
                "The browser did not allow copying. Select the text instead."
            });
        });
    };
    view! {
        <div class="copy-line">
            <code class="copy-line__text" tabindex="0" role="textbox" aria-readonly="true" aria-label=label>{move || text.get()}</code>
            <button type="button" class="button" data-kind="quiet" aria-label=format!("Copy {}", label.to_ascii_lowercase()) on:click=copy>
                <Mark icon=Icon::Copy/>
            </button>
        </div>
    }
}
