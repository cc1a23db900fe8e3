//! A modal dialog on the browser's own `<dialog>`: focus stays inside, Escape closes, focus returns.

use leptos::html;

use crate::prelude::*;

/// A dialog that is there while `open` says so.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    /// Its heading and its name.
    #[prop(into)]
    title: Signal<String>,
    /// Wider than usual.
    #[prop(optional)]
    wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (is_open, Some(dialog)) = (open.get(), node.get()) else { return };
        if is_open && !dialog.open() {
            // Its content is drawn in the same turn; the browser looks for the focus after it.
            request_animation_frame(move || {
                if dialog.is_connected() && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="dialog" node_ref=node data-wide=wide aria-label=move || title.get() on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <div class="dialog__box">
                    <h2 class="dialog__title">{move || title.get()}</h2>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}
