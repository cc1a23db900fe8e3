//! Providers, and which page is shown.

use leptos::task::spawn_local;

use crate::{
    address::Address,
    layout::{shell::Shell, waits::waits, zone::Zone},
    live,
    model::{Link, Model},
    outdated,
    page::{
        compare::{Compare, PROBE},
        machines::Machines,
        not_found::NotFound,
        release::Release,
        services::Services,
    },
    part,
    part::{Part, PartView},
    prelude::*,
    route::Page,
    ui::{anew::anew, dom::when_idle, toast::Toasts},
};

/// Milliseconds between two ticks of a clock that runs as ours does, and of a faster one.
const TICK: u32 = 1_000;
const FAST_TICK: u32 = 200;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let model = Model::new(Address::watch());
    provide_context(model);
    let zone = Zone::chosen();
    provide_context(zone);
    provide_context(Toasts::new());
    spawn_local(tick(model));
    live::keep(model);
    load_ahead(model);
    // What is picked in a page changes under it; another page, or that of another service, is built anew.
    // So is everything when times are told in another zone.
    let page = Memo::new(move |_| (model.address.with(|page| page.map(Page::bare)), zone.0.get()));
    let title = Memo::new(move |_| page.with(|(page, _)| title(model, page.as_ref())));
    Effect::new(move |_| document().set_title(&title.get()));
    view! { <Shell>{anew(page, |(page, _)| content(page))}</Shell> }
}

/// As the browser's tab shows the page: first whether somebody is waited for.
fn title(model: Model, page: Option<&Page>) -> String {
    let title = page.map_or("Viridian".to_owned(), Page::title);
    if page.is_some_and(|page| page.service().is_none()) {
        let waiting =
            model.rows.with(|rows| rows.iter().flatten().filter(|row| row.waits_for_decision()).count());
        return if waiting > 0 { format!("({waiting}) waiting · {title}") } else { title };
    }
    if waits(model).is_some_and(|it| it.is_person) { format!("waiting · {title}") } else { title }
}

fn content(page: Option<Page>) -> AnyView {
    match page {
        Some(Page::Services) => view! { <PartView part=SERVICES/> }.into_any(),
        Some(Page::Release { .. }) => view! { <Release/> }.into_any(),
        Some(Page::Compare { .. }) => view! { <PartView part=COMPARE/> }.into_any(),
        Some(Page::Machines { .. }) => view! { <PartView part=MACHINES/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

part! {
    /// Every service in a line.
    SERVICES, "Services", services, view! { <Services/> }
}
part! {
    /// The comparison of both colours.
    COMPARE, "Compare", compare, view! { <Compare/> }
}
part! {
    /// The state machines.
    MACHINES, "State machines", machines, view! { <Machines/> }
}

/// The part that somebody on this page is likely to open next.
fn next(page: Option<&Page>) -> Option<Part> {
    match page? {
        Page::Release { .. } | Page::Machines { .. } => Some(COMPARE),
        Page::Compare { .. } => Some(PROBE),
        Page::Services => None,
    }
}

/// Loads the part that is likely to be opened next while nothing else is to be done, so that a click finds it there.
fn load_ahead(model: Model) {
    let is_live = Memo::new(move |_| model.link.get() == Link::Live && model.identity.with(Option::is_some));
    Effect::new(move |_| {
        if let Some(part) = model.address.with(next).filter(|_| is_live.get()) {
            // One that cannot be had now is asked for when it is opened.
            when_idle(move || spawn_local(async move { drop((part.load)().await) }));
        }
    });
}

async fn tick(model: Model) {
    loop {
        let is_fast = model.clock.try_get_untracked().flatten().is_some_and(|(clock, _)| clock.rate > 1.5);
        gloo_timers::future::TimeoutFuture::new(if is_fast { FAST_TICK } else { TICK }).await;
        model.tick();
        live::watch_silence(model);
        outdated::reload_when_idle();
    }
}
