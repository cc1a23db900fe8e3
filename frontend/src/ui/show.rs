//! Shows its content while something holds. One piece of code for all places: Leptos's own is built anew for each.

use crate::prelude::*;

/// The content, or what stands in its place.
#[component]
pub fn Show(
    #[prop(into)] when: Signal<bool>,
    children: ChildrenFn,
    #[prop(optional, into)] fallback: ViewFn,
) -> impl IntoView {
    let when = Memo::new(move |_| when.get());
    view! { {move || if when.get() { children() } else { fallback.run() }} }
}
