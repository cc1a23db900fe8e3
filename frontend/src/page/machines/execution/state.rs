//! The state that is picked: what went in and came out, what it called and got, each try, and why it failed.

use std::sync::Arc;

use viridian_graph::{Attempt, Json, Node, NodeKind, Visit, explanation, retrying};
use viridian_shared::{
    machine::ExecutionEvent,
    words::{count, without_arns},
};

use crate::{
    json,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        graph::{Shown, length, of_state, standing, word},
        icon::{Icon, Mark},
    },
    words,
};

type Events = RwSignal<Arc<Vec<ExecutionEvent>>>;

/// The panel.
#[component]
pub fn StatePanel(shown: Shown, events: Events, node: usize) -> impl IntoView {
    let Some(own) = shown.drawn.with_value(|it| it.graph.nodes.get(node).cloned()) else {
        return ().into_any();
    };
    // The last visit, until somebody looks at another one.
    let chosen = RwSignal::new(None::<usize>);
    let visits = Memo::new(move |_| {
        let own = |it: &viridian_graph::Light| it.nodes.get(node).map(|it| it.visits.clone());
        shown.light.with(|light| light.as_ref().and_then(|it| own(it))).unwrap_or_default()
    });
    let place = Memo::new(move |_| {
        let last = visits.with(Vec::len).checked_sub(1)?;
        Some(chosen.get().unwrap_or(last).min(last))
    });
    let visit = Memo::new(move |_| {
        let number = visits.with(|it| it.get(place.get()?).copied())?;
        shown.light.with(|light| light.as_ref()?.visits.get(number).cloned())
    });
    let kept = StoredValue::new(own.clone());
    let how = move || {
        shown.light.with(|light| {
            let light = light.as_ref()?.nodes.get(node)?;
            let now = if light.since.is_some() { shown.now.get() } else { 0 };
            let (word, standing) = (word(light.state), kept.with_value(|own| standing(own, light, now)));
            Some(if word == standing { word.to_owned() } else { format!("{word}: {standing}") })
        })
    };
    let content = move || visit.get().map(|visit| kept.with_value(|own| visited(own, &visit, events)));
    view! {
        <section class="machines__state" aria-labelledby="machines-state">
            <div class="panel__head">
                <h3 id="machines-state">{own.name.clone()}</h3>
                <Button label="Close" kind=ButtonKind::Quiet on_press=move |()| shown.pick.run(None)/>
            </div>
            <p class="muted">{own.kind.word()}" · "{how}</p>
            {own.definition.text("Comment").map(|it| view! { <p>{it.to_owned()}</p> })}
            <Visits visits place chosen/>
            {content}
            <Static shown node/>
        </section>
    }
    .into_any()
}

/// Which visit is looked at, where there are several.
#[component]
fn Visits(
    visits: Memo<Vec<usize>>,
    place: Memo<Option<usize>>,
    chosen: RwSignal<Option<usize>>,
) -> impl IntoView {
    let step = move |by: isize| {
        if let Some(place) = place.get_untracked() {
            let last = visits.with_untracked(Vec::len).saturating_sub(1);
            let next = place.saturating_add_signed(by).min(last);
            // At the end the newest one is followed again.
            chosen.set((next < last).then_some(next));
        }
    };
    let told = move || format!("Visit {} of {}", place.get().unwrap_or_default() + 1, visits.with(Vec::len));
    view! {
        <Show when=move || visits.with(|it| it.len() > 1)>
            <div class="machines__visits">
                <Button label="Earlier" kind=ButtonKind::Quiet on_press=move |()| step(-1)/>
                <span class="number" aria-live="polite">{told}</span>
                <Button label="Later" kind=ButtonKind::Quiet on_press=move |()| step(1)/>
            </div>
        </Show>
    }
}

/// What one visit went through.
fn visited(own: &Node, visit: &Visit, events: Events) -> AnyView {
    events.with(|events| {
        let detail = |place: usize| events.get(place).and_then(|it| json::tree(&it.detail).ok());
        let (entered, left) = (detail(visit.entered), visit.left.and_then(detail));
        let failed = visit.failed.or_else(|| (own.kind == NodeKind::Fail).then_some(visit.entered + 1));
        let failed = failed.filter(|_| visit.failed.is_some() || visit.end == viridian_graph::End::Failed);
        let called = visit.attempts.last().filter(|_| own.kind == NodeKind::Task);
        let moments = events.get(visit.entered).map(|event| {
            let took = visit.left_at.map(|left| match left - visit.entered_at {
                ..1_000 => ", took less than a second".to_owned(),
                took => format!(", took {}", length(took)),
            });
            format!("Entered {} {}{}", words::day(event.at), words::second(event.at), took.unwrap_or_default())
        });
        view! {
            <p class="muted number">{moments}</p>
            {failed.and_then(detail).map(|it| failure(own, &it, visit))}
            {text("Input", entered.as_ref().and_then(|it| it.get("input")))}
            {called.map(|it| call(it, &detail))}
            {text("Output", left.as_ref().and_then(|it| it.get("output")))}
            {assigned(left.as_ref())}
            {(visit.attempts.len() > 1 || visit.attempts.iter().any(|it| it.is_bad)).then(|| attempts(visit, events, &detail))}
        }
        .into_any()
    })
}

