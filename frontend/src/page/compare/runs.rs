//! Runs of the service, newest first.

use viridian_shared::{
    comparison::run::{RunBrief, RunPage},
    route,
};

use super::{labels::of_run, state::ComparePage};
use crate::{
    fetched::Fetched,
    prelude::*,
    route::Picked,
    ui::{
        button::{Button, ButtonKind},
        panel::Panel,
    },
    view::{moment::Moment, problem::ProblemNote, status::StatusMark},
};

/// The panel.
#[component]
pub fn Runs() -> impl IntoView {
    let compare: ComparePage = expect_context();
    // Where the pages before this one begin; the newest page has none.
    let before = RwSignal::new(None::<String>);
    let asked = Fetched::<RunPage>::new(move || {
        let path = route::runs(&compare.service.get()?, before.get().as_deref());
        Some((path, compare.mark()))
    });
    let runs = Memo::new(move |_| asked.with(|page| page.runs.clone()));
    let next = Memo::new(move |_| asked.with(|page| page.before.clone()).flatten());
    let list = move || {
        match runs.get() {
        None => view! { <p class="skeleton" aria-hidden="true"></p> }.into_any(),
        Some(runs) if runs.is_empty() => {
            view! { <p class="muted">"No run yet. Run a suite, or ask both colours a path."</p> }.into_any()
        }
        Some(runs) => view! { <ul class="runs__list">{runs.into_iter().map(move |run| line(compare, run)).collect_view()}</ul> }.into_any(),
    }
    };
    view! {
        <Panel title="Runs" class="runs">
            <ProblemNote problem=asked.problem/>
            {move || list()}
            <div class="runs__pages">
                <Show when=move || before.with(Option::is_some)>
                    <Button label="Newest runs" kind=ButtonKind::Quiet on_press=move |()| before.set(None)/>
                </Show>
                <Show when=move || next.with(Option::is_some)>
                    <Button label="Older runs" kind=ButtonKind::Quiet on_press=move |()| before.set(next.get_untracked())/>
                </Show>
            </div>
        </Panel>
    }
}

fn line(compare: ComparePage, run: RunBrief) -> impl IntoView {
    let own = run.id.clone();
    let is_here = Memo::new(move |_| {
        compare.picked.with(|it| it.suite.is_none())
            && compare.run.with(|id| id.as_deref() == Some(own.as_str()))
    });
    view! {
        <li class="runs__one" data-picked=move || is_here.get().to_string()>
            <a href=compare.path(Picked::run(&run.id)) aria-current=move || is_here.get().then_some("true")>
                {format!("Run {}, {}", run.id, run.title())}
            </a>
            <StatusMark status=of_run(&run)/>
            <small class="muted">{run.by.name().to_owned()}", "<Moment at=run.began_at/></small>
        </li>
    }
}
