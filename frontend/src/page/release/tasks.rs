//! The ECS service behind the picture: desired count, task sets, and what ECS says.

use viridian_shared::{
    colour::{Colour, coloured},
    command::{DESIRED_COUNT_LIMIT, SetDesiredCount},
    commit::short,
    tasks::{ServiceEvent, TaskSet},
    words::fixed,
};

use crate::{
    command_state::CommandState,
    model::model,
    prelude::*,
    ui::{
        field::TextField,
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::{
        colour::ColourMark,
        command::CommandButton,
        freshness::{FreshnessMark, StaleReason, age_of},
        moment::Moment,
        status::task_set_word,
    },
    words,
};

/// Service events shown at once.
const EVENTS: usize = 6;

/// The panel.
#[component]
pub fn TasksPanel() -> impl IntoView {
    let model = model();
    let age = Signal::derive(move || model.tasks.with(age_of));
    let is_read = Memo::new(move |_| model.tasks.with(|it| it.value.is_some()));
    let is_suspended = Memo::new(move |_| {
        model.tasks.with(|it| it.value.as_ref().and_then(|it| it.scale_in_suspended)) == Some(true)
    });
    view! {
        <Panel title="Tasks" class="tasks" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            <Show when=move || is_suspended.get()>
                <p class="tasks__banner"><Mark icon=Icon::Warning/>"Scale-in is suspended for the length of this release, so that neither colour loses tasks."</p>
            </Show>
            <Show when=move || is_read.get() fallback=|| view! { <p class="skeleton tasks__skeleton" aria-hidden="true"></p> }>
                <Facts/>
                <Sets/>
                <Events/>
            </Show>
        </Panel>
    }
}

#[component]
fn Facts() -> impl IntoView {
    let model = model();
    let fact = move |name: &'static str, of: fn(&viridian_shared::tasks::Tasks) -> u32| {
        let value = Memo::new(move |_| model.tasks.with(|it| it.value.as_ref().map(of)));
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    view! {
        <div class="tasks__facts">
            <dl>
                {fact("Desired", |it| it.desired_count)}
                {fact("Running", |it| it.running_count)}
                {fact("Pending", |it| it.pending_count)}
            </dl>
            <DesiredCount/>
        </div>
    }
}

#[component]
fn DesiredCount() -> impl IntoView {
    let model = model();
    let present = move || model.tasks.with(|it| it.value.as_ref().map(|it| it.desired_count));
    // The count that the person saw when the dialog opened; two changes cannot cross.
    let from = RwSignal::new(None::<u32>);
    let to = RwSignal::new(String::new());
    let wanted = move || to.with(|text| text.trim().parse::<u32>().ok());
    let command = CommandState::new(move || {
        let from = from.get().or_else(present)?;
        Some(SetDesiredCount { from, to: wanted().unwrap_or(DESIRED_COUNT_LIMIT + 1) })
    });
    let on_toggle = Callback::new(move |is_open: bool| {
        let now = untrack(present);
        from.set(if is_open { now } else { None });
        if is_open {
            to.set(now.unwrap_or_default().to_string());
        }
    });
    let hint = format!("A whole number, at most {DESIRED_COUNT_LIMIT}. Each colour runs as many.");
    let fields = move || view! { <TextField label="Desired count" bound="number" value=to kind="number" hint=hint.clone()/> };
    view! { <CommandButton label="Set desired count" command key="d" ready=false fields on_toggle/> }
}

/// A task set with its colour, as the table shows it.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    colour: Colour,
    set: TaskSet,
}

#[component]
fn Sets() -> impl IntoView {
    let model = model();
    let rows = Memo::new(move |_| {
        model.snapshot.with(|it| {
            let sets = it.as_ref().map(coloured).unwrap_or_default();
            sets.into_iter().map(|it| Row { colour: it.colour, set: it.set.clone() }).collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=|| view! { <p class="muted">"No task set: nothing runs."</p> }>
            <div class="table-frame" tabindex="0" role="region" aria-label="Task sets">
                <table class="table">
                    <thead><tr><th scope="col">"Colour"</th><th scope="col">"Commit"</th><th scope="col">"Task set"</th>
                        <th scope="col">"Tasks"</th><th scope="col">"Scale"</th><th scope="col">"Task definition"</th><th scope="col">"Made"</th></tr></thead>
                    <tbody>{move || rows.get().into_iter().map(set_row).collect_view()}</tbody>
                </table>
            </div>
        </Show>
    }
}

fn set_row(row: Row) -> impl IntoView {
    let set = row.set;
    let definition = set.task_definition.rsplit('/').next().unwrap_or_default().to_owned();
    let state = if set.is_steady { "steady" } else { "not steady" };
    let pending =
        if set.pending_count > 0 { format!(", {} pending", set.pending_count) } else { String::new() };
    view! {
        <tr>
            <td><ColourMark colour=row.colour/></td>
            <td><code>{set.commit.as_deref().map_or("–", short).to_owned()}</code></td>
            <td>{format!("{}, {state}", task_set_word(&set.status))}</td>
            <td>{format!("{} of {}{pending}", set.running_count, set.desired_count)}</td>
            <td>{format!("{}%", fixed(set.scale, 0))}</td>
            <td><code title=set.image.unwrap_or_default()>{definition}</code></td>
            <td>{set.created_at.map(|at| view! { <Moment at/> })}</td>
        </tr>
    }
}

#[component]
fn Events() -> impl IntoView {
    let model = model();
    let events = Memo::new(move |_| {
        model.tasks.with(|it| {
            it.value
                .as_ref()
                .map(|it| it.events.iter().take(EVENTS).cloned().collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let line = move |event: ServiceEvent| {
        let now = model.now.get_untracked();
        view! { <li><time datetime=event.at.to_string() title=words::exact(event.at)>{words::short_moment(event.at, now)}</time><span>{event.message}</span></li> }
    };
    view! {
        <Show when=move || events.with(|it| !it.is_empty())>
            <details class="tasks__events">
                <summary>"Service events"</summary>
                <ol class="timeline">{move || events.get().into_iter().map(line).collect_view()}</ol>
            </details>
        </Show>
    }
}
