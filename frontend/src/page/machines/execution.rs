//! One execution: what went in and came out, why it failed, and every event, followed while it runs.

use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use viridian_shared::{
    command::StopExecution,
    machine::{ExecutionDetail, ExecutionEvent, ExecutionStatus},
    problem::Problem,
    route,
    words::{count, without_arns},
};
use wasm_bindgen::JsValue;

use super::states::{States, is_bad};
use crate::{
    api,
    command_state::CommandState,
    model::{Model, model},
    prelude::*,
    route::Page,
    ui::{
        button::{Button, ButtonKind},
        copy::CopyId,
        field::TextArea,
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::{
        command::CommandButton,
        problem::ProblemNote,
        status::{StatusMark, of_execution},
    },
    words,
};

/// Milliseconds between two looks at an execution that runs.
const LOOK: u32 = 1_000;
/// Pages of events that are read in one go.
const MOST_PAGES: usize = 40;
/// Events that are drawn at once.
const EVENTS: usize = 60;

/// What is known of the execution; None before the first answer.
#[derive(Clone, Copy)]
struct Followed {
    detail: RwSignal<Option<ExecutionDetail>>,
    problem: RwSignal<Option<Problem>>,
}

/// The panel.
#[component]
pub fn ExecutionPanel(machine: String, execution: String) -> impl IntoView {
    let model = model();
    let followed = Followed { detail: RwSignal::new(None), problem: RwSignal::new(None) };
    let service = model.service.get_untracked().unwrap_or_default();
    spawn_local(follow(followed, route::execution(&service, &machine, &execution)));
    let detail = followed.detail;
    let all = StoredValue::new(Page::machine(&service, &machine, None).path());
    let status = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.execution.status.clone())));
    let is_read = Memo::new(move |_| detail.with(Option::is_some));
    view! {
        <Panel title=execution class="machines__execution">
            <ProblemNote problem=followed.problem/>
            <Show when=move || is_read.get() fallback=move || view! {
                <Show when=move || followed.problem.with(Option::is_none) fallback=move || view! { <p><a href=all.get_value()>"See all executions of this machine"</a></p> }>
                    <p class="skeleton machines__skeleton" aria-hidden="true"></p>
                </Show>
            }>
                <p class="machines__status">{move || status.get().map(|status| view! { <StatusMark status=of_execution(&status)/> })} <Took detail model/><Origin detail/></p>
                <Cause detail/>
                <div class="machines__texts"><Text name="Input" detail of=|it| it.input.clone()/><Text name="Output" detail of=|it| it.output.clone()/></div>
                <Events detail/>
            </Show>
            <StopButton machine=machine.clone() detail/>
        </Panel>
    }
}

/// Reads the execution, and again for as long as it runs and somebody looks.
async fn follow(followed: Followed, path: String) {
    loop {
        let read = read_all(&path).await;
        let runs = match read {
            Ok(detail) => {
                let runs = detail.execution.status == ExecutionStatus::Running;
                if followed.detail.try_set(Some(detail)).is_some() {
                    return;
                }
                followed.problem.try_set(None);
                runs
            }
            Err(problem) => {
                let is_final = problem.status == 404;
                if followed.problem.try_set(Some(problem)).is_some() {
                    return;
                }
                !is_final
            }
        };
        if !runs {
            return;
        }
        TimeoutFuture::new(LOOK).await;
        if followed.detail.is_disposed() {
            return;
        }
    }
}

async fn read_all(path: &str) -> Result<ExecutionDetail, Problem> {
    let mut detail: ExecutionDetail = api::ask(path).await?;
    for _ in 0..MOST_PAGES {
        let Some(next) = detail.next.take() else { break };
        let page: ExecutionDetail = api::ask(&format!("{path}?after={}", route::segment(&next))).await?;
        detail.events.extend(page.events);
        detail.next = page.next;
    }
    Ok(detail)
}

#[component]
fn Took(detail: RwSignal<Option<ExecutionDetail>>, model: Model) -> impl IntoView {
    let text = move || {
        let execution = detail.with(|it| it.as_ref().map(|it| it.execution.clone()))?;
        let end = execution.stopped_at.unwrap_or_else(|| model.now.get());
        Some(format!(
            "Started {}, {}",
            words::exact(execution.started_at),
            words::length(execution.started_at, end)
        ))
    };
    view! { <span class="muted number">{text}</span> }
}

/// The commit and the release that it was started with, and its ARN, to be copied whole.
#[component]
fn Origin(detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
    let ids = Memo::new(move |_| {
        detail.with(|it| {
            let it = it.as_ref()?;
            let (commit, release) = origin(it.input.as_deref().unwrap_or_default());
            Some((commit, release, it.execution.arn.clone()))
        })
    });
    move || {
        ids.get().map(|(commit, release, arn)| {
            let named = |name: &'static str, id: Option<String>| {
                id.map(|text| view! { <span class="release__fact">{name}" "<CopyId text/></span> })
            };
            view! { {named("Commit", commit)}{named("Release", release)}{named("ARN", Some(arn))} }
        })
    }
}

