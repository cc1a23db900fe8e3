//! The state machines of a service: what each does, its executions, its definition; start and stop.

pub mod definition;
pub mod execution;
pub mod seen;
pub mod start;
pub mod states;

use viridian_shared::machine::{Execution, Machine, MachineKind};

use self::{definition::DefinitionText, execution::ExecutionPanel, start::StartButton};
use crate::{
    model::{Model, model},
    page::not_found::NotFound,
    prelude::*,
    route::Page,
    ui::{
        anew::anew,
        icon::{Icon, Mark},
        panel::Panel,
        sheet::adopt,
    },
    view::{
        freshness::{FreshnessMark, StaleReason, age_of},
        moment::Moment,
        status::{StatusMark, of_execution},
    },
    words,
};

/// What is picked in the URL.
#[derive(Clone, Copy)]
struct Picked {
    machine: Memo<Option<String>>,
    execution: Memo<Option<String>>,
}

/// The page.
#[component]
pub fn Machines() -> impl IntoView {
    adopt(include_str!("machines.css"));
    let model = model();
    let names = Memo::new(move |_| {
        model
            .machines
            .with(|it| it.value.iter().flatten().map(|machine| machine.name.clone()).collect::<Vec<_>>())
    });
    let chosen = seen::named("machine");
    let picked = Picked {
        machine: Memo::new(move |_| chosen.get().or_else(|| names.with(|names| names.first().cloned()))),
        execution: seen::named("execution"),
    };
    let age = Signal::derive(move || model.machines.with(age_of));
    let is_read = Memo::new(move |_| model.machines.with(|it| it.value.is_some()));
    view! {
        <Show when=move || model.missing.with(Option::is_none) fallback=|| view! { <NotFound/> }>
            <div class="machines">
                <div class="machines__head">
                    <h1>"State machines"</h1>
                    <p class="muted">"They change traffic and tasks. The pipeline starts them; so can an operator."</p>
                </div>
                <Panel title="Machines" class="machines__list" mark=move || view! { <FreshnessMark age/> }>
                    <StaleReason age/>
                    <Show when=move || is_read.get() fallback=|| view! { <p class="skeleton machines__skeleton" aria-hidden="true"></p> }>
                        <Show when=move || names.with(|it| !it.is_empty()) fallback=|| view! { <p class="muted">"This service has no state machine."</p> }>
                            <ul>
                                <For each=move || names.get() key=Clone::clone let:name><MachineLink name picked/></For>
                            </ul>
                        </Show>
                    </Show>
                </Panel>
                {move || picked.machine.get().map(|name| view! { <MachinePanel name picked/> }.into_any())}
            </div>
        </Show>
    }
}

fn find(model: Model, name: &str) -> Option<Machine> {
    model.machines.with(|it| it.value.iter().flatten().find(|machine| machine.name == name).cloned())
}

/// What a machine does, in a sentence.
fn purpose(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::DeployGreen => "Starts green beside production and opens the test port.",
        MachineKind::Swap => "Moves production to green.",
        MachineKind::CleanUp => "Takes blue down and closes the test port.",
        MachineKind::RollBack => "Moves production back to blue, or takes green down before the swap.",
        MachineKind::Other => "A state machine of this service.",
    }
}

#[component]
fn MachineLink(name: String, picked: Picked) -> impl IntoView {
    let model = model();
    let service = model.service.get_untracked().unwrap_or_default();
    let path = Page::machine(&service, &name, None).path();
    let own = name.clone();
    let machine = Memo::new(move |_| find(model, &own));
    let own = name.clone();
    let is_picked = Memo::new(move |_| picked.machine.get().as_deref() == Some(own.as_str()));
    let last = move || machine.with(|it| it.as_ref().and_then(|it| it.executions.first().cloned()));
    let kind = machine.with_untracked(|it| it.as_ref().map_or(MachineKind::Other, |it| it.kind));
    view! {
        <li class="machines__link" data-picked=move || is_picked.get().to_string()>
            <a href=path aria-current=move || is_picked.get().then_some("true")><b>{name}</b></a>
            <p class="muted">{purpose(kind)}</p>
            {move || last().map(|it| view! { <p class="machines__last"><StatusMark status=of_execution(&it.status)/><Moment at=it.started_at/></p> })}
        </li>
    }
}

