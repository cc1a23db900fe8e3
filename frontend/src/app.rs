//! Providers and the router.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    layout::{fault, shell::Shell},
    live,
    model::Model,
    page::{machines::Machines, not_found::NotFound, release::Release, services::Services},
    ui::toast::Toasts,
};

/// Milliseconds between two ticks of a clock that runs as ours does, and of a faster one.
const TICK: u32 = 1_000;
const FAST_TICK: u32 = 200;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let model = Model::new();
    provide_context(model);
    provide_context(Toasts::new());
    spawn_local(tick(model));
    live::keep(model);
    view! {
        <Router>
            <Shell>
                <Routes fallback=|| view! { <NotFound/> }>
                    <Route path=path!("/") view=|| view! { <Services/> }.into_any()/>
                    <Route path=path!("/s/:service") view=|| view! { <Release/> }.into_any()/>
                    <Route path=path!("/s/:service/machines") view=|| view! { <Machines/> }.into_any()/>
                </Routes>
            </Shell>
        </Router>
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
