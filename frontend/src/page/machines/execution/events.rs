//! Every event of an execution, drawn as far as somebody reads.

use std::sync::Arc;

use viridian_shared::machine::ExecutionEvent;

use crate::{
    page::machines::states::is_bad,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        icon::{Icon, Mark},
    },
    words,
};

/// Events that are drawn at once.
const EVENTS: usize = 60;

/// The table.
#[component]
pub fn Events(events: RwSignal<Arc<Vec<ExecutionEvent>>>) -> impl IntoView {
    // Thousands of lines are drawn only as far as they are read.
    let shown = RwSignal::new(EVENTS);
    let all = Memo::new(move |_| events.with(|events| events.len()));
    let rows = move || events.with(|events| events.iter().take(shown.get()).cloned().collect::<Vec<_>>());
    let label =
        Signal::derive(move || format!("Show {} more", (all.get() - shown.get().min(all.get())).min(EVENTS)));
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Events">
            <table class="table">
                <caption class="unseen">"Events"</caption>
                <thead><tr><th scope="col">"No."</th><th scope="col">"Time"</th><th scope="col">"State"</th><th scope="col">"Event"</th><th scope="col">"Details"</th></tr></thead>
                <tbody><For each=rows key=|event| event.id children=|event| view! { <EventRow event/> }/></tbody>
            </table>
        </div>
        <Show when=move || { all.get() > shown.get() }>
            <Button label kind=ButtonKind::Quiet on_press=move |()| shown.update(|shown| *shown += EVENTS)/>
        </Show>
    }
}

#[component]
fn EventRow(event: ExecutionEvent) -> impl IntoView {
    let is_bad = is_bad(&event.kind);
    let details = (!event.detail.is_empty()).then(|| {
        let label = format!("Details of event {}", event.id);
        view! { <details><summary>"Show"</summary><pre class="code" tabindex="0" role="region" aria-label=label>{event.detail}</pre></details> }
    });
    view! {
        <tr data-tone=is_bad.then_some("bad")>
            <td class="number">{event.id}</td>
            <td class="number" title=words::exact(event.at)>{words::second(event.at)}</td>
            <td>{event.state}</td>
            <td>{is_bad.then(|| view! { <Mark icon=Icon::Failed/> })}{event.kind}</td>
            <td>{details}</td>
        </tr>
    }
}
