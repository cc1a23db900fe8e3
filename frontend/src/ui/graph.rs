//! A state machine as a graph, in the light of an execution where there is one. It knows definitions and events and
//! nothing of what they are for: whoever shows it says which state is picked, and is told of another.

mod drawn;
mod keys;
pub mod look;
pub mod node;
pub mod told;
pub mod ways;

use std::sync::Arc;

use leptos::html::Div;
use viridian_graph::Light;

pub use self::{
    drawn::Drawn,
    told::{length, of_state, standing, summary, word},
};
use self::{look::Look, node::NodeBox, ways::Ways};
use crate::{
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        sheet::adopt,
    },
};

/// What is shown of a machine. Copies share their state.
#[derive(Clone, Copy)]
pub struct Shown {
    pub drawn: StoredValue<Arc<Drawn>>,
    /// None where no execution is looked at.
    pub light: Memo<Option<Arc<Light>>>,
    /// The state that is picked.
    pub picked: Memo<Option<usize>>,
    /// Told of a state that is picked by hand, and of none.
    pub pick: Callback<Option<usize>>,
    /// Milliseconds since 1970 on the clock that the events are told by.
    pub now: Signal<i64>,
}

/// The graph with the ways to look at it.
#[component]
pub fn MachineGraph(shown: Shown, #[prop(into)] label: Signal<String>) -> impl IntoView {
    adopt(include_str!("graph/graph.css"));
    let frame = NodeRef::<Div>::new();
    let look = Look::new(shown, frame);
    let (width, height) = shown.drawn.with_value(|it| (it.layout.width, it.layout.height));
    let nodes = shown.drawn.with_value(|it| it.graph.nodes.len());
    let pixels = |length: f64| move || format!("{}px", (length * look.scale.get()).ceil());
    let percent = Signal::derive(move || format!("{} %", (look.scale.get() * 100.0).round()));
    let has_light = Memo::new(move |_| shown.light.with(Option::is_some));
    let is_live = Memo::new(move |_| shown.light.with(|it| it.as_ref().is_some_and(|it| !it.is_over)));
    let step = move |label: &'static str, sign: &'static str, by: f64| {
        view! { <button type="button" class="button" data-kind="quiet" aria-label=label title=label on:click=move |_| look.zoom(by)>{sign}</button> }
    };
    let follow = move || {
        view! {
            <button type="button" class="button" data-kind="quiet" aria-pressed=move || look.follows.get().to_string() on:click=move |_| look.toggle_follow()>
                "Follow"
            </button>
        }
    };
    view! {
        <div class="graph" data-lit=move || has_light.get().to_string()>
            <div class="graph__bar" role="group" aria-label="Size of the graph">
                {step("Smaller", "−", 0.8)}
                <span class="graph__percent number" aria-live="polite">{move || percent.get()}</span>
                {step("Larger", "+", 1.25)}
                <Button label="Whole" kind=ButtonKind::Quiet on_press=move |()| look.fit()/>
                <Show when=move || is_live.get()>{follow()}</Show>
                <span class="graph__hint muted">"Arrow keys walk, Enter picks"</span>
            </div>
            <div
                class="graph__frame"
                role="group"
                aria-label=move || label.get()
                node_ref=frame
                on:keydown=move |event| look.press(&event)
                on:wheel=move |event| look.wheel(&event)
                on:pointerdown=move |event| look.grasp(&event)
                on:pointermove=move |event| look.drag(&event)
                on:pointerup=move |event| look.release(&event)
                on:pointercancel=move |event| look.release(&event)
            >
                <div class="graph__sheet" style:width=pixels(width) style:height=pixels(height)>
                    <div
                        class="graph__paper"
                        style:width=format!("{width}px")
                        style:height=format!("{height}px")
                        style:transform=move || format!("scale({})", look.scale.get())
                    >
                        <Ways shown/>
                        {(0..nodes).map(|node| view! { <NodeBox shown look node/> }).collect_view()}
                    </div>
                </div>
            </div>
        </div>
    }
}
