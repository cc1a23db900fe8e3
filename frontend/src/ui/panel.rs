//! A panel: a heading, room for a mark beside it, and one question answered.

use crate::prelude::*;

/// A titled part of a page.
#[component]
pub fn Panel(
    #[prop(into)] title: Signal<String>,
    /// Class of the panel: its place on the page.
    class: &'static str,
    /// Stands at the end of the heading's line.
    #[prop(optional, into)]
    mark: ViewFn,
    children: Children,
) -> impl IntoView {
    let id = format!("panel-{class}");
    let labelled_by = id.clone();
    view! {
        <section class=format!("panel {class}") aria-labelledby=labelled_by>
            <div class="panel__head">
                <h2 class="panel__title" id=id>{move || title.get()}</h2>
                {mark.run()}
            </div>
            {children()}
        </section>
    }
}
