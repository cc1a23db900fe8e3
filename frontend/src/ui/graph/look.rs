//! How the graph is looked at: how large, which part, and whether it follows the execution. None of it changes where
//! anything is drawn.

use leptos::html::Div;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, WheelEvent};

use super::{Shown, keys};
use crate::prelude::*;

/// The smallest and the largest scale, and the smallest one that is begun with.
const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 2.0;
const READABLE: f64 = 0.9;

/// Copies share their state.
#[derive(Clone, Copy)]
pub struct Look {
    shown: Shown,
    frame: NodeRef<Div>,
    pub(super) scale: RwSignal<f64>,
    pub(super) follows: RwSignal<bool>,
    /// The state that the Tab key leads to.
    pub(super) current: RwSignal<usize>,
    /// Where the mouse took hold of the paper, and where that was scrolled to.
    grasped: StoredValue<Option<(i32, i32, i32, i32)>>,
}

impl Look {
    pub(super) fn new(shown: Shown, frame: NodeRef<Div>) -> Self {
        let start = shown.picked.get_untracked().unwrap_or_default();
        let look = Self {
            shown,
            frame,
            scale: RwSignal::new(1.0),
            follows: RwSignal::new(true),
            current: RwSignal::new(start),
            grasped: StoredValue::new(None),
        };
        frame.on_load(move |_| request_animation_frame(move || look.begin()));
        let here = Memo::new(move |_| look.here());
        Effect::new(move |before: Option<Option<usize>>| {
            let here = here.get();
            let has_moved = before.is_some_and(|before| before != here);
            if let Some(node) = here.filter(|_| has_moved && look.follows.get_untracked()) {
                look.show(node);
            }
            here
        });
        look
    }

    /// The first of the states where the execution is.
    fn here(self) -> Option<usize> {
        self.shown.light.with(|light| {
            let light = light.as_ref()?;
            self.shown.drawn.with_value(|it| light.here(&it.graph).next())
        })
    }

    /// Where to look first: at what is picked, at what is under way, at what went wrong, else at the beginning.
    fn begin(self) {
        let Some(frame) = self.frame.try_get_untracked().flatten() else { return };
        let width = self.shown.drawn.with_value(|it| it.layout.width);
        self.scale.set((f64::from(frame.client_width()) / width).clamp(READABLE, 1.0));
        let failed = || {
            self.shown.light.with_untracked(|light| {
                let nodes = &light.as_ref()?.nodes;
                nodes.iter().position(|it| it.state == viridian_graph::State::Failed)
            })
        };
        let first = self.shown.picked.get_untracked().or_else(|| untrack(|| self.here())).or_else(failed);
        let first = first.unwrap_or_default();
        self.current.set(first);
        request_animation_frame(move || self.show(first));
    }

    /// Brings a state to the middle.
    pub(super) fn show(self, node: usize) {
        let place = self.shown.drawn.try_with_value(|it| it.layout.nodes.get(node).copied()).flatten();
        let (Some(frame), Some(place), Some(scale)) =
            (self.frame.try_get_untracked().flatten(), place, self.scale.try_get_untracked())
        else {
            return;
        };
        let (width, height) = (f64::from(frame.client_width()), f64::from(frame.client_height()));
        let left = place.middle().x * scale - width / 2.0;
        // Of a state that holds others the head is what is looked for.
        let top = (place.y + place.height.min(120.0) / 2.0) * scale - height / 2.0;
        let options = web_sys::ScrollToOptions::new();
        options.set_left(left.max(0.0));
        options.set_top(top.max(0.0));
        frame.scroll_to_with_scroll_to_options(&options);
    }

    /// Changes the scale; what is in the middle stays there.
    pub(super) fn zoom(self, by: f64) {
        self.zoom_to(self.scale.get_untracked() * by);
    }

