//! Which two are compared, the run under way, and what can be done.

use viridian_shared::{command::StopRun, commit::short, comparison::run::Side, rule::ends};

use super::{run_button::RunButton, state::ComparePage};
use crate::{
    command_state::CommandState,
    model::model,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        toast::Toasts,
    },
    view::{colour::ColourMark, command::CommandButton},
};
use viridian_shared::colour::Colour;

/// Heading and actions.
#[component]
pub fn Head() -> impl IntoView {
    let model = model();
    let found = Memo::new(move |_| model.snapshot.with(|it| it.as_ref().map(ends)));
    let sentence = move || match found.get() {
        None => "Reading which colours there are".into_any(),
        Some(Err(refusal)) => format!("{} Earlier runs can still be read.", refusal.reason).into_any(),
        Some(Ok(ends)) => {
            view! { {side(Colour::Blue, ends.blue)}{side(Colour::Green, ends.green)} }.into_any()
        }
    };
    view! {
        <div class="compare__head">
            <div class="release__heading"><h1>"Compare"</h1><p class="muted compare__ends">{move || sentence()}</p></div>
            <div class="release__actions" role="group" aria-label="Comparison actions">
                <RunButton/>
                <CopyLink/>
            </div>
            <Progress/>
        </div>
    }
}

fn side(colour: Colour, side: Side) -> impl IntoView {
    let commit = side.commit.as_deref().map_or("no commit", short).to_owned();
    view! { <span class="release__fact"><ColourMark colour/>" "<code>{commit}</code>" at "<code>{side.origin}</code></span> }
}

/// How far the run under way is, whichever it is.
#[component]
fn Progress() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let running = Memo::new(move |_| compare.of(|it| it.running.clone()));
    let is_running = Memo::new(move |_| running.with(Option::is_some));
    let number = move |of: fn(&viridian_shared::comparison::Progress) -> u32| {
        Signal::derive(move || running.with(|it| it.as_ref().map_or(0, of)).to_string())
    };
    let (answered, all) = (number(|it| it.answered), number(|it| it.of.max(1)));
    let text = move || {
        let running = running.get()?;
        let what = running.suite.map_or_else(|| "asking once".to_owned(), |suite| format!("of {suite}"));
        let state = if running.is_stopping { "Stopping run" } else { "Run" };
        Some(format!(
            "{state} {} {what}, by {}: {} of {} requests answered",
            running.run,
            running.by.name(),
            running.answered,
            running.of
        ))
    };
    let stop = CommandState::new(move || {
        Some(StopRun { run: running.with(|it| it.as_ref().map(|it| it.run.clone()))? })
    });
    view! {
        <Show when=move || is_running.get()>
            <div class="compare__progress">
                <p id="run-progress">{move || text()}</p>
                <progress max=move || all.get() value=move || answered.get() aria-labelledby="run-progress"></progress>
                <CommandButton label="Stop run" command=stop kind=ButtonKind::Danger key="."/>
            </div>
        </Show>
    }
}

/// Copies the address of exactly what is shown.
#[component]
fn CopyLink() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let toasts: Toasts = expect_context();
    let copy = move |()| {
        // The newest run is another one tomorrow: the link names the one that is shown.
        compare.amend(|_| {});
        let address = window().location().href().unwrap_or_default();
        leptos::task::spawn_local(async move {
            let copied = window().navigator().clipboard().write_text(&address);
            let is_copied = wasm_bindgen_futures::JsFuture::from(copied).await.is_ok();
            toasts.show(if is_copied {
                "Link copied."
            } else {
                "The browser did not allow copying. The address bar has the link."
            });
        });
    };
    view! { <Button label="Copy link" kind=ButtonKind::Plain key=Some("l") on_press=copy/> }
}
