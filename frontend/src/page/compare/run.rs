//! One run: its verdict first, then what there is to rule on, and each probe.

use viridian_shared::{
    comparison::{
        Comparison,
        run::{RunBrief, RunStatus, proven},
    },
    rule::ends,
    words::count,
};

use super::{
    findings::Findings, heat::Heat, labels::of_run_in_full, probes::Probes, proposals::Proposals,
    state::ComparePage,
};
use crate::{
    model::model,
    prelude::*,
    route::Picked,
    ui::{
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::{moment::Moment, problem::ProblemNote, status::StatusMark},
};

/// The run that is shown, or what to do while there is none.
#[component]
pub fn RunView() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let has_run = Memo::new(move |_| compare.run.with(Option::is_some));
    let is_known = Memo::new(move |_| compare.comparison.with(|it| it.value.is_some()));
    // A run that is under way, or came to no end, has found nothing that could be listed; that is not "no difference".
    // Neither has one that cannot be had.
    let has_findings = Memo::new(move |_| {
        let cannot = compare.whole.problem.with(Option::is_some);
        compare.whole.with(|run| run.brief.verdict.is_some()).unwrap_or(!cannot)
    });
    view! {
        <Show when=move || has_run.get() fallback=move || view! { <NoRun is_known/> }>
            <Verdict/>
            <Show when=move || has_findings.get()>
                <Findings/>
                <Probes/>
                <Proposals/>
            </Show>
            <Heat/>
        </Show>
    }
}

#[component]
fn NoRun(is_known: Memo<bool>) -> impl IntoView {
    let model = model();
    let way_on = Memo::new(move |_| {
        match model.snapshot.with(|it| it.as_ref().map(ends)) {
        Some(Err(refusal)) => {
            format!("{} Comparing begins when a release has stood green up beside blue.", refusal.reason)
        }
        _ => "Run a suite, or ask both colours a path above. What differs is listed here, and every ruling is kept with the release.".to_owned(),
    }
    });
    view! {
        <Show when=move || is_known.get() fallback=|| view! { <p class="skeleton verdict__skeleton" aria-hidden="true"></p> }>
            <div class="panel empty">
                <h2>"Nothing was compared in this release yet"</h2>
                <p class="muted">{move || way_on.get()}</p>
            </div>
        </Show>
    }
}

/// The verdict line, and what it rests on.
#[component]
fn Verdict() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let brief = Memo::new(move |_| compare.whole.with(|run| run.brief.clone()));
    let remarks = Memo::new(move |_| compare.whole.with(|run| run.remarks.clone()).unwrap_or_default());
    let proofs = Memo::new(move |_| compare.whole.with(|run| proven(&run.proofs)).unwrap_or_default());
    let proof = |text: String| view! { <li><Mark icon=Icon::Done/><span>{text}</span></li> };
    let title = Signal::derive(move || match compare.run.get() {
        Some(run) => format!("Run {run}"),
        None => "Run".to_owned(),
    });
    let remark = |text: String| view! { <li><Mark icon=Icon::Warning/>{text}</li> };
    let body = move || match brief.get() {
        Some(brief) => view! { <Brief brief/> }.into_any(),
        None if compare.whole.problem.with(Option::is_some) => view! {
            <p><a href=compare.path(Picked::default())>"See the newest run"</a></p>
        }
        .into_any(),
        None => view! { <p class="skeleton verdict__skeleton" aria-hidden="true"></p> }.into_any(),
    };
    view! {
        <Panel title class="verdict">
            <ProblemNote problem=compare.whole.problem/>
            {move || body()}
            <Show when=move || proofs.with(|it| !it.is_empty())>
                <ul class="verdict__proofs">{move || proofs.get().into_iter().map(proof).collect_view()}</ul>
            </Show>
            <Show when=move || remarks.with(|it| !it.is_empty())>
                <ul class="release__warnings">{move || remarks.get().into_iter().map(remark).collect_view()}</ul>
            </Show>
        </Panel>
    }
}

/// What a run that has not reached its end has to say besides its state.
fn more(brief: &RunBrief) -> Option<String> {
    match &brief.status {
        RunStatus::Running => Some("What it finds is shown at its end.".to_owned()),
        RunStatus::Failed(reason) => Some(reason.clone()),
        RunStatus::BrokenOff => Some("The console stopped while it ran. Run it again.".to_owned()),
        RunStatus::Stopped(_) => Some("Its answers were dropped.".to_owned()),
        RunStatus::Ended => None,
    }
}

#[component]
fn Brief(brief: RunBrief) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let model = model();
    let own = brief.id.clone();
    let quiet = Memo::new(move |_| {
        let is_newest = |it: &Comparison| it.newest.as_ref().is_some_and(|run| run.id == own);
        compare.of(|it| it.quiet.filter(|_| is_newest(it)).map(|quiet| quiet.words(model.now.get())))
    });
    let (status, more) = (of_run_in_full(&brief), more(&brief));
    let left_out = match brief.not_sent {
        0 => String::new(),
        some => format!(", {some} not sent"),
    };
    let latency = brief.latency.as_ref().map(|it| format!("Green against blue: {}", it.words));
    view! {
        <p class="verdict__line"><StatusMark status/>{more.map(|text| view! { <span>{text}</span> })}</p>
        <p class="muted verdict__facts">
            <span class="release__fact">{brief.title()}", by "{brief.by.name().to_owned()}", "<Moment at=brief.began_at/></span>
            <span class="release__fact">{format!("{}, {} each{left_out}", count(brief.probes as usize, "probe", "probes"), count(brief.samples as usize, "sample", "samples"))}</span>
            <span class="release__fact">{latency}</span>
            <span class="release__fact">{move || quiet.get()}</span>
        </p>
    }
}
