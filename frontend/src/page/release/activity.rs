//! What happened: the journal of the service, newest first.

pub mod fold;

use leptos::task::spawn_local;
use viridian_shared::{
    command::{Command, StartEmergency},
    journal::{EntryKind, Told, ToldPage},
    problem::Problem,
    route,
    time::Timestamp,
    words::count,
};

use self::fold::{Line, lines};
use crate::{
    api,
    model::{Model, model},
    part,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::problem::ProblemNote,
    words,
};

/// Lines shown before more are asked for.
const AT_FIRST: usize = 12;

part! {
    /// The page stands before this is loaded.
    ACTIVITY, "Activity", activity, view! { <Activity/> }
}

/// The panel.
#[component]
fn Activity() -> impl IntoView {
    let model = model();
    let shown = RwSignal::new(AT_FIRST);
    let all = Memo::new(move |_| model.journal.with(|journal| lines(journal)));
    let first = move || all.with(|all| dated(all.iter().take(shown.get()), model.now.get_untracked()));
    view! {
        <Panel title="Activity" class="activity">
            <Show when=move || all.with(|all| !all.is_empty()) fallback=move || view! { <Nothing/> }>
                <ol class="timeline" aria-label="Journal">
                    <For each=first key=key let:dated>
                        <ActivityLine line=dated.0 day=dated.1/>
                    </For>
                </ol>
            </Show>
            <Older shown all/>
        </Panel>
    }
}

/// A line, with the day where it is another one than that of the line above it.
type Dated = (Line, Option<String>);

fn dated<'l>(lines: impl Iterator<Item = &'l Line>, now: Timestamp) -> Vec<Dated> {
    let mut above = words::day(now);
    let dated = lines.map(|line| {
        let day = words::day(line.entry.at);
        let is_other = std::mem::replace(&mut above, day.clone()) != day;
        (line.clone(), is_other.then(|| format!("{} {day}", words::weekday(line.entry.at))))
    });
    dated.collect()
}

fn key((line, day): &Dated) -> (u64, Option<u64>, usize, bool) {
    let outcome = line.outcome.as_ref().map(|it| it.number);
    (line.entry.number, outcome, line.details.len(), day.is_some())
}

/// Before the first entry, or before the first answer.
#[component]
fn Nothing() -> impl IntoView {
    let model = model();
    let is_read = Memo::new(move |_| model.identity.with(Option::is_some));
    view! {
        <Show when=move || is_read.get() fallback=|| view! { <p class="skeleton" aria-hidden="true"></p> }>
            <p class="muted">"Nothing has happened yet. Everything done here and seen in AWS is written down here."</p>
        </Show>
    }
}

#[component]
fn ActivityLine(line: Line, day: Option<String>) -> impl IntoView {
    let entry = line.entry;
    let last = line.outcome.as_ref().unwrap_or(&entry);
    let (tone, mark) = match last.kind {
        EntryKind::Observed | EntryKind::Intent => ("idle", None),
        EntryKind::Done => ("ok", Some(Icon::Done)),
        EntryKind::Failed | EntryKind::Refused => ("bad", Some(Icon::Failed)),
        EntryKind::Unknown | EntryKind::Newer => ("waiting", Some(Icon::Unknown)),
    };
    let is_emergency = entry.about == StartEmergency::NAME && last.kind != EntryKind::Refused;
    let tone = if is_emergency { "bad" } else { tone };
    // What was done replaces what was about to be done; what went wrong is told after it.
    let (text, told) = match &line.outcome {
        Some(outcome) if outcome.kind == EntryKind::Done => (words::told(&outcome.text), None),
        Some(outcome) => (words::told(&entry.text), Some(words::told(&outcome.text))),
        None => (words::told(&entry.text), None),
    };
    let at = entry.at;
    let detail = move |entry: Told| {
        view! { <li><time datetime=entry.at.to_string()>{words::short_moment(entry.at, at)}</time><span>{words::told(&entry.text)}</span></li> }
    };
    let details = (!line.details.is_empty()).then(|| {
        let number = count(line.details.len(), "detail", "details");
        view! { <details class="activity__details"><summary>{number}</summary><ol class="timeline">{line.details.into_iter().map(detail).collect_view()}</ol></details> }
    });
    view! {
        <li data-tone=tone>
            {day.map(|day| view! { <b class="activity__day">{day}</b> })}
            <time datetime=at.to_string() title=words::exact(at)>{words::minute(at)}</time>
            <span>
                {is_emergency.then(|| view! { <b class="activity__emergency">"Emergency"</b> " " })}
                {mark.map(|icon| view! { <Mark icon/> })}
                {entry.person.map(|person| view! { <b>{viridian_shared::people::shown(&person).to_owned()}</b> " " })}
                {text}
                {told.map(|text| view! { <span class="activity__outcome">{text}</span> })}
                {details}
            </span>
        </li>
    }
}

/// Shows more lines, and asks the server for those before.
#[component]
fn Older(shown: RwSignal<usize>, all: Memo<Vec<Line>>) -> impl IntoView {
    let model = model();
    let problem = RwSignal::new(None::<Problem>);
    let is_all = RwSignal::new(false);
    let more = move |()| {
        let hidden = all.with_untracked(Vec::len).saturating_sub(shown.get_untracked());
        shown.update(|shown| *shown += AT_FIRST);
        if hidden < AT_FIRST {
            spawn_local(fetch_older(model, problem, is_all));
        }
    };
    let is_there = move || {
        all.with(|all| all.len() > shown.get()) || (!is_all.get() && all.with(|all| all.len() >= AT_FIRST))
    };
    view! {
        <ProblemNote problem/>
        <Show when=is_there>
            <Button label="Show older" kind=ButtonKind::Quiet on_press=more/>
        </Show>
    }
}

async fn fetch_older(model: Model, problem: RwSignal<Option<Problem>>, is_all: RwSignal<bool>) {
    let Some(service) = model.service.try_get_untracked().flatten() else { return };
    let oldest =
        model.journal.try_with_untracked(|journal| journal.first().map(|entry| entry.number)).flatten();
    let path = route::service_journal(&service);
    let path = oldest.map_or(path.clone(), |before| format!("{path}?before={before}&limit=50"));
    match api::ask::<ToldPage>(&path).await {
        Ok(page) => {
            is_all.try_set(page.before.is_none());
            if model.service.try_get_untracked().flatten().as_ref() == Some(&service) {
                model.add_entries(page.entries);
            }
        }
        Err(refused) => drop(problem.try_set(Some(refused))),
    }
}
