//! Navigation: the services, and the pages of the one that is open.

use crate::{
    keys::Panels,
    model::model,
    prelude::*,
    route::{Page, Picked},
    ui::icon::{Icon, Mark},
    view::page_link::PageLink,
};

/// The column at the side; a line at the top of a small screen.
#[component]
pub fn Nav(panels: Panels) -> impl IntoView {
    let model = model();
    let is_sandbox = move || model.identity.get().is_some_and(|it| it.sandbox);
    view! {
        <nav class="nav" aria-label="Pages">
            <div class="nav__brand"><span class="nav__sign" aria-hidden="true"></span>"Viridian"</div>
            <PageLink page=Page::Services><Mark icon=Icon::Services/>"Services"</PageLink>
            {move || {
                model.service.get().map(|service| {
                    view! {
                        <PageLink page=Page::release(&service)><Mark icon=Icon::Release/>"Release"</PageLink>
                        <PageLink page=Page::compare(&service, Picked::default())><Mark icon=Icon::Compare/>"Compare"</PageLink>
                        <PageLink page=Page::machines(&service)><Mark icon=Icon::Machines/>"State machines"</PageLink>
                    }
                })
            }}
            <div class="nav__foot">
                {move || is_sandbox().then_some("Sandbox. ")}
                <button type="button" class="nav__keys" on:click=move |_| panels.help.set(true)>
                    "Press " <kbd>"?"</kbd> " for keys"
                </button>
            </div>
        </nav>
    }
}
