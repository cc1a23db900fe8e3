//! One execution: its graph, its states, its events, what went in and came out and why it failed, followed while it
//! runs.

pub mod drawing;
pub mod events;
pub mod facts;
pub mod follow;
pub mod state;

use leptos::task::spawn_local;
use viridian_shared::{command::StopExecution, machine::ExecutionDetail, route};

use self::{
    drawing::Drawing,
    events::Events,
    facts::{Cause, Origin, Text, Took},
    follow::Followed,
};
use super::{seen, states::States};
use crate::{
    command_state::CommandState,
    model::model,
    part,
    part::PartView,
    prelude::*,
    route::Page,
    ui::{button::ButtonKind, field::TextArea, panel::Panel},
    view::{
        command::CommandButton,
        problem::ProblemNote,
        status::{StatusMark, of_execution},
    },
};

/// The ways to look at it: their names in the address, and what is read.
const LOOKS: [(&str, &str); 3] = [("graph", "Graph"), ("table", "Table"), ("events", "Events")];

/// The execution that is shown, for the part of the page that draws it.
#[derive(Clone)]
pub struct Watched {
    pub followed: Followed,
    pub machine: String,
    pub execution: String,
}

/// The panel.
#[component]
pub fn ExecutionPanel(machine: String, execution: String) -> impl IntoView {
    let model = model();
    let followed = Followed::begin();
    let service = model.service.get_untracked().unwrap_or_default();
    spawn_local(followed.follow(route::execution(&service, &machine, &execution)));
    let detail = followed.detail;
    let all = StoredValue::new(Page::machine(&service, &machine, None).path());
    let status = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.execution.status.clone())));
    let is_read = Memo::new(move |_| detail.with(Option::is_some));
    provide_context(Watched { followed, machine: machine.clone(), execution: execution.clone() });
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
                <Looks followed/>
                <details class="machines__definition">
                    <summary>"Input and output"</summary>
                    <div class="machines__texts"><Text name="Input" detail of=|it| it.input.clone()/><Text name="Output" detail of=|it| it.output.clone()/></div>
                </details>
            </Show>
            <StopButton machine detail/>
        </Panel>
    }
}

part! {
    /// The graph of an execution.
    GRAPH, "The graph", graph, view! { <Drawing/> }
}

#[component]
fn Looks(followed: Followed) -> impl IntoView {
    let named = seen::named("look");
    let look = Memo::new(move |_| {
        let named = named.get();
        LOOKS.iter().map(|(slug, _)| *slug).find(|slug| named.as_deref() == Some(*slug)).unwrap_or(LOOKS[0].0)
    });
    let tab = move |(slug, word): (&'static str, &'static str)| {
        let path =
            move || seen::with("look", (slug != LOOKS[0].0).then(|| slug.to_owned())).map(|it| it.path());
        view! { <a class="looks__one" data-tab="" href=path aria-current=move || (look.get() == slug).then_some("true")>{word}</a> }
    };
    let shown = move || match look.get() {
        "table" => view! { <States events=followed.events/> }.into_any(),
        "events" => view! { <Events events=followed.events/> }.into_any(),
        _ => view! { <PartView part=GRAPH/> }.into_any(),
    };
    view! {
        <nav class="looks" aria-label="Ways to look at the execution">{LOOKS.map(tab).collect_view()}</nav>
        {shown}
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
