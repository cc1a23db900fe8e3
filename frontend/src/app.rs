//! Providers, and which page is shown.

use leptos::task::spawn_local;

use crate::{
    address::Address,
    layout::{fault, shell::Shell},
    live,
    model::Model,
    page::{compare::Compare, machines::Machines, not_found::NotFound, release::Release, services::Services},
    prelude::*,
    route::Page,
    ui::toast::Toasts,
};

/// Milliseconds between two ticks of a clock that runs as ours does, and of a faster one.
const TICK: u32 = 1_000;
const FAST_TICK: u32 = 200;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let model = Model::new(Address::watch());
    provide_context(model);
    provide_context(Toasts::new());
    spawn_local(tick(model));
    live::keep(model);
    // What is picked in a page changes under it; another page, or that of another service, is built anew.
    let page = Memo::new_with_compare(
        move |_| model.address.page(),
        |a, b| !matches!((a, b), (Some(Some(a)), Some(Some(b))) if a.is_beside(b)) && a != b,
    );
    Effect::new(move |_| {
        document().set_title(&page.with(|page| page.as_ref().map_or("Viridian".to_owned(), Page::title)));
    });
    view! { <Shell>{move || page.with(|page| content(page.as_ref()))}</Shell> }
}

fn content(page: Option<&Page>) -> AnyView {
    match page {
        Some(Page::Services) => view! { <Services/> }.into_any(),
        Some(Page::Release { .. }) => view! { <Release/> }.into_any(),
        Some(Page::Compare { .. }) => view! { <Compare/> }.into_any(),
        Some(Page::Machines { .. }) => view! { <Machines/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

async fn tick(model: Model) {
    loop {
        let is_fast = model.clock.try_get_untracked().flatten().is_some_and(|(clock, _)| clock.rate > 1.5);
        gloo_timers::future::TimeoutFuture::new(if is_fast { FAST_TICK } else { TICK }).await;
        model.tick();
        live::watch_silence(model);
        fault::reload_when_idle();
    }
}
