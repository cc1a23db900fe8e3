//! Parts of the page's code that are loaded when they are first opened.
//!
//! With the feature `split` each part is a file of its own, which the splitter cuts out of the page's code before
//! wasm-bindgen runs; without it everything is in one file and a part is there at once. Whatever happens to the
//! file on its way, the frame around it stands: the person reads that it is being loaded, or that it could not be
//! and how to go on.

use std::{future::Future, pin::Pin};

use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use wasm_split_helpers::SplitLoaderError;

use crate::{
    live,
    model::{Connection, model},
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        icon::{Icon, Mark},
    },
};

/// Milliseconds until a part that could not be had is asked for again by itself.
const AGAIN_AFTER: u32 = 10_000;

/// What loads a part, and what shows it once it is there.
pub type Loading = Pin<Box<dyn Future<Output = Result<(), SplitLoaderError>>>>;
pub type Showing = Pin<Box<dyn Future<Output = Option<AnyView>> + Send>>;

/// A part of the page.
#[derive(Clone, Copy)]
pub struct Part {
    /// As a heading names it: "Compare".
    pub title: &'static str,
    /// Asks for its code; at once if it is there. May be called again after a failure.
    pub load: fn() -> Loading,
    pub show: fn() -> Showing,
}

/// Makes a [`Part`] of a view: its name in capitals, its title, its file's name, and the view.
#[macro_export]
macro_rules! part {
    ($(#[$doc:meta])* $part:ident, $title:literal, $file:ident, $view:expr) => {
        $(#[$doc])*
        pub const $part: $crate::part::Part = {
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($file, preload(load), fallible)]
            fn $file() -> Result<leptos::prelude::AnyView, wasm_split_helpers::SplitLoaderError> {
                Ok(leptos::prelude::IntoAny::into_any($view))
            }
            #[cfg(not(feature = "split"))]
            async fn $file() -> Result<leptos::prelude::AnyView, wasm_split_helpers::SplitLoaderError> {
                Ok(leptos::prelude::IntoAny::into_any($view))
            }
            #[cfg(not(feature = "split"))]
            async fn load() -> Result<(), wasm_split_helpers::SplitLoaderError> {
                Ok(())
            }
            $crate::part::Part { title: $title, load: || Box::pin(load()), show: || Box::pin(async { $file().await.ok() }) }
        };
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Loading,
    Failed,
    There,
}

/// Shows a part, or how far it is.
#[component]
pub fn PartView(
    part: Part,
    /// Whether it is a line in something larger, and waits without a word.
    #[prop(optional)]
    is_small: bool,
) -> impl IntoView {
    let model = model();
    let state = RwSignal::new(State::Loading);
    // Counts the attempts; only the last one goes on.
    let attempts = StoredValue::new(0_u32);
    let load = move || {
        let mine = attempts.get_value() + 1;
        attempts.set_value(mine);
        spawn_local(async move {
            let is_wanted = || attempts.try_get_value() == Some(mine);
            while (part.load)().await.is_err() {
                if !is_wanted() {
                    return;
                }
                state.try_set(State::Failed);
                // A balancer whose session has ended leads files of the page to its identity provider.
                live::learn_session(model).await;
                TimeoutFuture::new(AGAIN_AFTER).await;
                if !is_wanted() {
                    return;
                }
            }
            state.try_set(State::There);
        });
    };
    load();
    // Once the console can be reached again the part can be as well.
    let connection = model.connection;
    Effect::new(move |was_away: Option<bool>| {
        let is_away = matches!(connection.get(), Connection::Stale | Connection::Lost);
        if !is_away && was_away == Some(true) && state.get_untracked() == State::Failed {
            load();
        }
        is_away
    });
    let try_again = move || {
        state.set(State::Loading);
        load();
    };
    move || {
        match state.get() {
        State::Loading if is_small => ().into_any(),
        State::Loading => view! { <Waiting part/> }.into_any(),
        State::Failed if is_small => view! { <Button label=format!("{} could not be loaded. Try again", part.title) on_press=move |()| try_again()/> }.into_any(),
        State::There => view! { {Suspend::new((part.show)())} }.into_any(),
        State::Failed => view! { <Failed part try_again=Callback::new(move |()| try_again())/> }.into_any(),
    }
    }
}

#[component]
fn Waiting(part: Part) -> impl IntoView {
    view! {
        <div class="panel empty">
            <p class="muted" role="status">{format!("Loading {} …", part.title)}</p>
            <p class="skeleton" aria-hidden="true"></p>
        </div>
    }
}

#[component]
fn Failed(part: Part, try_again: Callback<()>) -> impl IntoView {
    view! {
        <div class="panel empty" role="alert">
            <h1>{format!("{} could not be loaded", part.title)}</h1>
            <p class="problem"><Mark icon=Icon::Failed/><span>
                "The connection may be broken, or the console was upgraded since this page was opened. It is asked for again by itself every few seconds."
            </span></p>
            <Button label="Try again" kind=ButtonKind::Primary on_press=try_again/>
            <p class="muted">"If it fails again, " <a href="" target="_self">"reload the page"</a> "."</p>
        </div>
    }
}
