//! Suites in brief, where they come from, and the watch that runs one by itself.

use viridian_shared::{
    commit::short,
    comparison::suite::{SuiteBrief, SuiteOrigin},
    words::count,
};

use super::{import::ImportButton, state::ComparePage, watch::Watch};
use crate::{
    prelude::*,
    route::Picked,
    ui::{
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::freshness::{FreshnessMark, StaleReason, age_of},
};

/// The panel.
#[component]
pub fn Suites() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let suites = Memo::new(move |_| compare.of(|it| Some(it.suites.clone())));
    let problem = Memo::new(move |_| compare.of(|it| it.problem.clone()));
    let age = Signal::derive(move || compare.comparison.with(age_of));
    let list = move || {
        match suites.get() {
        None => view! { <p class="skeleton" aria-hidden="true"></p> }.into_any(),
        Some(suites) if suites.is_empty() => view! {
            <p class="muted">"No suite yet. Put one into viridian/ of the repository, or import what you have."</p>
        }.into_any(),
        Some(suites) => view! { <ul class="suites__list">{suites.into_iter().map(move |it| line(compare, it)).collect_view()}</ul> }.into_any(),
    }
    };
    view! {
        <Panel title="Suites" class="suites" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            <Show when=move || problem.with(Option::is_some)>
                <p class="freshness__reason">{move || problem.get()}</p>
            </Show>
            {move || list()}
            <Watch/>
            <div class="suites__actions"><ImportButton/></div>
        </Panel>
    }
}

/// Where a suite lives, in words.
pub fn origin(origin: &SuiteOrigin) -> String {
    match origin {
        SuiteOrigin::Repository { path, commit } => format!("{path} at {}", short(commit)),
        SuiteOrigin::Console { by, .. } => format!("kept by the console, from {by}"),
    }
}

fn line(compare: ComparePage, suite: SuiteBrief) -> impl IntoView {
    let own = suite.name.clone();
    let is_here = Memo::new(move |_| compare.picked.with(|it| it.suite.as_deref() == Some(own.as_str())));
    let path = compare.path(Picked { suite: Some(suite.name.clone()), ..Picked::default() });
    let mut facts = vec![count(suite.probes as usize, "probe", "probes")];
    if !suite.changing.is_empty() {
        facts.push(format!("{} may change something", suite.changing.len()));
    }
    if suite.noise > 0 {
        facts.push(count(suite.noise as usize, "noise rule", "noise rules"));
    }
    view! {
        <li class="suites__one" data-picked=move || is_here.get().to_string()>
            <a href=path aria-current=move || is_here.get().then_some("true")>{suite.name}</a>
            <small class="muted">{facts.join(", ")}</small>
            <small class="muted">{origin(&suite.origin)}</small>
            {suite.problem.map(|text| view! { <small class="suites__problem"><Mark icon=Icon::Warning/>{text}</small> })}
        </li>
    }
}
