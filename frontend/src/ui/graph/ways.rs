//! The ways: lines, tips and labels. Those of one kind and light are one path, so that a thousand events redraw six.

use std::fmt::Write;

use viridian_graph::{EdgeKind, EdgeLight, NodeKind, shortened};

use super::{Shown, drawn::Drawn};
use crate::prelude::*;

/// What a way is drawn as, the uppermost last.
const LIGHTS: [&str; 4] = ["plain", "not-taken", "ahead", "taken"];

fn slug(light: Option<EdgeLight>) -> &'static str {
    match light {
        None => "plain",
        Some(EdgeLight::NotTaken) => "not-taken",
        Some(EdgeLight::Ahead) => "ahead",
        Some(EdgeLight::Taken(_)) => "taken",
    }
}

/// Lines and tips of the ways for which something holds.
fn paths(drawn: &Drawn, fits: impl Fn(usize) -> bool) -> (String, String) {
    let (mut lines, mut tips) = (String::new(), String::new());
    for (number, way) in drawn.layout.ways.iter().enumerate() {
        if fits(number) {
            lines.push_str(&way.line());
            tips.push_str(&way.tip());
        }
    }
    (lines, tips)
}

/// All of them.
#[component]
pub fn Ways(shown: Shown) -> impl IntoView {
    let (width, height) = shown.drawn.with_value(|it| (it.layout.width, it.layout.height));
    let count = shown.drawn.with_value(|it| it.graph.edges.len());
    let lights = Memo::new(move |_| {
        let of = |edge: usize| shown.light.with(|it| it.as_ref().and_then(|it| it.edges.get(edge).copied()));
        (0..count).map(of).collect::<Vec<_>>()
    });
    let layer = move |light: &'static str, is_catch: bool| {
        let paths = Memo::new(move |_| {
            shown.drawn.with_value(|it| {
                lights.with(|lights| {
                    paths(it, |number| {
                        let kind = it.graph.edges.get(number).map(|it| it.kind);
                        (kind == Some(EdgeKind::Catch)) == is_catch
                            && slug(lights.get(number).copied().flatten()) == light
                    })
                })
            })
        });
        view! {
            <g class="graph__ways" data-light=light data-catch=is_catch.then_some("true")>
                <path class="graph__line" d=move || paths.with(|it| it.0.clone())></path>
                <path class="graph__tip" d=move || paths.with(|it| it.1.clone())></path>
            </g>
        }
    };
    let layers = LIGHTS.map(|light| view! { {layer(light, true)}{layer(light, false)} }).collect_view();
    let picked = move || {
        let picked = shown.picked.get();
        shown.drawn.with_value(|it| {
            let is_own = |number: usize| {
                let ends = it.graph.edges.get(number).map(|it| [it.from, it.to]);
                picked.zip(ends).is_some_and(|(picked, ends)| ends.contains(&picked))
            };
            paths(it, is_own).0
        })
    };
    let labels = (0..count).filter_map(|edge| label(shown, lights, edge)).collect_view();
    view! {
        <svg class="graph__lines" aria-hidden="true" width=width height=height viewBox=format!("0 0 {width} {height}")>
            <path class="graph__picked" d=picked></path>
            {layers}
            {shown.drawn.with_value(|it| start(it))}
            {shown.drawn.with_value(|it| tries(it))}
        </svg>
        <div aria-hidden="true">{labels}</div>
    }
}

/// The dot where it begins, and the way from there.
fn start(drawn: &Drawn) -> Option<AnyView> {
    let (dot, way) = drawn.layout.start.as_ref()?;
    let middle = dot.middle();
    let view = view! {
        <g class="graph__ways" data-light="taken">
            <circle class="graph__dot" cx=middle.x cy=middle.y r=dot.width / 2.0></circle>
            <path class="graph__line" d=way.line()></path>
            <path class="graph__tip" d=way.tip()></path>
        </g>
    };
    Some(view.into_any())
}

/// A small circle at each state that is tried again by itself.
fn tries(drawn: &Drawn) -> AnyView {
    let mut line = String::new();
    for (node, place) in drawn.graph.nodes.iter().zip(&drawn.layout.nodes) {
        if node.kind != NodeKind::Choice && node.retries().next().is_some() {
            let (x, y) = (place.x + place.width, place.y + place.height.min(60.0) / 2.0);
            let _ = write!(line, "M{x} {}c11 0 11 14 1 14m4 -4l-4 4l4 4", y - 7.0);
        }
    }
    view! { <path class="graph__tries" d=line></path> }.into_any()
}

fn label(shown: Shown, lights: Memo<Vec<Option<EdgeLight>>>, edge: usize) -> Option<impl IntoView> {
    let (own, place) = shown
        .drawn
        .with_value(|it| Some((it.graph.edges.get(edge)?.clone(), it.layout.ways.get(edge)?.label?)))?;
    let light = move || slug(lights.with(|it| it.get(edge).copied().flatten()));
    let pixels = |length: f64| format!("{length}px");
    Some(view! {
        <span
            class="graph__label"
            data-light=light
            data-catch=(own.kind == EdgeKind::Catch).then_some("true")
            title=own.label.clone()
            style:left=pixels(place.x)
            style:top=pixels(place.y)
            style:width=pixels(place.width)
            style:height=pixels(place.height)
        >
            {shortened(&own.label)}
        </span>
    })
}
