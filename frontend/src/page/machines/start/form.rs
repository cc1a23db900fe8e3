//! The input of an execution as a form: one field for each member, or all of it as JSON.

use std::collections::BTreeSet;

use viridian_graph::{Json, Reads, complaints};

use crate::{
    json,
    prelude::*,
    ui::field::{TextArea, TextField},
    words,
};

/// Characters of a text that fit on a line.
const LINE: usize = 120;

/// An input to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it comes from.
    pub label: String,
    pub text: String,
}

/// One member of the input.
#[derive(Clone)]
struct Member {
    name: String,
    /// Whether it is a text; everything else is written as JSON.
    is_text: bool,
    value: RwSignal<String>,
}

/// The fields. What they say together is `input`.
#[component]
pub fn InputForm(
    input: RwSignal<String>,
    /// What the definition reads; none while it is not known.
    reads: RwSignal<Option<Reads>>,
    /// Inputs to begin with, the one that stands there at first before others.
    sources: RwSignal<Vec<Source>>,
) -> impl IntoView {
    let is_whole = RwSignal::new(false);
    let members = RwSignal::new(Vec::<Member>::new());
    // The fields follow the text, but for what was typed into them.
    let told = StoredValue::new(String::new());
    Effect::new(move |_| {
        let text = input.get();
        if told.with_value(|told| *told != text) {
            members.set(read(&text).unwrap_or_default());
        }
    });
    let write = Callback::new(move |()| {
        let text = members.with_untracked(|members| written(members));
        told.set_value(text.clone());
        input.set(text);
    });
    let is_form = Memo::new(move |_| !is_whole.get() && members.with(|members| !members.is_empty()));
    let fits = Memo::new(move |_| input.with(|text| reads.with(|reads| judge(text, reads.as_ref()))));
    let fields =
        move || members.get().into_iter().map(|member| view! { <Field member write/> }).collect_view();
    let source = move |Source { label, text }: Source| {
        let own = text.clone();
        let is_shown = move || input.with(|input| *input == own).to_string();
        view! { <button type="button" class="button" data-kind="quiet" aria-pressed=is_shown on:click=move |_| input.set(text.clone())>{label}</button> }
    };
    let toggle = move |_| is_whole.update(|it| *it = !*it);
    let mode = move || if is_form.get() { "Edit as JSON" } else { "Edit as a form" };
    let is_object = move || input.with(|text| read(text).is_some());
    view! {
        <fieldset class="start">
            <legend class="start__legend">"Input"</legend>
            <div class="start__sources" role="group" aria-label="Begin with">{move || sources.get().into_iter().map(source).collect_view()}</div>
            <Show when=move || is_form.get() fallback=move || view! { <TextArea label="Input" bound="input" value=input rows=12 is_code=true/> }>
                <div class="start__fields">{fields}</div>
            </Show>
            <Show when=move || is_form.get() || is_object()>
                <button type="button" class="button" data-kind="quiet" on:click=toggle>{mode}</button>
            </Show>
            <ul class="start__fits" aria-live="polite">{move || fits.get().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
        </fieldset>
    }
}

#[component]
fn Field(member: Member, write: Callback<()>) -> impl IntoView {
    let Member { name, is_text, value } = member;
    // Whatever is typed counts at once; what it begins with is there already.
    Effect::new(move |before: Option<()>| {
        value.track();
        if before.is_some() {
            write.run(());
        }
    });
    let is_long = value.with_untracked(|text| text.contains('\n') || text.chars().count() > LINE);
    let hint = Signal::derive(move || {
        let is_wrong = !is_text && value.with(|text| json::tree(text).is_err());
        if is_wrong { "Not JSON.".to_owned() } else { String::new() }
    });
    if is_long {
        view! { <TextArea label=name bound="input" value hint rows=5 is_code=true/> }.into_any()
    } else {
        view! { <TextField label=name bound="input" value hint/> }.into_any()
    }
}

/// The members of an input; none of what is no object.
fn read(text: &str) -> Option<Vec<Member>> {
    let Ok(Json::Object(members)) = json::tree(text) else { return None };
    let member = |(name, value): (String, Json)| {
        let (is_text, text) = match value {
            Json::Text(text) => (true, text),
            other => (false, other.indented()),
        };
        Member { name, is_text, value: RwSignal::new(text) }
    };
    Some(members.into_iter().map(member).collect())
}

/// The input that the members are together. One that is no JSON makes the whole none, so that it is not sent.
fn written(members: &[Member]) -> String {
    let member = |member: &Member| {
        let value = member.value.get_untracked();
        let value = if member.is_text { Json::Text(value).line() } else { value };
        format!("  {}: {}", Json::Text(member.name.clone()).line(), value.replace('\n', "\n  "))
    };
    format!("{{\n{}\n}}", members.iter().map(member).collect::<Vec<_>>().join(",\n"))
}

/// What is to be said of an input: that it is none, or how it fits what the definition reads.
fn judge(text: &str, reads: Option<&Reads>) -> Vec<String> {
    if let Err(error) = js_sys::JSON::parse(text) {
        return vec![format!("Not JSON: {}.", words::complaint(&error))];
    }
    let Some(reads) = reads else { return vec!["Valid JSON.".to_owned()] };
    let mut given = BTreeSet::new();
    if let Ok(Json::Object(members)) = json::tree(text) {
        given.extend(members.into_iter().map(|(name, _)| name));
    }
    let said = complaints(reads, &given);
    if said.is_empty() { vec!["It has all that the definition reads.".to_owned()] } else { said }
}
