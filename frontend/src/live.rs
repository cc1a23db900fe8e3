//! The stream: opens it, feeds the model, and opens it again when it breaks.
//!
//! It is read by `fetch` and not by the browser's `EventSource`, for three reasons: the status of a refusal is
//! seen (nobody is signed in), a silent connection is noticed (the server sends a comment when it has nothing to
//! say), and there is no second reconnect logic beside ours. Values are whole, so nothing is merged: after a
//! break the server sends everything again. There is one stream a tab; it is opened anew for another service and
//! for another person.

pub mod beginning;
pub mod message;
pub mod wire;

use std::cell::Cell;

use leptos::{prelude::*, task::spawn_local};
use viridian_shared::{event::Event, route};

use self::{message::Message, wire::Broken};
use crate::{
    api, json,
    model::{Link, Model},
    words,
};

/// Longest wait between two attempts, in milliseconds.
const LONGEST_WAIT: u32 = 5_000;
/// A connection that is silent for longer is taken for dead, in milliseconds.
const LONGEST_SILENCE: f64 = 45_000.0;

thread_local! {
    /// Counts the streams that were wanted; a task that finds another number than its own ends.
    static WANTED: Cell<u64> = const { Cell::new(0) };
    static HEARD_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// Keeps the model live for as long as the page is open.
pub fn keep(model: Model) {
    let mut last_id = beginning::read(|data| take(model, data));
    // What stands in the page is as old as the page; live is what the stream tells.
    model.link.set(Link::Connecting);
    if model.session.with_untracked(Option::is_none) {
        spawn_local(learn_session(model));
    }
    api::when_signed_out(Callback::new(move |()| spawn_local(learn_session(model))));
    Effect::new(move |_| {
        let service = model.service.get();
        let signed_in = model.person.with(|person| person.as_ref().map(|person| person.name.clone()));
        let mine = WANTED.with(|it| {
            it.set(it.get() + 1);
            it.get()
        });
        wire::hang_up();
        let last_id = last_id.take();
        if signed_in.is_some() {
            spawn_local(run(model, service, last_id, mine));
        }
    });
}

/// Ends a connection that says nothing any more; called with every tick.
pub fn watch_silence(model: Model) {
    let silent_for = words::real_now() - HEARD_AT.get();
    if model.link.try_get_untracked() == Some(Link::Live) && silent_for > LONGEST_SILENCE {
        wire::hang_up();
    }
}

/// Asks who is signed in until the server says.
pub async fn learn_session(model: Model) {
    let mut attempt = 0;
    loop {
        match api::session().await {
            Ok(session) => {
                model.trouble.try_set(None);
                model.session.try_set(Some(session));
                return;
            }
            Err(problem) => {
                // What the console says of itself where it cannot tell more.
                let is_said = !api::is_unanswered(&problem);
                model.trouble.try_set(is_said.then_some(problem.detail));
                wait(model, &mut attempt).await;
            }
        }
    }
}

async fn run(model: Model, service: Option<String>, mut last_id: Option<String>, mine: u64) {
    let mut url = route::stream(service.as_deref());
    let is_wanted = move || WANTED.get() == mine;
    let mut attempt = 0;
    while is_wanted() {
        let broken = wire::read(&url, last_id.clone(), |heard| {
            HEARD_AT.set(words::real_now());
            if !is_wanted() {
                return;
            }
            if let Some(Message { id, data }) = heard {
                attempt = 0;
                last_id = id.or(last_id.take());
                take(model, &data);
            }
        })
        .await;
        if !is_wanted() {
            return;
        }
        match broken {
            Broken::SignedOut => return learn_session(model).await,
            // What other services do is still told.
            Broken::Missing => {
                model.missing.try_set(service.clone());
                (url, last_id) = (route::stream(None), None);
            }
            Broken::Off => {
                // A console that answers may say why it tells nothing.
                learn_session(model).await;
                wait(model, &mut attempt).await;
            }
        }
    }
}

fn take(model: Model, data: &str) {
    let Ok(event) = json::read::<Event>(data) else {
        // A newer server's word: what it means arrives with the reload that its build number asks for.
        return;
    };
    match event {
        Event::Hello(hello) => {
            crate::outdated::reload_if_other_build(&hello.build);
            model.clock.try_set(Some((hello.clock, words::real_now())));
            model.tick();
            model.session.try_set(Some(hello.session));
            model.trouble.try_set(None);
            model.link.try_set(Link::Live);
        }
        Event::Rows(rows) => {
            model.rows.try_set(Some(rows));
        }
        Event::Snapshot(snapshot) => {
            model.missing.try_set(None);
            model.snapshot.try_set(Some(*snapshot));
        }
        Event::Section(change) => {
            model.snapshot.try_update(|snapshot| {
                if let Some(snapshot) = snapshot {
                    change.apply(snapshot);
                }
            });
        }
        Event::Journal(entries) => model.add_entries(entries),
        Event::Clock(clock) => {
            model.clock.try_set(Some((clock, words::real_now())));
            model.tick();
        }
        Event::Bye => wire::hang_up(),
    }
}

/// Marks the link as away and waits: longer after each attempt, and never in step with other pages.
async fn wait(model: Model, attempt: &mut u32) {
    model.link.try_update(|link| {
        if !matches!(link, Link::Away { .. }) {
            *link = Link::Away { since: words::real_now() };
        }
    });
    let longest = (250_u32 << (*attempt).min(6)).min(LONGEST_WAIT);
    *attempt += 1;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between half and whole of a small number"
    )]
    let wait = (f64::from(longest) * (0.5 + js_sys::Math::random() / 2.0)) as u32;
    gloo_timers::future::TimeoutFuture::new(wait).await;
}
