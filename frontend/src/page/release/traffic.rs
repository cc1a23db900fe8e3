//! Who sees what now: doors, lanes where traffic flows, task sets and the health of their targets.

use viridian_shared::{colour::Colour, routing, snapshot::Snapshot, time::Timestamp, traffic::Answer};

use super::actions::{ActionsOf, Place};
use super::picture::{
    CHIP_HEIGHT, Chip, DOOR_HEIGHT, DOOR_WIDTH, DOOR_X, DoorBox, Lane, Picture, SET_WIDTH, SET_X, SetBox,
    WIDTH, picture, px,
};
use crate::{
    model::model,
    prelude::*,
    ui::panel::Panel,
    view::{
        colour::{ColourMark, slug},
        freshness::{FreshnessMark, StaleReason, age_of},
        status::StatusMark,
    },
    words,
};

/// The panel.
#[component]
pub fn TrafficPanel() -> impl IntoView {
    let model = model();
    let drawn = Memo::new(move |_| model.snapshot.with(|it| it.as_ref().and_then(picture)));
    let sentence =
        Memo::new(move |_| model.snapshot.with(|it| it.as_ref().map(routing::traffic).unwrap_or_default()));
    let age = Signal::derive(move || model.traffic.with(age_of));
    let apart = Memo::new(move |_| model.snapshot.with(|it| apart(it.as_ref()?)));
    let addresses = move || {
        model.identity.get().map(|it| view! { <Address name="Production" url=it.production_url/> <Address name="Test" url=it.test_url/> })
    };
    view! {
        <Panel title="Who sees what now" class="traffic" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            {move || match drawn.get() {
                Some(picture) => view! { <Drawing picture=picture.clone() sentence/> <Listing picture/> }.into_any(),
                None => view! { <p class="skeleton traffic__skeleton" aria-hidden="true"></p> }.into_any(),
            }}
            <p class="traffic__sentence">{sentence}</p>
            {move || apart.get().map(|text| view! { <p class="traffic__apart" role="status">{text}</p> })}
            <div class="traffic__addresses">{addresses}<span class="header__space"></span><ActionsOf at=Place::Picture/></div>
        </Panel>
    }
}

/// Rules and task sets are read one after the other: while they speak of two moments, which is the newer.
fn apart(snapshot: &Snapshot) -> Option<String> {
    let (traffic, tasks) = (snapshot.traffic()?, snapshot.tasks()?);
    let primary = tasks.primary()?.target_group.as_deref()?;
    let Answer::Forward { to } = &traffic.production.answer else { return None };
    if traffic.production.share(primary) > 0.0 || to.is_empty() {
        return None;
    }
    let read = |at: Option<Timestamp>| at.map(words::second).unwrap_or_default();
    let (rules, sets) = (read(snapshot.traffic.as_of), read(snapshot.tasks.as_of));
    Some(format!(
        "Production’s rule has changed already (read at {rules}); ECS still calls the other task set primary (read at {sets})."
    ))
}

/// Where a door can be tried.
#[component]
fn Address(name: &'static str, url: Option<String>) -> impl IntoView {
    url.map(|url| view! { <a href=url.clone() target="_blank" rel="noreferrer">{format!("Open {}", name.to_ascii_lowercase())}</a> })
}

fn colour_slug(colour: Option<Colour>) -> &'static str {
    colour.map_or("none", slug)
}

#[component]
fn Drawing(picture: Picture, sentence: Memo<String>) -> impl IntoView {
    let size = format!("0 0 {} {}", px(WIDTH), px(picture.height));
    view! {
        <svg class="traffic__picture" viewBox=size role="img" aria-label=move || sentence.get()>
            {picture.lanes.into_iter().map(lane).collect_view()}
            {picture.doors.into_iter().map(door).collect_view()}
            {picture.sets.into_iter().map(set).collect_view()}
        </svg>
    }
}

fn lane(lane: Lane) -> impl IntoView {
    let label =
        lane.label.map(|(x, y, text)| view! { <text class="traffic__small traffic__share-label" x=px(x) y=px(y)>{text}</text> });
    let colour = colour_slug(lane.colour);
    let (x, y) = lane.from;
    let (dx, dy) = (format!("{}px", px(lane.by.0)), format!("{}px", px(lane.by.1)));
    let drop = move |late: f64| {
        view! {
            <circle class="traffic__drop" data-colour=colour cx=px(x) cy=px(y) r="3.5" style:--dx=dx.clone() style:--dy=dy.clone()
                style:animation-delay=format!("-{}s", px(late))></circle>
        }
    };
    view! {
        <path class="traffic__lane" data-colour=colour d=lane.path stroke-width=px(lane.width)></path>
        {[0.0, 0.8, 1.6].map(drop).into_iter().collect_view()}
        {label}
    }
}

