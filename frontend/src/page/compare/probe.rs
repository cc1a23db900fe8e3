//! One probe of a run: what both colours answered, and the ways to look at it.

use viridian_shared::{
    comparison::{
        probe::{Kind, ProbeDetail},
        suite::Unordered,
        view::{Note, Purpose, View},
    },
    route,
};

use super::{
    difference_bar::DifferenceBar, facts::Facts, findings::Example, frames::Frames, labels::of_probe,
    probes::differences, rows::RowsView, state::ComparePage, timing::Timing,
};
use crate::{
    fetched::Fetched,
    prelude::*,
    route::{Look, Picked},
    ui::{
        anew::anew,
        icon::{Icon, Mark},
    },
    view::{problem::ProblemNote, status::StatusMark},
};

/// The view of one probe.
#[component]
pub fn ProbeView() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let probe = Memo::new(move |_| compare.picked.with(|it| it.probe.clone()).unwrap_or_default());
    let detail = Fetched::<ProbeDetail>::new(move || {
        let path = route::probe(&compare.service.get()?, &compare.run.get()?, &probe.get());
        Some((path, compare.mark()))
    });
    let is_read = Memo::new(move |_| detail.value.with(Option::is_some));
    let is_drawn = Memo::new(move |_| look(compare, detail).is_some());
    // While the run is under way there is no answer yet, and that is no fault.
    let is_under_way = Memo::new(move |_| compare.progress.with(Option::is_some));
    let problem = Signal::derive(move || detail.problem.get().filter(|_| !is_under_way.get()));
    let back = move || {
        let run = compare.run.get()?;
        let picked = Picked { finding: compare.picked.with(|it| it.finding.clone()), ..Picked::run(&run) };
        Some(view! { <a href=compare.path(picked)>{format!("Run {run}")}</a> })
    };
    view! {
        <section class="panel probe" aria-labelledby="probe-title">
            <div class="panel__head">
                <p class="probe__crumb">{move || back()} <span aria-hidden="true">"›"</span></p>
                <h2 class="probe__title" id="probe-title">{move || probe.get()}</h2>
                <Brief detail/>
            </div>
            <ProblemNote problem/>
            <Show when=move || !is_read.get() && problem.with(Option::is_some)>
                <p><a href=compare.path(Picked::default())>"See the newest run"</a></p>
            </Show>
            <Show when=move || is_read.get() || problem.with(Option::is_some) fallback=move || view! { <Waiting is_under_way/> }><Facts detail/></Show>
            <Show when=move || is_drawn.get()>
                <Looks detail/>
                <Body detail/>
            </Show>
        </section>
    }
}

#[component]
fn Waiting(is_under_way: Memo<bool>) -> impl IntoView {
    view! {
        <Show when=move || is_under_way.get()><p class="muted">"Both colours are being asked. What they answer is shown as soon as it is whole."</p></Show>
        <p class="skeleton" aria-hidden="true"></p>
    }
}

/// State and numbers, beside the name.
#[component]
fn Brief(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let status = move || {
        let findings = compare.whole.with(|run| run.findings.clone()).unwrap_or_default();
        detail.with(|it| of_probe(&it.brief, &findings))
    };
    let text = move || {
        detail.with(|it| {
            let latency =
                it.brief.latency.as_ref().map(|it| format!(" · latency: {}", it.words)).unwrap_or_default();
            format!("Differences: {}{latency}", differences(&it.brief))
        })
    };
    view! {
        {move || status().map(|status| view! { <StatusMark status/> })}
        <span class="muted">{move || text()}</span>
    }
}

/// The way in which the probe is looked at: the one in the address if the probe can be looked at so, else the most
/// telling. Before the probe is read the run tells which that will be, so that its first rows are asked for at the
/// same time.
fn look(compare: ComparePage, detail: Fetched<ProbeDetail>) -> Option<Look> {
    let picked = compare.picked.with(|it| it.look);
    let told = detail.with(|it| {
        let is_there = |look: &Look| matches!(look, Look::View(view) if it.views.contains(view));
        let most_telling = it.views.first().map_or(Look::Timing, |view| Look::View(*view));
        picked.filter(|look| *look == Look::Timing || is_there(look)).unwrap_or(most_telling)
    });
    told.or_else(|| expected(compare, picked))
}

/// A view of rows, of a probe that has answers; nothing else is worth being drawn ahead.
fn expected(compare: ComparePage, picked: Option<Look>) -> Option<Look> {
    let name = compare.picked.with(|it| it.probe.clone())?;
    let kind = compare.whole.with(|run| {
        let probe = run.probes.iter().find(|it| it.name == name && run.brief.has_answers)?;
        probe.compared_as
    })??;
    let view = match (kind, picked) {
        (_, Some(Look::View(view @ (View::Source | View::Headers)))) => view,
        (Kind::Json, None | Some(Look::View(View::Tree))) => View::Tree,
        (Kind::Text, None) => View::Source,
        _ => return None,
    };
    Some(Look::View(view))
}

