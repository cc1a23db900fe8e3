//! One state: a button with its name, how it stands, and what it does.

use viridian_graph::{Frame, Node, NodeKind, NodeLight, State};

use super::{
    Shown,
    look::{Look, id},
    told,
};
use crate::{
    prelude::*,
    ui::icon::{Icon, Mark},
};

/// The word of a state in the style sheet.
fn slug(state: State) -> &'static str {
    match state {
        State::Ahead => "ahead",
        State::NotTaken => "not-taken",
        State::Running => "running",
        State::Waiting => "waiting",
        State::Retrying => "retrying",
        State::Done => "done",
        State::Caught => "caught",
        State::Failed => "failed",
        State::CutOff => "cut-off",
    }
}

/// Its sign; a state that has not come has none.
pub(super) fn icon(state: State) -> Option<Icon> {
    Some(match state {
        State::Ahead | State::NotTaken => return None,
        State::Running => Icon::Running,
        State::Waiting => Icon::Waiting,
        State::Retrying => Icon::Back,
        State::Done => Icon::Done,
        State::Caught => Icon::Warning,
        State::Failed => Icon::Failed,
        State::CutOff => Icon::Stop,
    })
}

/// The state; what it holds is drawn beside it, in its frame.
#[component]
pub fn NodeBox(shown: Shown, look: Look, node: usize) -> impl IntoView {
    let Some((own, place)) =
        shown.drawn.with_value(|it| Some((it.graph.nodes.get(node)?.clone(), *it.layout.nodes.get(node)?)))
    else {
        return ().into_any();
    };
    let light =
        Memo::new(move |_| shown.light.with(|it| it.as_ref().and_then(|it| it.nodes.get(node).cloned())));
    let state = Memo::new(move |_| light.with(|it| it.as_ref().map(|it| it.state)));
    let kept = StoredValue::new(own.clone());
    let words = Memo::new(move |_| kept.with_value(|own| sub(shown, own, &light)));
    let name = own.name.clone();
    // What is seen comes first in what is heard.
    let heard = move || {
        let state = state.get().map(|it| format!(", {}", told::word(it))).unwrap_or_default();
        format!(", {}{state}", own.kind.word())
    };
    let is_picked = Memo::new(move |_| shown.picked.get() == Some(node));
    let holds = !own.inside.is_empty();
    let height = if holds { place.height.min(60.0) - 8.0 } else { place.height };
    let frame = holds.then(|| group(&own, place, state));
    let press = move |_| {
        look.current.set(node);
        shown.pick.run((!is_picked.get_untracked()).then_some(node));
    };
    view! {
        {frame}
        <button
            type="button"
            id=id(node)
            class="graph__state"
            data-state=move || state.get().map(slug)
            data-kind=own.kind.word()
            data-holds=holds.then_some("true")
            title=own.name.clone()
            aria-pressed=move || is_picked.get().to_string()
            tabindex=move || if look.current.get() == node { "0" } else { "-1" }
            style:left=pixels(place.x)
            style:top=pixels(place.y)
            style:width=pixels(place.width)
            style:height=pixels(height)
            on:click=press
            on:focus=move |_| look.current.set(node)
        >
            {move || state.get().and_then(icon).map(|icon| view! { <Mark icon/> })}
            <span class="graph__name">{name}</span>
            " "
            <span class="graph__sub">{move || words.get()}</span>
            <span class="unseen">{heard}</span>
        </button>
    }
    .into_any()
}

fn pixels(length: f64) -> String {
    format!("{length}px")
}

/// The frame around what a state holds.
fn group(own: &Node, place: Frame, state: Memo<Option<State>>) -> AnyView {
    view! {
        <div
            class="graph__group"
            data-state=move || state.get().map(slug)
            data-kind=own.kind.word()
            aria-hidden="true"
            style:left=pixels(place.x)
            style:top=pixels(place.y)
            style:width=pixels(place.width)
            style:height=pixels(place.height)
        ></div>
    }
    .into_any()
}

/// The small line: how it stands, or what it is.
fn sub(shown: Shown, own: &Node, light: &Memo<Option<NodeLight>>) -> String {
    light.with(|light| match light {
        Some(light) if !matches!(light.state, State::Ahead | State::NotTaken) => {
            // Only what is under way changes with the clock.
            let now = if light.since.is_some() { shown.now.get() } else { 0 };
            told::standing(own, light, now)
        }
        _ => match own.kind {
            NodeKind::Task => own.resource().unwrap_or_else(|| "Task".to_owned()),
            NodeKind::Wait => told::waiting(own),
            kind => kind.word().to_owned(),
        },
    })
}