fn door(door: DoorBox) -> impl IntoView {
    let middle = door.y;
    let way_in = format!("M90 {} H{}", px(middle), px(DOOR_X));
    view! {
        <text class="traffic__strong" x="0" y=px(middle - if door.requests.is_some() { 4.0 } else { -5.0 })>{door.who}</text>
        {door.requests.map(|text| view! { <text class="traffic__small" x="0" y=px(middle + 14.0)>{text}</text> })}
        <path class="traffic__way-in" d=way_in></path>
        <rect class="traffic__door" x=px(DOOR_X) y=px(middle - DOOR_HEIGHT / 2.0) width=px(DOOR_WIDTH) height=px(DOOR_HEIGHT) rx="10" data-forwards=door.forwards.to_string()></rect>
        <text class="traffic__strong" x=px(DOOR_X + 14.0) y=px(middle - 5.0)>{door.title}</text>
        <text class="traffic__small traffic__end" x=px(DOOR_X + DOOR_WIDTH - 12.0) y=px(middle - 5.0)>{door.priority}</text>
        <text class="traffic__small" x=px(DOOR_X + 14.0) y=px(middle + 14.0)>{door.rule}</text>
    }
}

fn set(set: SetBox) -> impl IntoView {
    let slug = colour_slug(set.colour);
    let line = set.y + 27.0;
    let shape = match set.colour {
        Some(Colour::Blue) => view! { <circle class="traffic__shape" data-colour=slug cx=px(SET_X + 20.0) cy=px(line - 5.0) r="6"></circle> }.into_any(),
        Some(Colour::Green) => {
            let (x, y) = (SET_X + 20.0, line - 5.0);
            let path = format!("M{} {} l7 7 -7 7 -7 -7 Z", px(x), px(y - 7.0));
            view! { <path class="traffic__shape" data-colour=slug d=path></path> }.into_any()
        }
        None => ().into_any(),
    };
    let facts_x = if set.colour.is_some() { SET_X + 92.0 } else { SET_X + 116.0 };
    let rest_y = set.y + set.height - 12.0;
    view! {
        <rect class="traffic__set" data-colour=slug x=px(SET_X) y=px(set.y) width=px(SET_WIDTH) height=px(set.height) rx="12"></rect>
        {shape}
        <text class="traffic__strong" x=px(SET_X + if set.colour.is_some() { 34.0 } else { 14.0 }) y=px(line)>{set.name}</text>
        <text class="traffic__small" x=px(facts_x) y=px(line)>{set.facts}</text>
        {set.targets.into_iter().map(chip).collect_view()}
        {set.rest.map(|text| view! { <text class="traffic__small" x=px(SET_X + 14.0) y=px(rest_y)>{text}</text> })}
    }
}

fn chip(chip: Chip) -> impl IntoView {
    let tone = chip.status.tone.slug();
    let place = format!("translate({} {})", px(chip.x + 8.0), px(chip.y + 7.0));
    view! {
        <rect class="traffic__target" data-tone=tone x=px(chip.x) y=px(chip.y) width=px(chip.width) height=px(CHIP_HEIGHT) rx="6"></rect>
        <path class="traffic__mark" data-tone=tone transform=place d=chip.status.icon.path()></path>
        <text class="traffic__small traffic__on-set" x=px(chip.x + 28.0) y=px(chip.y + 18.5)>{chip.text}</text>
    }
}

/// The same as a list, for a screen too small for the picture.
#[component]
fn Listing(picture: Picture) -> impl IntoView {
    let door = |door: DoorBox| {
        let shares = door.shares.into_iter().map(|(text, colour)| {
            view! { <span class="traffic__share" data-colour=colour_slug(colour)>{text}</span> }
        });
        view! { <li><b>{door.who}</b><span>{door.title}</span>{shares.collect_view()}</li> }
    };
    let set = |set: SetBox| {
        let targets = set.targets.into_iter().map(|chip| {
            let id = chip.text.split(' ').next().unwrap_or_default().to_owned();
            view! { <li>{id}<StatusMark status=chip.status/></li> }
        });
        view! {
            <li class="traffic__card" data-colour=colour_slug(set.colour)>
                <p>{set.colour.map(|colour| view! { <ColourMark colour/> })}<span>{set.facts}</span></p>
                <ul>{targets.collect_view()}</ul>
                {set.rest.map(|text| view! { <p class="muted">{text}</p> })}
            </li>
        }
    };
    view! {
        <div class="traffic__listing" aria-hidden="true">
            <ul class="traffic__doors">{picture.doors.into_iter().map(door).collect_view()}</ul>
            <ul class="traffic__cards">{picture.sets.into_iter().map(set).collect_view()}</ul>
        </div>
    }
}
