//! What the newest comparison says, on the page where it is decided.

use viridian_shared::{
    colour::Colour,
    comparison::{
        probe::{Kind, ProbeBrief, ProbeState},
        run::{Run, RunBrief},
    },
    order,
    route::{self, captured_page},
    rule::ends,
};

use crate::{
    fetched::Fetched,
    model::model,
    page::compare::{
        labels::{latency, of_probe, of_run_in_full, statuses},
        probes::differences,
    },
    prelude::*,
    route::{Page, Picked},
    ui::panel::Panel,
    view::{
        colour::ColourMark,
        freshness::{FreshnessMark, StaleReason, age_of},
        moment::Moment,
        status::StatusMark,
    },
};

/// Probes that are listed; the rest is counted.
const LISTED: usize = 5;

/// The panel.
#[component]
pub fn ComparedPanel() -> impl IntoView {
    let model = model();
    let newest =
        Memo::new(move |_| model.comparison.with(|it| it.value.as_ref().and_then(|it| it.newest.clone())));
    let asked =
        Memo::new(move |_| model.comparison.with(|it| it.value.as_ref().and_then(|it| it.asked.clone())));
    let is_read = Memo::new(move |_| model.comparison.with(|it| it.value.is_some()));
    let age = Signal::derive(move || model.comparison.with(age_of));
    let all = move || model.service.get().map(|service| Page::compare(&service, Picked::default()).path());
    let why_not =
        Memo::new(move |_| model.snapshot.with(|it| ends(it.as_ref()?).err().map(|refusal| refusal.reason)));
    let body = move || match newest.get() {
        Some(run) => view! { <Newest run/> }.into_any(),
        None if is_read.get() => view! {
            <p class="muted">
                "Nothing was compared in this release yet. "
                {move || why_not.get()}
                <Show when=move || why_not.with(Option::is_none)><a href=all>"Run a suite"</a></Show>
            </p>
        }
        .into_any(),
        None => view! { <p class="skeleton" aria-hidden="true"></p> }.into_any(),
    };
    view! {
        <Panel title="Blue and green, side by side" class="compared" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            {body}
            {move || asked.get().map(|run| view! { <Asked run/> })}
        </Panel>
    }
}

/// What was asked since: it stands beside the evidence.
#[component]
fn Asked(run: RunBrief) -> impl IntoView {
    let service = model().service.get_untracked().unwrap_or_default();
    let path = Page::compare(&service, Picked::run(&run.id)).path();
    view! {
        <p class="compared__line muted">"Since then: "<a href=path>{format!("run {}, {}", run.id, run.title())}</a><StatusMark status=of_run_in_full(&run)/><Moment at=run.began_at/></p>
    }
}

#[component]
fn Newest(run: RunBrief) -> impl IntoView {
    let model = model();
    let verdict = run.verdict.unwrap_or_default();
    let id = run.id.clone();
    let whole = Fetched::<Run>::new(move || {
        let mark = format!("{} {} {}", verdict.open, verdict.bugs, verdict.ruled());
        Some((route::run(&model.service.get()?, &id), mark))
    });
    let quiet = Memo::new(move |_| {
        let now = model.now.get();
        model.comparison.with(|it| it.value.as_ref()?.quiet.map(|quiet| quiet.words(now)))
    });
    let service = model.service.get_untracked().unwrap_or_default();
    let path = Page::compare(&service, Picked::run(&run.id)).path();
    let latency = run.latency.as_ref().map(|it| format!("Green against blue: {}", it.words));
    view! {
        <p class="compared__line"><a href=path>{format!("Run {}", run.id)}</a><StatusMark status=of_run_in_full(&run)/></p>
        <p class="muted compared__facts">
            <span>{move || quiet.get()}</span><span>{latency}</span>
            <span>{run.title()}", by "{run.by.name().to_owned()}", "<Moment at=run.began_at/></span>
        </p>
        {move || whole.value.get().map(|run| view! { <Probes run/> })}
    }
}

/// The first page of the run as each colour serves it, and the probes that differ.
#[component]
fn Probes(run: Run) -> impl IntoView {
    let service = model().service.get_untracked().unwrap_or_default();
    let id = run.brief.id.clone();
    let is_page = |it: &&ProbeBrief| it.compared_as == Some(Kind::Html) && it.state != ProbeState::Unanswered;
    let page = run.probes.iter().find(is_page).filter(|_| run.brief.has_answers).map(|probe| {
        let side = |colour: Colour| {
            let status = if colour == Colour::Blue { probe.blue_status } else { probe.green_status };
            let source = captured_page(&service, &id, &probe.name, colour);
            let frame = move |source: String| view! {
                <iframe class="compared__page" {..leptos::attr::custom::custom_attribute("loading", "lazy")} sandbox="" referrerpolicy="no-referrer" tabindex="-1"
                    title=format!("{}’s page as captured", colour.word()) src=source></iframe>
            };
            view! {
                <figure class="compared__side">
                    <figcaption><ColourMark colour/><span class="muted">{status}</span></figcaption>
                    // A new run's page has a new frame: one that is led to another page would answer to *Back* itself.
                    <For each=move || [source.clone()] key=Clone::clone children=frame/>
                </figure>
            }
        };
        view! { <div class="compared__pair">{side(Colour::Blue)}{side(Colour::Green)}</div> }
    });
    let row = |probe: &ProbeBrief| {
        let path = Page::compare(&service, Picked::probe(&id, &probe.name)).path();
        view! {
            <tr>
                <th scope="row"><a href=path>{probe.name.clone()}</a></th>
                <td><StatusMark status=of_probe(probe, &run.findings)/></td>
                <td class="number">{statuses(probe)}</td><td>{differences(probe)}</td>
                <td class="number">{probe.latency.as_ref().map(latency)}</td>
            </tr>
        }
    };
    let mut sent: Vec<_> = run.probes.iter().filter(|it| it.state != ProbeState::NotSent).collect();
    order::sort_by_key(&mut sent, |it| it.state == ProbeState::Same);
    let rest = sent.len().saturating_sub(LISTED);
    view! {
        {page}
        <div class="table-frame" tabindex="0" role="region" aria-label="Compared probes">
            <table class="table compared__table">
                <thead><tr><th scope="col">"Probe"</th><th scope="col">"State"</th><th scope="col">"Status"</th><th scope="col">"Differences"</th><th scope="col">"Latency"</th></tr></thead>
                <tbody>{sent.into_iter().take(LISTED).map(row).collect_view()}</tbody>
            </table>
        </div>
        {(rest > 0).then(|| view! { <p class="muted">{format!("and {rest} more")}</p> })}
    }
}
