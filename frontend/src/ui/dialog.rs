//! A modal dialog on the browser's own `<dialog>`: focus stays inside, Escape closes, focus returns. Escape asks
//! before it throws away a text that somebody has typed.

use leptos::html;

use crate::{
    prelude::*,
    ui::button::{Button, ButtonKind},
};

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
    let (is_typed, is_asking) = (RwSignal::new(false), RwSignal::new(false));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // A key that is held down opened the dialog; that it repeats confirms nothing.
        if event.repeat() && !is_typed.get_untracked() {
            event.prevent_default();
            return;
        }
        if event.key() != "Escape" {
            return;
        }
        if is_asking.get_untracked() {
            event.prevent_default();
            is_asking.set(false);
        } else if is_typed.get_untracked() && has_text(node) {
            event.prevent_default();
            is_asking.set(true);
        }
    };
    Effect::new(move |_| {
        let (is_open, Some(dialog)) = (open.get(), node.get()) else { return };
        is_typed.set(false);
        is_asking.set(false);
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
        <dialog class="dialog" node_ref=node data-wide=wide aria-label=move || title.get()
            on:close=move |_| open.set(false) on:keydown=on_key on:input=move |_| is_typed.set(true)>
            <Show when=move || open.get()>
                <div class="dialog__box">
                    <h2 class="dialog__title">{move || title.get()}</h2>
                    {children()}
                    <Show when=move || is_asking.get()>
                        <div class="dialog__asks" role="alert">
                            <p>"Throw away what you typed?"</p>
                            <Button label="Keep writing" on_press=move |()| is_asking.set(false)/>
                            <Button label="Throw it away" kind=ButtonKind::Danger on_press=move |()| open.set(false)/>
                        </div>
                    </Show>
                </div>
            </Show>
        </dialog>
    }
}

/// Whether a text stands in it that somebody may miss: a search is none.
fn has_text(node: NodeRef<html::Dialog>) -> bool {
    let Some(dialog) = node.get_untracked() else { return false };
    let Ok(fields) = dialog.query_selector_all("textarea, input[type=text]:not([role=combobox])") else {
        return false;
    };
    (0..fields.length()).filter_map(|index| fields.item(index)).any(|field| {
        let value = js_sys::Reflect::get(&field, &"value".into()).ok().and_then(|it| it.as_string());
        value.is_some_and(|value| !value.trim().is_empty())
    })
}