/// Error and cause, and what the error means.
fn failure(own: &Node, detail: &Json, visit: &Visit) -> AnyView {
    let error = detail.text("error").or(visit.error.as_deref()).unwrap_or_default().to_owned();
    let cause = match detail.get("cause") {
        Some(Json::Text(text)) => without_arns(text),
        Some(other) => other.indented(),
        None => String::new(),
    };
    let meaning = match (explanation(&error), own.kind) {
        (Some(text), _) => text,
        (None, NodeKind::Fail) => "The definition ends here with this error.",
        (None, _) => "An error of what it called, in its own words.",
    };
    let then = (visit.end == viridian_graph::End::Caught)
        .then_some(" It was caught: the execution went on where the definition says.");
    view! {
        <div class="problem" role="note" aria-label="Why it failed">
            <Mark icon=Icon::Failed/>
            <div>
                <p><b>{error}</b></p>
                <p>{meaning}{then}</p>
                {(!cause.is_empty()).then(|| view! { <p class="machines__cause">{cause}</p> })}
            </div>
        </div>
    }
    .into_any()
}

/// A value in its own frame.
fn text(name: &'static str, value: Option<&Json>) -> Option<AnyView> {
    value.map(|value| block(name.to_owned(), value.indented()))
}

fn block(name: String, text: String) -> AnyView {
    let label = name.clone();
    view! { <h4>{name}</h4><pre class="code" tabindex="0" role="region" aria-label=label>{text}</pre> }
        .into_any()
}

/// The variables that it assigned.
fn assigned(left: Option<&Json>) -> Option<AnyView> {
    let of = |(name, _): &&(String, Json)| name.starts_with('$');
    let variables: Vec<_> = left?.members().iter().filter(of).cloned().collect();
    (!variables.is_empty()).then(|| block("Assigned".to_owned(), Json::Object(variables).indented()))
}

/// The call with its parameters and its answer.
fn call(attempt: &Attempt, detail: &impl Fn(usize) -> Option<Json>) -> AnyView {
    let asked = detail(attempt.scheduled);
    let part = |name: &str| asked.as_ref().and_then(|it| it.text(name)).unwrap_or_default().to_owned();
    let (service, name) = (part("resourceType"), part("resource"));
    let called =
        if service.is_empty() { name } else { format!("{}:{name}", service.trim_start_matches("aws-sdk:")) };
    let answer = attempt.answered.filter(|_| !attempt.is_bad).and_then(detail);
    let given = asked.as_ref().and_then(|it| it.get("parameters").or_else(|| it.get("input")));
    view! {
        <h4>"Call "<code>{called}</code></h4>
        {text("Parameters", given)}
        {text("Answer", answer.as_ref().and_then(|it| it.get("output")))}
    }
    .into_any()
}

/// Each try: when, how long, how it ended.
fn attempts(visit: &Visit, events: &[ExecutionEvent], detail: &impl Fn(usize) -> Option<Json>) -> AnyView {
    let row = |(number, attempt): (usize, &Attempt)| {
        let error = attempt.answered.filter(|_| attempt.is_bad).and_then(detail);
        let error = error.as_ref().and_then(|it| it.text("error")).unwrap_or("failed").to_owned();
        let end = match (attempt.is_bad, attempt.ended_at) {
            (true, _) => view! { <Mark icon=Icon::Failed/>{error} }.into_any(),
            (false, None) => view! { <Mark icon=Icon::Running/>"under way" }.into_any(),
            (false, Some(_)) => view! { <Mark icon=Icon::Done/>"done" }.into_any(),
        };
        let at = events.get(attempt.scheduled).map(|it| words::second(it.at));
        let took = attempt.ended_at.map(|end| length(end - attempt.at));
        view! {
            <tr data-tone=attempt.is_bad.then_some("bad")>
                <th scope="row">{number + 1}</th><td class="number">{at}</td><td class="number">{took}</td><td>{end}</td>
            </tr>
        }
    };
    view! {
        <h4>{count(visit.attempts.len(), "attempt", "attempts")}</h4>
        <div class="table-frame" tabindex="0" role="region" aria-label="Attempts">
            <table class="table">
                <caption class="unseen">"Attempts"</caption>
                <thead><tr><th scope="col">"No."</th><th scope="col">"At"</th><th scope="col">"Took"</th><th scope="col">"How it ended"</th></tr></thead>
                <tbody>{visit.attempts.iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What the definition says of it: where it leads, when it is tried again, its own text.
#[component]
fn Static(shown: Shown, node: usize) -> impl IntoView {
    let Some((leads, own)) = shown
        .drawn
        .with_value(|it| Some((of_state(&it.graph, None, node, 0), it.graph.nodes.get(node)?.clone())))
    else {
        return ().into_any();
    };
    let tries: Vec<_> = own.retries().map(|(_, rule)| view! { <li>{retrying(rule)}</li> }).collect();
    let tries =
        (!tries.is_empty()).then(|| view! { <h4>"Tried again"</h4><ul class="machines__tries">{tries}</ul> });
    let definition = own.definition.indented();
    view! {
        <h4>"By the definition"</h4>
        <p>{leads}</p>
        {tries}
        <details class="machines__definition">
            <summary>"Its text"</summary>
            <pre class="code" tabindex="0" role="region" aria-label="Its text">{definition}</pre>
        </details>
    }
    .into_any()
}