#[component]
fn MachinePanel(name: String, picked: Picked) -> impl IntoView {
    let model = model();
    let own = name.clone();
    let machine = Memo::new(move |_| find(model, &own));
    let is_there =
        Memo::new(move |_| machine.with(Option::is_some) || model.machines.with(|it| it.value.is_none()));
    let problem = Memo::new(move |_| machine.with(|it| it.as_ref().and_then(|it| it.problem.clone())));
    // Why none can be seen is told above.
    let none = move || if problem.with(Option::is_some) { "Not known." } else { "It has not run yet." };
    let title = name.clone();
    let executions = Memo::new(move |_| {
        machine.with(|it| it.as_ref().map(|it| it.executions.clone()).unwrap_or_default())
    });
    let (for_start, for_rows, for_text) = (name.clone(), name.clone(), name.clone());
    let row = move |execution: Execution| view! { <ExecutionRow machine=for_rows.clone() execution picked/> };
    view! {
        <div class="machines__column">
            {anew(picked.execution, move |execution| match execution {
                Some(execution) => view! { <ExecutionPanel machine=name.clone() execution/> }.into_any(),
                None => ().into_any(),
            })}
            <Panel title=title class="machines__machine">
                <Show when=move || !is_there.get()>
                    <p class="muted">"This service has no state machine of this name. The list beside has all of them."</p>
                </Show>
                {move || problem.get().map(|text| view! { <p class="problem"><Mark icon=Icon::Failed/><span>{text}</span></p> })}
                <div class="machines__actions"><StartButton name=for_start/></div>
                <h3>"Executions"</h3>
                <Show when=move || executions.with(|it| !it.is_empty()) fallback=move || view! { <p class="muted">{none}</p> }>
                    <div class="table-frame">
                        <table class="table">
                            <caption class="unseen">"Executions"</caption>
                            <thead><tr><th scope="col">"Execution"</th><th scope="col">"Status"</th><th scope="col">"Started"</th><th scope="col">"Took"</th></tr></thead>
                            <tbody>
                                <For each=move || executions.get() key=|it| (it.arn.clone(), it.stopped_at) children=row.clone()/>
                            </tbody>
                        </table>
                    </div>
                </Show>
                <DefinitionText name=for_text/>
            </Panel>
        </div>
    }
}

#[component]
fn ExecutionRow(machine: String, execution: Execution, picked: Picked) -> impl IntoView {
    let model = model();
    let service = model.service.get_untracked().unwrap_or_default();
    let path = Page::machine(&service, &machine, Some(&execution.name)).path();
    let own = execution.name.clone();
    let is_picked = Memo::new(move |_| picked.execution.get().as_deref() == Some(own.as_str()));
    let took =
        move || words::length(execution.started_at, execution.stopped_at.unwrap_or_else(|| model.now.get()));
    let arn = execution.arn.clone();
    let commit = Memo::new(move |_| {
        model.pipeline.with(|it| {
            let pipeline = it.value.as_ref()?;
            let is_behind =
                pipeline.steps.iter().any(|step| step.external_id.as_deref() == Some(arn.as_str()));
            let commit = pipeline.release.as_ref()?.commit.as_ref()?;
            is_behind.then(|| format!("{} {}", commit.short(), commit.message))
        })
    });
    view! {
        <tr data-picked=move || is_picked.get().to_string()>
            <th scope="row"><a href=path><code>{execution.name}</code></a><small class="machines__commit">{move || commit.get()}</small></th>
            <td><StatusMark status=of_execution(&execution.status)/></td>
            <td><span class="machines__exact">{words::exact(execution.started_at)}" "</span><span class="muted"><Moment at=execution.started_at/></span></td>
            <td class="number">{took}</td>
        </tr>
    }
}
