//! A machine's definition as text, asked for when somebody opens it.

use leptos::task::spawn_local;
use viridian_shared::{machine::Definition, problem::Problem, route};

use crate::{api, model::model, prelude::*, view::problem::ProblemNote};

/// The text behind a summary line.
#[component]
pub fn DefinitionText(name: String) -> impl IntoView {
    let model = model();
    let (text, problem) = (RwSignal::new(None::<String>), RwSignal::new(None::<Problem>));
    let label = format!("Definition of {name}");
    let load = move |_| {
        // The browser tells of the opening late: by then another machine may be shown.
        let is_wanted = text.try_with_untracked(Option::is_none) == Some(true);
        let Some(service) = model.service.get_untracked().filter(|_| is_wanted) else { return };
        let path = route::definition(&service, &name);
        spawn_local(async move {
            match api::ask::<Definition>(&path).await {
                Ok(definition) => {
                    problem.try_set(None);
                    text.try_set(Some(definition.text));
                }
                Err(refused) => drop(problem.try_set(Some(refused))),
            }
        });
    };
    view! {
        <details class="machines__definition" on:toggle=load>
            <summary>"Definition"</summary>
            <ProblemNote problem/>
            <pre class="code" tabindex="0" role="region" aria-label=label>{move || text.get().unwrap_or_else(|| "Reading…".to_owned())}</pre>
        </details>
    }
}
