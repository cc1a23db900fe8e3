//! The probe bar: asks both colours the same, once. What only reads is sent by Enter; what may change something is
//! confirmed first.

use viridian_shared::{
    bounds,
    command::{AskProbe, NAME_LIMIT},
    comparison::suite::{Header, Probe, changes_something},
};

use super::state::ComparePage;
use crate::{
    command_state::CommandState,
    prelude::*,
    route::Picked,
    ui::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextArea,
        toast::Toasts,
    },
    view::{
        command::{Confirm, Consequence},
        problem::ProblemNote,
    },
};

/// Enough for an interval of times.
const SAMPLES: u32 = 8;
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
/// Probes that are remembered.
const REMEMBERED: usize = 20;
const KEY: &str = "viridian-probes";

/// What is typed.
#[derive(Clone, Copy)]
struct Typed {
    method: RwSignal<String>,
    path: RwSignal<String>,
    headers: RwSignal<String>,
    body: RwSignal<String>,
}

impl Typed {
    fn probe(self) -> Probe {
        let (method, path) = (self.method.get(), self.path.get().trim().to_owned());
        let body = self.body.get();
        Probe {
            name: named(&format!("{method} {path}")),
            method,
            path,
            headers: self.headers.with(|text| headers(text)),
            body: (!body.is_empty()).then_some(body),
        }
    }

    /// A remembered probe brings its method along.
    fn take(self, text: String) {
        match text.split_once(' ').filter(|(method, _)| METHODS.contains(method)) {
            Some((method, path)) => {
                self.method.set(method.to_owned());
                self.path.set(path.to_owned());
            }
            None => self.path.set(text),
        }
    }
}

/// As much of a text as names a probe.
fn named(text: &str) -> String {
    if text.chars().count() <= NAME_LIMIT {
        return text.to_owned();
    }
    text.chars().take(NAME_LIMIT - 1).chain(['…']).collect()
}

/// A header a line, as in `accept: text/html`.
fn headers(text: &str) -> Vec<Header> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs
        .map(|(name, value)| Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
        .collect()
}

/// The bar.
#[component]
pub fn ProbeBar() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let toasts: Toasts = expect_context();
    let text = |text: &str| RwSignal::new(text.to_owned());
    let typed = Typed { method: text("GET"), path: text("/"), headers: text(""), body: text("") };
    let command = CommandState::new(move || {
        let probe = typed.probe();
        let changes = if probe.changes_something() { vec![probe.words()] } else { Vec::new() };
        Some(AskProbe { probe, samples: SAMPLES, changes })
    });
    let (open, asked) = (RwSignal::new(false), RwSignal::new(remembered()));
    let ask = move |()| {
        let probe = untrack(move || typed.probe());
        command.begin();
        asked.update(|asked| remember(asked, &probe.words()));
        if probe.changes_something() {
            open.set(true);
        } else {
            command.send();
        }
    };
    Effect::new(move |_| {
        if let Some(run) = command.receipt.get().and_then(|receipt| receipt.started) {
            open.set(false);
            compare.go(Picked::probe(&run, &untrack(move || typed.probe()).name));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match command.refusal().get_untracked() {
            None => ask(()),
            Some(reason) => toasts.show(reason),
        }
    };
    view! {
        <form class="ask panel" on:submit=submit aria-label="Ask both colours once">
            <Line typed asked/>
            <Button label="Ask both" kind=ButtonKind::Plain refusal=command.refusal() on_press=ask/>
            <details class="ask__more">
                <summary>"Headers and body"</summary>
                <TextArea label="Headers" bound="headers" value=typed.headers rows=2 is_code=true hint="A header a line, as in accept: text/html. env:NAME stands for a secret that the console’s host knows."/>
                <TextArea label="Body" bound="body" value=typed.body rows=3 is_code=true/>
            </details>
            <Wrong command typed/>
            <ProblemNote problem=command.problem/>
        </form>
        <Dialog open title="Ask both colours">
            <p><code>{move || typed.probe().words()}</code></p>
            <Consequence command/>
            <ProblemNote problem=command.problem/>
            <div class="dialog__actions">
                <Button label="Cancel" kind=ButtonKind::Quiet on_press=move |()| open.set(false)/>
                <Confirm label="Send to both" kind=ButtonKind::Danger command ready=false/>
            </div>
        </Dialog>
    }
}

/// Method and path, with what was asked before.
#[component]
fn Line(typed: Typed, asked: RwSignal<Vec<String>>) -> impl IntoView {
    let method = move |name: &'static str| {
        view! { <option value=name prop:selected=move || typed.method.with(|it| it == name)>{name}</option> }
    };
    let option = |words: String| view! { <option value=words></option> };
    view! {
        <select class="field__input ask__method" aria-label="Method" on:change=move |event| typed.method.set(event_target_value(&event))>
            {METHODS.map(method)}
        </select>
        <input class="field__input ask__path" type="text" aria-label="Path" aria-keyshortcuts="/" data-label="Ask both colours a path"
            list="asked" autocomplete="off" spellcheck="false" prop:value=move || typed.path.get()
            on:input=move |event| typed.take(event_target_value(&event))
            on:click=|event| { let _ = event_target::<web_sys::HtmlElement>(&event).focus(); }/>
        <datalist id="asked">{move || asked.get().into_iter().map(option).collect_view()}</datalist>
    }
}

/// What is wrong with what is typed. That it is to be confirmed is not wrong.
#[component]
fn Wrong(command: CommandState, typed: Typed) -> impl IntoView {
    let text = move || {
        if let Err(refusal) = typed.path.with(|path| bounds::text("path", path)) {
            return Some(refusal.reason);
        }
        let refusal =
            command.verdict.with(|it| it.as_ref().err().filter(|it| it.is_field).map(|it| it.reason.clone()));
        refusal.filter(|_| !changes_something(&typed.method.get()))
    };
    view! { <p class="ask__wrong" role="status">{move || text()}</p> }
}

/// What was asked before, the last first.
fn remembered() -> Vec<String> {
    let storage = window().local_storage().ok().flatten();
    let text = storage.and_then(|it| it.get_item(KEY).ok().flatten()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn remember(asked: &mut Vec<String>, words: &str) {
    asked.retain(|it| it != words);
    asked.insert(0, words.to_owned());
    asked.truncate(REMEMBERED);
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, &asked.join("\n"));
    }
}
