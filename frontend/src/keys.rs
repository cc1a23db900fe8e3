//! The keyboard: a key presses the control that names it in `aria-keyshortcuts`, so the controls on screen are
//! the only list of keys there is. The key help and the command palette read the same list.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::{
    model::Model,
    route::{Page, Picked},
    words,
};

/// The second key of `g s` must follow within this many milliseconds.
const CHORD: f64 = 1_500.0;

/// A control on screen that a key or the palette can press.
#[derive(Debug, Clone)]
pub struct Control {
    pub label: String,
    pub key: String,
    /// Why it is off, if it is.
    pub reason: Option<String>,
    element: HtmlElement,
}

impl Control {
    pub fn press(&self) {
        self.element.click();
    }
}

/// What the keys open.
#[derive(Clone, Copy)]
pub struct Panels {
    pub help: RwSignal<bool>,
    pub palette: RwSignal<bool>,
}

/// Listens for as long as the page is open.
pub fn listen(model: Model, panels: Panels) {
    let chord_at = Cell::new(f64::MIN);
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key().eq_ignore_ascii_case("k") && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            panels.palette.update(|open| *open = !*open);
            return;
        }
        let is_modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat();
        if is_modified || is_typing(&event) || has_dialog() {
            return;
        }
        let key = event.key();
        if words::real_now() - chord_at.replace(f64::MIN) < CHORD {
            if let Some(page) = chord(model, &key) {
                event.prevent_default();
                model.address.go(page);
            }
            return;
        }
        match key.as_str() {
            "g" => chord_at.set(words::real_now()),
            "?" => panels.help.set(true),
            _ => {
                if let Some(control) = controls().into_iter().find(|it| it.key == key) {
                    event.prevent_default();
                    control.press();
                }
            }
        }
    });
    on_cleanup(move || handle.remove());
}

fn chord(model: Model, key: &str) -> Option<Page> {
    let service = model.service.get_untracked();
    match key {
        "s" => Some(Page::Services),
        "r" => service.map(|service| Page::release(&service)),
        "c" => service.map(|service| Page::compare(&service, Picked::default())),
        "m" => service.map(|service| Page::machines(&service)),
        _ => None,
    }
}

/// The controls on screen that have a key, in their order.
pub fn controls() -> Vec<Control> {
    let Ok(list) = document().query_selector_all("[aria-keyshortcuts]") else { return Vec::new() };
    (0..list.length())
        .filter_map(|index| {
            let element: HtmlElement = list.item(index)?.dyn_into().ok()?;
            let label = element
                .get_attribute("data-label")
                .or_else(|| element.get_attribute("aria-label"))
                .or_else(|| element.text_content())?;
            let is_off = element.get_attribute("aria-disabled").as_deref() == Some("true");
            Some(Control {
                label,
                key: element.get_attribute("aria-keyshortcuts")?,
                reason: is_off.then(|| element.get_attribute("title").unwrap_or_default()),
                element,
            })
        })
        .collect()
}

fn has_dialog() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
