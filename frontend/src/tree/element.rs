//! An element in the making, and one that is made with everything that keeps it alive.

use leptos::{
    ev::EventDescriptor,
    html::ElementType,
    prelude::RenderEffect,
    tachys::{
        html::node_ref::NodeRefContainer,
        renderer::{
            Rndr,
            types::{Element, Node},
        },
    },
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Event;

use super::{
    Part, View,
    live::Mounted,
    value::{Given, Value, Valued},
};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element with what is in it.
pub struct Built {
    pub(super) element: Element,
    kept: Vec<Kept>,
}

/// What must live as long as its element.
#[expect(dead_code, reason = "kept, not read")]
enum Kept {
    Child(Mounted),
    Value(RenderEffect<Value>),
    Listener(Closure<dyn FnMut(Event)>),
}

/// What a value is for.
#[derive(Clone, Copy)]
enum For {
    Attribute,
    Class,
    Style,
    Property,
}

/// An element in the making.
#[must_use]
pub struct Tag(Built);

/// An element of the page, with the attributes that stand fixed.
pub fn html(name: &'static str, fixed: &[(&'static str, &'static str)]) -> Tag {
    make(name, None, fixed)
}

/// An element of a picture.
pub fn svg(name: &'static str, fixed: &[(&'static str, &'static str)]) -> Tag {
    make(name, Some(SVG), fixed)
}

fn make(name: &str, space: Option<&str>, fixed: &[(&'static str, &'static str)]) -> Tag {
    let element = Rndr::create_element(name, space);
    for (name, value) in fixed {
        Rndr::set_attribute(&element, name, value);
    }
    Tag(Built { element, kept: Vec::new() })
}

impl Tag {
    pub fn done(self) -> View {
        View::of(Part::Element(self.0))
    }

    pub fn text(self, text: &'static str) -> Self {
        let node: Node = Rndr::create_text_node(text).into();
        Rndr::insert_node(&self.0.element, &node, None);
        self
    }

    pub fn child(mut self, view: View) -> Self {
        let mut child = view.build();
        child.mount(&self.0.element, None);
        if child.is_alive() {
            self.0.kept.push(Kept::Child(child));
        }
        self
    }

    pub fn attribute(self, name: &'static str, value: impl Valued) -> Self {
        self.give(For::Attribute, name, value.given())
    }

    /// Has the class while the value holds.
    pub fn class(self, name: &'static str, value: impl Valued) -> Self {
        self.give(For::Class, name, value.given())
    }

    pub fn style(self, name: &'static str, value: impl Valued) -> Self {
        self.give(For::Style, name, value.given())
    }

    pub fn property(self, name: &'static str, value: impl Valued) -> Self {
        self.give(For::Property, name, value.given())
    }

    fn give(mut self, what: For, name: &'static str, given: Given) -> Self {
        let element = self.0.element.clone();
        match given {
            Given::Fixed(value) => put(&element, what, name, &value),
            Given::Live(mut value) => {
                self.0.kept.push(Kept::Value(RenderEffect::new(move |before: Option<Value>| {
                    let value = value();
                    if before.as_ref() != Some(&value) {
                        put(&element, what, name, &value);
                    }
                    value
                })));
            }
        }
        self
    }

    /// Listens for as long as the element is there.
    pub fn on<E>(self, event: E, mut handler: impl FnMut(E::EventType) + 'static) -> Self
    where
        E: EventDescriptor<EventType: JsCast>,
    {
        self.listen(&event.name(), Box::new(move |event: Event| handler(event.unchecked_into())))
    }

    fn listen(mut self, name: &str, handler: Box<dyn FnMut(Event)>) -> Self {
        let listener = Closure::wrap(handler);
        let _ = self.0.element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        self.0.kept.push(Kept::Listener(listener));
        self
    }

    /// Tells somebody of the element.
    pub fn node<E: ElementType>(self, node: impl NodeRefContainer<E>) -> Self {
        node.load(&self.0.element);
        self
    }
}

fn put(element: &Element, what: For, name: &'static str, value: &Value) {
    match (what, value) {
        (For::Attribute, Value::Text(text)) => Rndr::set_attribute(element, name, text),
        (For::Attribute, Value::Flag(true)) => Rndr::set_attribute(element, name, ""),
        (For::Attribute, _) => Rndr::remove_attribute(element, name),
        (For::Class, Value::Flag(true)) => Rndr::add_class(&Rndr::class_list(element), name),
        (For::Class, _) => Rndr::remove_class(&Rndr::class_list(element), name),
        (For::Style, Value::Text(text)) => Rndr::set_css_property(&Rndr::style(element), name, text),
        (For::Style, _) => Rndr::remove_css_property(&Rndr::style(element), name),
        (For::Property, Value::Text(text)) => Rndr::set_property(element, name, &JsValue::from_str(text)),
        (For::Property, Value::Flag(flag)) => Rndr::set_property(element, name, &JsValue::from_bool(*flag)),
        (For::Property, Value::Absent) => Rndr::set_property(element, name, &JsValue::UNDEFINED),
    }
}
