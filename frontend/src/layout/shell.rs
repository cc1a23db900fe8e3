//! The frame: skip link, navigation, header, the banner of a broken link, the page.

use crate::{
    keys::{self, Panels},
    layout::{
        chips::{ClockChip, ConnectionBanner, ConnectionChip, WatchersChip},
        key_help::KeyHelp,
        nav::Nav,
        palette::Palette,
        person::PersonMenu,
        sign_in::{SignInAgain, SignInView},
        theme::ThemeButton,
        waits::WaitsChip,
        zone::ZoneButton,
    },
    model::{Link, Model, model},
    part,
    part::PartView,
    prelude::*,
    ui::{
        icon::{Icon, Mark},
        toast::{ToastRegion, Toasts},
    },
    words,
};

part! {
    /// The way in, for whoever is not in yet.
    SIGN_IN, "Sign in", sign_in, view! { <SignInView/> }
}

/// A break that is shorter, in milliseconds, is not worth a word.
const NOTICED: f64 = 1_500.0;

/// Everything around a page.
#[component]
pub fn Shell(children: ChildrenFn) -> impl IntoView {
    let model = model();
    follow_service(model);
    tell_recovery(model, expect_context());
    let panels = Panels { help: RwSignal::new(false), palette: RwSignal::new(false) };
    keys::listen(model, panels);
    let is_signed_out = Memo::new(move |_| {
        model.session.with(|session| session.as_ref().is_some_and(|session| session.person.is_none()))
    });
    let is_elsewhere =
        Memo::new(move |_| model.session.with(|it| it.as_ref().is_some_and(|it| it.elsewhere)));
    let way_in = move || {
        if is_elsewhere.get() {
            view! { <SignInAgain/> }.into_any()
        } else {
            view! { <PartView part=SIGN_IN/> }.into_any()
        }
    };
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="shell">
            <Nav panels/>
            <div class="shell__column">
                <Header panels/>
                <ConnectionBanner/>
                <main id="main" tabindex="-1" class="shell__main" data-connection=move || model.connection.get().slug()>
                    <Show when=move || !is_signed_out.get() fallback=way_in>
                        {children()}
                    </Show>
                </main>
            </div>
        </div>
        <ToastRegion/>
        <KeyHelp open=panels.help/>
        <Palette open=panels.palette/>
    }
}

/// Lets go of what was known of another service than the address names.
fn follow_service(model: Model) {
    Effect::new(move |before: Option<Option<String>>| {
        let service = model.service.get();
        if before.is_some_and(|before| before != service) {
            model.snapshot.set(None);
            model.journal.set(Vec::new());
            model.missing.set(None);
        }
        service
    });
}

/// Says once that a link which was away for a while is back.
fn tell_recovery(model: Model, toasts: Toasts) {
    Effect::new(move |before: Option<Link>| {
        let link = model.link.get();
        if let (Some(Link::Away { since }), Link::Live) = (before, link)
            && words::real_now() - since > NOTICED
        {
            toasts.show("Connected again. What you see is up to date.");
        }
        link
    });
}

#[component]
fn Header(panels: Panels) -> impl IntoView {
    let model = model();
    let region = Memo::new(move |_| model.identity.get().map(|it| it.region));
    // Nothing is connected before somebody has signed in.
    let is_signed_in = Memo::new(move |_| model.person.with(Option::is_some));
    view! {
        <header class="header">
            <div class="header__crumb">
                <b>{move || model.service.get().unwrap_or_else(|| "Services".to_owned())}</b>
                {move || region.get().map(|region| view! { <span class="chip header__wide">{region}</span> })}
            </div>
            <Show when=move || is_signed_in.get()><ConnectionChip/><WaitsChip/></Show>
            <span class="header__space"></span>
            <WatchersChip/>
            <ClockChip/>
            <ZoneButton/>
            <button type="button" class="button header__palette" data-kind="quiet" aria-label="Command palette" title="Command palette (Ctrl K)"
                on:click=move |_| panels.palette.set(true)><Mark icon=Icon::Search/></button>
            <ThemeButton/>
            <PersonMenu/>
        </header>
    }
}