/// The first commit id and the first pipeline execution's id in an input.
fn origin(input: &str) -> (Option<String>, Option<String>) {
    let is_hex = |text: &str| text.bytes().all(|it| it.is_ascii_hexdigit());
    let is_commit = |it: &&str| it.len() == 40 && is_hex(it);
    let is_release = |it: &&str| {
        let parts: Vec<_> = it.split('-').collect();
        parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| is_hex(part))
    };
    let words = || input.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    (words().find(is_commit).map(str::to_owned), words().find(is_release).map(str::to_owned))
}

#[component]
fn Cause(detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
    let failure = move || {
        detail.with(|it| {
            let it = it.as_ref()?;
            let (error, cause) = (it.error.clone(), it.cause.clone());
            (error.is_some() || cause.is_some()).then_some((error, cause))
        })
    };
    let shown = move || {
        failure().map(|(error, cause)| {
            view! {
                <div class="problem" role="note" aria-label="Why it failed">
                    <Mark icon=Icon::Failed/>
                    <p>{error.map(|error| view! { <b>{error}</b> ": " })}<span class="machines__cause">{cause.map(|cause| without_arns(&cause))}</span></p>
                </div>
            }
        })
    };
    view! { {shown} }
}

#[component]
fn Text(
    name: &'static str,
    detail: RwSignal<Option<ExecutionDetail>>,
    of: fn(&ExecutionDetail) -> Option<String>,
) -> impl IntoView {
    let text = Memo::new(move |_| detail.with(|it| it.as_ref().and_then(of)));
    let shown = move || {
        text.get().map(|text| {
            let text = pretty(&text);
            view! { <div><h3>{name}</h3><pre class="code" tabindex="0" role="region" aria-label=name>{text}</pre></div> }
        })
    };
    view! { {shown} }
}

fn pretty(text: &str) -> String {
    let indented = js_sys::JSON::parse(text)
        .and_then(|value| js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into()));
    indented.map_or_else(|_| text.to_owned(), String::from)
}

#[component]
fn Events(detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
    let events =
        Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.events.clone()).unwrap_or_default()));
    // Thousands of lines are drawn only for whoever asks, and as far as they are read.
    let shown = RwSignal::new(0_usize);
    let all = Memo::new(move |_| events.with(Vec::len));
    let open = move |_| {
        shown.try_update(|shown| *shown = (*shown).max(EVENTS));
    };
    let rows = move || events.with(|events| events.iter().take(shown.get()).cloned().collect::<Vec<_>>());
    let label =
        Signal::derive(move || format!("Show {} more", (all.get() - shown.get().min(all.get())).min(EVENTS)));
    view! {
        <States events/>
        <details class="machines__definition" on:toggle=open>
            <summary>{move || count(all.get(), "event", "events")}</summary>
            <div class="table-frame" tabindex="0" role="region" aria-label="Events">
                <table class="table">
                    <caption class="unseen">"Events"</caption>
                    <thead><tr><th scope="col">"No."</th><th scope="col">"Time"</th><th scope="col">"State"</th><th scope="col">"Event"</th><th scope="col">"Details"</th></tr></thead>
                    <tbody><For each=rows key=|event| event.id children=|event| view! { <EventRow event/> }/></tbody>
                </table>
            </div>
            <Show when=move || { shown.get() > 0 && all.get() > shown.get() }>
                <Button label kind=ButtonKind::Quiet on_press=move |()| shown.update(|shown| *shown += EVENTS)/>
            </Show>
        </details>
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

#[component]
fn StopButton(machine: String, detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
    let machine = StoredValue::new(machine);
    let reason = RwSignal::new(String::new());
    let arn = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.execution.arn.clone())));
    let command = CommandState::new(move || {
        Some(StopExecution { machine: machine.get_value(), execution_arn: arn.get()?, reason: reason.get() })
    });
    let fields = move || view! { <TextArea label="Reason" bound="reason" value=reason rows=2/> };
    view! {
        <Show when=move || arn.with(Option::is_some)>
            <div class="machines__actions"><CommandButton label="Stop execution" command kind=ButtonKind::Danger key="s" fields/></div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_tells_of_its_commit_and_release() {
        let (commit, release) =
            ("9c9f1d2".to_owned() + &"b".repeat(33), "0f8fad5b-d9cb-469f-a165-70867728950e");
        let input =
            format!(r#"{{"image":"shop@sha256:{}","commit":"{commit}","id":"{release}"}}"#, "a".repeat(64));
        assert_eq!(origin(&input), (Some(commit), Some(release.to_owned())));
        assert_eq!(origin(r#"{"a":"short-1"}"#), (None, None));
    }
}
