//! Every probe of the run in a line; those that differ first in sight.

use viridian_shared::{
    comparison::{
        finding::Finding,
        probe::{ProbeBrief, ProbeState},
    },
    words::count,
};

use super::{
    labels::{latency, of_probe, statuses},
    state::ComparePage,
};
use crate::{prelude::*, route::Picked, ui::panel::Panel, view::status::StatusMark};

/// With more probes than this, those that are the same are left out at first.
const MANY: usize = 12;

/// The panel.
#[component]
pub fn Probes() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let probes = Memo::new(move |_| compare.whole.with(|run| run.probes.clone()));
    let wants_all = RwSignal::new(None::<bool>);
    let number = move || probes.with(|it| it.as_ref().map_or(0, Vec::len));
    let shows_all = Memo::new(move |_| wants_all.get().unwrap_or_else(|| number() <= MANY));
    let shown = move || {
        let list = probes.get().unwrap_or_default();
        list.into_iter().filter(|it| shows_all.get() || it.state != ProbeState::Same).collect::<Vec<_>>()
    };
    let rows = move || {
        let findings = compare.whole.with(|run| run.findings.clone()).unwrap_or_default();
        shown().into_iter().map(move |probe| row(compare, probe, &findings)).collect_view()
    };
    let same =
        move || probes.with(|it| it.iter().flatten().filter(|it| it.state == ProbeState::Same).count());
    let label =
        move || format!("Show also {} the same", count(same(), "probe that answers", "probes that answer"));
    view! {
        <Panel title="Probes" class="probes" mark=move || view! {
            <Show when=move || { number() > MANY }>
                <label class="choice probes__all">
                    <input type="checkbox" prop:checked=move || shows_all.get() on:change=move |event| wants_all.set(Some(event_target_checked(&event)))/>
                    {move || label()}
                </label>
            </Show>
        }>
            <Show when=move || probes.with(Option::is_some) fallback=|| view! { <p class="skeleton" aria-hidden="true"></p> }>
                <div class="table-frame" tabindex="0" role="region" aria-label="Table of probes">
                    <table class="table probes__table">
                        <caption class="unseen">"Probes of the run"</caption>
                        <thead><tr><th scope="col">"Probe"</th><th scope="col">"State"</th><th scope="col">"Status"</th>
                            <th scope="col">"Differences"</th><th scope="col">"Compared as"</th><th scope="col">"Latency"</th></tr></thead>
                        <tbody>{move || rows()}</tbody>
                    </table>
                </div>
            </Show>
        </Panel>
    }
}

/// "3, 1 hidden".
pub fn differences(probe: &ProbeBrief) -> String {
    let mut text = probe.differences.saturating_add(probe.unlisted).to_string();
    if probe.hidden > 0 {
        text = format!("{text}, {} hidden", probe.hidden);
    }
    text
}

fn row(compare: ComparePage, probe: ProbeBrief, findings: &[Finding]) -> AnyView {
    let run = compare.run.get_untracked().unwrap_or_default();
    let status = of_probe(&probe, findings);
    let was_sent = probe.state != ProbeState::NotSent;
    let path = compare.path(Picked::probe(&run, &probe.name));
    let asks = format!("{} {}", probe.method, probe.path);
    let also = (asks != probe.name).then(|| view! { <code>{asks}</code> });
    view! {
        <tr>
            <th scope="row"><a href=path>{probe.name.clone()}</a>" "{also}</th>
            <td><StatusMark status/></td>
            <td class="number">{was_sent.then(|| statuses(&probe))}</td>
            <td>{was_sent.then(|| differences(&probe))}</td>
            <td>{probe.compared_as.map(viridian_shared::comparison::probe::Kind::word)}</td>
            <td class="number">{probe.latency.as_ref().map(latency)}</td>
        </tr>
    }
    .into_any()
}