const LOOKS: [(Look, &str, &str); 5] = [
    (Look::View(View::Page), "Page", "1"),
    (Look::View(View::Tree), "Tree", "2"),
    (Look::View(View::Source), "Source", "3"),
    (Look::View(View::Headers), "Headers", "4"),
    (Look::Timing, "Timing", "5"),
];

#[component]
fn Looks(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let shown = Memo::new(move |_| look(compare, detail));
    let tab = move |(own, label, key): (Look, &'static str, &'static str)| {
        let is_there = move || match own {
            Look::Timing => true,
            Look::View(view) => detail.with(|it| it.views.contains(&view)).unwrap_or(true),
        };
        let path = move || compare.path(Picked { look: Some(own), difference: None, ..compare.picked.get() });
        move || {
            if is_there() {
                view! {
                    <a class="looks__one" data-tab="" href=path aria-keyshortcuts=key aria-current=move || (shown.get() == Some(own)).then_some("true")>{label}</a>
                }.into_any()
            } else {
                view! { <span class="looks__one" aria-disabled="true" title="This answer has no such view.">{label}</span> }.into_any()
            }
        }
    };
    view! {
        <nav class="looks" aria-label="Ways to look at it">{LOOKS.map(|it| { let tab = tab(it); view! { {move || tab()} } }).into_iter().collect_view()}</nav>
    }
}

#[component]
fn Body(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let shown = Memo::new(move |_| look(compare, detail));
    let was_dropped =
        Memo::new(move |_| detail.with(|it| it.views.is_empty() && it.blue.is_some()).unwrap_or_default());
    let has_rows =
        Memo::new(move |_| shown.with(|it| matches!(it, Some(Look::View(view)) if *view != View::Page)));
    let body = move |look: Option<Look>| match look {
        None => ().into_any(),
        Some(Look::Timing) => view! { <Timing detail/> }.into_any(),
        Some(Look::View(View::Page)) => view! { <Frames detail/> }.into_any(),
        Some(Look::View(view)) => view! { <RowsView view/> }.into_any(),
    };
    view! {
        <Show when=move || was_dropped.get()>
            <p class="release__warnings probe__dropped"><Mark icon=Icon::Expired/>"The answers of this run were dropped to make room; what differed is still listed. Run the suite again to look at them."</p>
        </Show>
        <Notes detail/>
        <Show when=move || has_rows.get()><DifferenceBar detail/></Show>
        {anew(shown, body)}
        <Differences detail/>
    }
}

/// How the view is normalised. What does not count and what is only laid out so never look the same.
#[component]
fn Notes(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let notes = Memo::new(move |_| {
        compare.outline.with(|it| it.as_ref().map(|it| it.notes.clone()).unwrap_or_default())
    });
    let arrays = Memo::new(move |_| detail.with(|it| it.arrays.clone()).unwrap_or_default());
    let note = |note: Note| {
        let (purpose, icon, lead) = match note.purpose {
            Purpose::Comparison => ("comparison", Icon::Noise, "Not compared: "),
            Purpose::Display => ("display", Icon::Services, "For reading only: "),
        };
        view! { <li class="notes__one" data-purpose=purpose><Mark icon/><span><b>{lead}</b>{note.words}</span></li> }
    };
    let array = |it: Unordered| {
        let how = it.key.map_or_else(|| "order does not count".to_owned(), |key| format!("matched by {key}"));
        view! { <li class="notes__one" data-purpose="comparison"><Mark icon=Icon::Noise/><span><code>{it.path}</code>": "<b>{how}</b></span></li> }
    };
    let has_any = Memo::new(move |_| notes.with(|it| !it.is_empty()) || arrays.with(|it| !it.is_empty()));
    view! {
        <Show when=move || has_any.get()>
            <ul class="notes" aria-label="How the view is normalised">
                {move || arrays.get().into_iter().map(array).collect_view()}
                {move || notes.get().into_iter().map(note).collect_view()}
            </ul>
        </Show>
    }
}

/// Every difference as text, and what noise rules hide.
#[component]
fn Differences(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let list = move |is_hidden: bool| {
        detail
            .with(|it| {
                it.differences
                    .iter()
                    .filter(|it| it.hidden_by.is_some() == is_hidden)
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default()
    };
    let (shown, hidden) = (Memo::new(move |_| list(false)), Memo::new(move |_| list(true)));
    let line = |it: viridian_shared::comparison::finding::Difference| {
        let rule = it
            .hidden_by
            .clone()
            .map(|rule| view! { <span class="rows__noise">{format!("noise: {rule}")}</span> });
        view! { <li><p><code>{it.place.clone()}</code>" "{rule}</p><Example difference=it/></li> }
    };
    view! {
        <details class="probe__list">
            <summary>{move || format!("All differences as text ({})", shown.with(Vec::len))}</summary>
            <ol>{move || shown.get().into_iter().map(line).collect_view()}</ol>
        </details>
        <Show when=move || hidden.with(|it| !it.is_empty())>
            <details class="probe__list" data-noise="true">
                <summary>{move || format!("Hidden by noise rules ({})", hidden.with(Vec::len))}</summary>
                <ol>{move || hidden.get().into_iter().map(line).collect_view()}</ol>
            </details>
        </Show>
    }
}
