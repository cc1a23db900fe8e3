//! Who is signed in; in the sandbox, a switch to be somebody else.

use leptos::task::spawn_local;
use viridian_shared::people::{Person, Role, SignIn};

use crate::{
    api,
    model::{Model, model},
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        toast::Toasts,
    },
    view::person::Avatar,
};

/// A person with the most they may do: "approver-1 (approver)".
pub fn with_role(person: &Person) -> String {
    let most = person.roles.iter().max().copied().unwrap_or(Role::Viewer);
    format!("{} ({})", person.name, most.with_article().rsplit(' ').next().unwrap_or_default())
}

/// Becomes another person.
pub fn switch(model: Model, toasts: Toasts, name: String) {
    spawn_local(async move {
        match api::sign_in(&SignIn { name, key: None }).await {
            Ok(session) => drop(model.session.try_set(Some(session))),
            Err(problem) => toasts.show(problem.detail),
        }
    });
}

/// The person in the header.
#[component]
pub fn PersonMenu() -> impl IntoView {
    let model = model();
    let toasts: Toasts = expect_context();
    let name = Memo::new(move |_| model.person.get().map(|person| person.name));
    let choices = Memo::new(move |_| {
        model.session.with(|session| session.as_ref().map(|it| it.choices.clone()).unwrap_or_default())
    });
    let sign_out = move |()| {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => crate::live::learn_session(model).await,
                Err(problem) => toasts.show(problem.detail),
            }
        });
    };
    let selector = move || {
        let options = choices.get().into_iter().map(move |person| {
            let own = person.name.clone();
            let selected = move || name.get().as_deref() == Some(own.as_str());
            view! { <option value=person.name.clone() prop:selected=selected>{with_role(&person)}</option> }
        });
        view! {
            <select class="person__select" aria-label="Person" aria-keyshortcuts="w" data-label="Switch person"
                on:click=|event| { let _ = event_target::<web_sys::HtmlElement>(&event).focus(); }
                on:change=move |event| match event_target_value(&event) {
                    name if name.is_empty() => sign_out(()),
                    name => switch(model, toasts, name),
                }>
                {options.collect_view()}
                <option value="">"Sign out"</option>
            </select>
        }
    };
    view! {
        <div class="person">
            {move || name.get().map(|name| view! { <Avatar name/> })}
            <Show when=move || name.with(Option::is_some)>
                <Show
                    when=move || choices.with(|choices| !choices.is_empty())
                    fallback=move || view! {
                        <span>{move || name.with(|name| name.as_deref().map(|name| viridian_shared::people::shown(name).to_owned()))}</span>
                        <Button label="Sign out" kind=ButtonKind::Quiet on_press=sign_out/>
                    }
                >
                    {selector}
                </Show>
            </Show>
        </div>
    }
}