    fn zoom_to(self, scale: f64) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let (before, scale) = (self.scale.get_untracked(), scale.clamp(SMALLEST, LARGEST));
        let middle = |scrolled: i32, size: i32| (f64::from(scrolled) + f64::from(size) / 2.0) / before;
        let (x, y) = (
            middle(frame.scroll_left(), frame.client_width()),
            middle(frame.scroll_top(), frame.client_height()),
        );
        self.scale.set(scale);
        request_animation_frame(move || {
            frame.set_scroll_left(whole(x * scale - f64::from(frame.client_width()) / 2.0));
            frame.set_scroll_top(whole(y * scale - f64::from(frame.client_height()) / 2.0));
        });
    }

    /// Makes all of it fit, and back to a readable size.
    pub(super) fn fit(self) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let (width, height) = self.shown.drawn.with_value(|it| (it.layout.width, it.layout.height));
        let room = document().document_element().map_or(600.0, |it| f64::from(it.client_height()) * 0.7);
        self.follows.set(false);
        self.zoom_to((f64::from(frame.client_width()) / width).min(room / height).min(1.0));
    }

    pub(super) fn toggle_follow(self) {
        self.follows.update(|follows| *follows = !*follows);
        if let Some(node) = untrack(|| self.here()).filter(|_| self.follows.get_untracked()) {
            self.show(node);
        }
    }

    /// Goes to a state by the keyboard.
    fn go(self, node: usize) {
        self.follows.set(false);
        self.current.set(node);
        let element =
            document().get_element_by_id(&id(node)).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            let _ = element.focus();
            self.show(node);
        }
    }

    pub(super) fn press(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let current = self.current.get_untracked();
        let key = event.key();
        let next = match key.as_str() {
            "Escape" if self.shown.picked.get_untracked().is_some() => {
                event.prevent_default();
                self.shown.pick.run(None);
                return;
            }
            "Home" => Some(0),
            "End" => untrack(|| self.here()),
            key => keys::direction(key).and_then(|way| {
                self.shown.light.with_untracked(|light| {
                    self.shown.drawn.with_value(|drawn| keys::beside(drawn, light.as_deref(), current, way))
                })
            }),
        };
        if matches!(key.as_str(), "Home" | "End") || keys::direction(&key).is_some() {
            event.prevent_default();
        }
        if let Some(node) = next {
            self.go(node);
        }
    }

    pub(super) fn wheel(self, event: &WheelEvent) {
        self.follows.set(false);
        if event.ctrl_key() {
            event.prevent_default();
            self.zoom(if event.delta_y() < 0.0 { 1.1 } else { 0.9 });
        }
    }

    /// Takes hold of the paper with the mouse; fingers scroll by themselves.
    pub(super) fn grasp(self, event: &PointerEvent) {
        let is_on_node = event
            .target()
            .and_then(|it| it.dyn_into::<Element>().ok())
            .is_some_and(|it| matches!(it.closest("button"), Ok(Some(_))));
        if event.pointer_type() != "mouse" || event.button() != 0 || is_on_node {
            return;
        }
        let Some(frame) = self.frame.get_untracked() else { return };
        self.follows.set(false);
        let _ = frame.set_pointer_capture(event.pointer_id());
        let at = (event.client_x(), event.client_y(), frame.scroll_left(), frame.scroll_top());
        self.grasped.set_value(Some(at));
    }

    pub(super) fn drag(self, event: &PointerEvent) {
        let (Some((x, y, left, top)), Some(frame)) = (self.grasped.get_value(), self.frame.get_untracked())
        else {
            return;
        };
        frame.set_scroll_left(left + x - event.client_x());
        frame.set_scroll_top(top + y - event.client_y());
    }

    pub(super) fn release(self, event: &PointerEvent) {
        if self.grasped.get_value().is_some() {
            self.grasped.set_value(None);
            if let Some(frame) = self.frame.get_untracked() {
                let _ = frame.release_pointer_capture(event.pointer_id());
            }
        }
    }
}

/// The id of a state's element.
pub(super) fn id(node: usize) -> String {
    format!("graph-state-{node}")
}

#[expect(clippy::cast_possible_truncation, reason = "a length of the screen")]
fn whole(length: f64) -> i32 {
    length.round() as i32
}
