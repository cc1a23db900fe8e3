//! What a voter has in front of them: what the newest comparison says, and for how long nothing new was found.

use viridian_shared::{comparison::run::RunBrief, words::count};

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

/// What is at stake, in the dialog that sends a vote: the differences, what is new among them, who else is asked.
#[component]
pub fn Stakes(run: Signal<Option<String>>) -> impl IntoView {
    let model = model();
    let newest = Memo::new(move |_| newest(model));
    let link =
        move |id: &str| model.service.get().map(|service| Page::compare(&service, Picked::run(id)).path());
    let differences = move || {
        match newest.get() {
        None => view! { <li data-tone="waiting"><Mark icon=Icon::Warning/><span>"Nothing was compared: your vote says so."</span></li> }.into_any(),
        Some(brief) => {
            let verdict = brief.verdict.unwrap_or_default();
            let tone = of_run(&brief).tone.slug();
            let text = match (verdict.bugs, verdict.open) {
                (0, 0) => "No difference is left to rule on".to_owned(),
                (0, open) => format!("{} that nobody has ruled on", count(open as usize, "difference", "differences")),
                (bugs, 0) => format!("{} ruled a bug", count(bugs as usize, "difference is", "differences are")),
                (bugs, open) => format!("{} ruled a bug, {open} that nobody has ruled on", count(bugs as usize, "difference is", "differences are")),
            };
            let news = match (verdict.new, brief.id == "1") {
                (0, _) => "Nothing new since the run before it.".to_owned(),
                (_, true) => String::new(),
                (new, _) => format!("{} since the run before it.", count(new as usize, "is new", "are new")),
            };
            view! {
                <li data-tone=tone><Mark icon=Icon::Compare/><span>{text}" · "<a href=link(&brief.id)>"look"</a>". "{news}</span></li>
            }
            .into_any()
        }
    }
    };
    let others = move || crate::layout::waits::others(model);
    let seen =
        move || run.get().map(|run| format!("Your vote says that run {run} was the newest comparison."));
    view! {
        <ul class="evidence stakes" aria-label="What is at stake">
            {differences}
            {move || others().map(|text| view! { <li><Mark icon=Icon::Person/><span>{text}</span></li> })}
        </ul>
        <p class="muted">{seen}</p>
    }
}
