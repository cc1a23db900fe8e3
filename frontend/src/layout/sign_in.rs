//! The way in: a choice of persons in the sandbox, a name and a key elsewhere, and a way back to whoever signs people
//! in before they reach the console.

use leptos::task::spawn_local;
use viridian_shared::{
    people::{Person, Role, SignIn},
    problem::Problem,
};

use crate::{
    api,
    layout::person::{switch, with_role},
    model::model,
    prelude::*,
    ui::{field::TextField, toast::Toasts},
    view::{person::Avatar, problem::ProblemNote},
};

/// Shown instead of a page while nobody is signed in.
#[component]
pub fn SignInView() -> impl IntoView {
    let model = model();
    let toasts: Toasts = expect_context();
    let choices = Memo::new(move |_| {
        model.session.with(|session| session.as_ref().map(|it| it.choices.clone()).unwrap_or_default())
    });
    let list = move || {
        choices.get().into_iter().map(move |person| {
            let name = person.name.clone();
            view! {
                <li>
                    <button type="button" class="button sign-in__choice" on:click=move |_| switch(model, toasts, name.clone())>
                        <Avatar name=person.name.clone()/>
                        <span>{with_role(&person)}<small>{may(&person)}</small></span>
                    </button>
                </li>
            }
        }).collect_view()
    };
    view! {
        <div class="sign-in panel">
            <h1>"Sign in"</h1>
            <Show when=move || choices.with(|it| !it.is_empty()) fallback=|| view! { <KeyForm/> }>
                <p>"This is a sandbox: choose who you want to be."</p>
                <ul class="sign-in__choices">{list}</ul>
            </Show>
        </div>
    }
}

/// Loading the page anew leads past the identity provider and back to the same place. No part of its own: whoever
/// denies the rest may deny that as well.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let again = |_| drop(window().location().reload());
    view! {
        <div class="sign-in panel">
            <h1>"Sign in again"</h1>
            <p>"Your session has ended. Nothing was lost: you come back to this place."</p>
            <button type="button" class="button" data-kind="primary" on:click=again>"Sign in again"</button>
        </div>
    }
}

/// What the most of a person's roles lets them do.
fn may(person: &Person) -> &'static str {
    match person.roles.iter().max() {
        Some(Role::Operator) => "Stops, retries, takes back, runs state machines, sets the desired count",
        Some(Role::Approver) => "Votes on gates, rules on differences",
        Some(Role::Developer) => "Starts releases, runs comparisons",
        _ => "Sees everything, changes nothing",
    }
}

#[component]
fn KeyForm() -> impl IntoView {
    let model = model();
    let (name, key) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let sign_in = SignIn { name: name.get_untracked(), key: Some(key.get_untracked()) };
        spawn_local(async move {
            match api::sign_in(&sign_in).await {
                Ok(session) => drop(model.session.try_set(Some(session))),
                Err(refused) => drop(problem.try_set(Some(refused))),
            }
        });
    };
    view! {
        <form class="sign-in__form" on:submit=submit>
            <TextField label="Name" value=name bound="name"/>
            <TextField label="Key" bound="key" value=key kind="password"/>
            <ProblemNote problem/>
            <button type="submit" class="button" data-kind="primary">"Sign in"</button>
        </form>
    }
}
