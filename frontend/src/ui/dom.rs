//! Elements made by hand, for what is drawn many times a second. Everything else is a view.

use std::time::Duration;

use leptos::{
    leptos_dom::helpers::request_idle_callback_with_handle,
    prelude::set_timeout,
    tachys::renderer::{
        Rndr,
        types::{Element, Node},
    },
};

/// How long is waited for a browser that cannot say when it is idle.
const SOON: Duration = Duration::from_secs(2);

/// A new element of a class.
pub fn element(tag: &str, class: &str) -> Element {
    let element = Rndr::create_element(tag, None);
    if !class.is_empty() {
        set(&element, "class", class);
    }
    element
}

/// A new element that holds a text.
pub fn labelled(tag: &str, class: &str, text: &str) -> Element {
    let element = element(tag, class);
    add_text(&element, text);
    element
}

pub fn set(element: &Element, name: &str, value: &str) {
    Rndr::set_attribute(element, name, value);
}

/// Sets a property of its style; a style sheet alone cannot know it.
pub fn style(element: &Element, name: &str, value: &str) {
    Rndr::set_css_property(&Rndr::style(element), name, value);
}

pub fn add(parent: &Element, child: &Node) {
    Rndr::insert_node(parent, child, None);
}

pub fn add_text(parent: &Element, text: &str) {
    add(parent, &Rndr::create_text_node(text));
}

pub fn remove(node: &Node) {
    Rndr::remove(node);
}

/// Runs something when the browser has nothing else to do; soon, where a browser cannot tell.
pub fn when_idle(run: impl Fn() + Clone + 'static) {
    let otherwise = run.clone();
    if request_idle_callback_with_handle(run).is_err() {
        set_timeout(otherwise, SOON);
    }
}
