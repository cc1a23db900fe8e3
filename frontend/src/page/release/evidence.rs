//! What a voter has in front of them: what the newest comparison says, and for how long nothing new was found.

use viridian_shared::comparison::run::RunBrief;

use crate::{
    model::{Model, model},
    page::compare::labels::of_run,
    prelude::*,
    route::{Page, Picked},
    ui::icon::{Icon, Mark},
    view::status::StatusIcon,
};

fn newest(model: Model) -> Option<RunBrief> {
    model.comparison.with(|it| it.value.as_ref().and_then(|it| it.newest.clone()))
}

/// The facts of the decision panel.
#[component]
pub fn Evidence() -> impl IntoView {
    let model = model();
    let run = Memo::new(move |_| newest(model));
    let quiet = Memo::new(move |_| {
        let now = model.now.get();
        model.comparison.with(|it| it.value.as_ref()?.quiet.map(|quiet| quiet.words(now)))
    });
    let is_known = Memo::new(move |_| model.comparison.with(|it| it.value.is_some()));
    let link =
        move |picked: Picked| model.service.get().map(|service| Page::compare(&service, picked).path());
    let facts = move || {
        match run.get() {
        Some(run) => {
            let words = run.verdict.unwrap_or_default().words();
            view! {
                <li><StatusIcon status=of_run(&run)/><span><a href=link(Picked::run(&run.id))>{format!("Run {}", run.id)}</a>{format!(": {words}")}</span></li>
                <li><Mark icon=Icon::Compare/><span>{quiet}</span></li>
            }
            .into_any()
        }
        None if is_known.get() => view! {
            <li><Mark icon=Icon::Compare/><span>"Nothing was compared yet. " <a href=link(Picked::default())>"Compare"</a></span></li>
        }
        .into_any(),
        None => ().into_any(),
    }
    };
    view! { <ul class="evidence" aria-label="What speaks for it">{facts}</ul> }
}

/// What goes with a vote, in the dialog that sends it.
#[component]
pub fn GoesWith(run: Signal<Option<String>>) -> impl IntoView {
    let text = move || match run.get() {
        Some(run) => format!("Your vote says that you had run {run} of the comparison in front of you."),
        None => "Your vote says that nothing was compared.".to_owned(),
    };
    view! { <p class="muted">{text}</p> }
}
