//! What is told of an execution as a whole: how long it took, what it was started with, why it failed.

use viridian_shared::{machine::ExecutionDetail, words::without_arns};
use wasm_bindgen::JsValue;

use crate::{
    model::Model,
    prelude::*,
    ui::{
        copy::CopyId,
        icon::{Icon, Mark},
    },
    words,
};

#[component]
pub fn Took(detail: RwSignal<Option<ExecutionDetail>>, model: Model) -> impl IntoView {
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
pub fn Origin(detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
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
pub fn Cause(detail: RwSignal<Option<ExecutionDetail>>) -> impl IntoView {
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
pub fn Text(
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

pub fn pretty(text: &str) -> String {
    let indented = js_sys::JSON::parse(text)
        .and_then(|value| js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into()));
    indented.map_or_else(|_| text.to_owned(), String::from)
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
