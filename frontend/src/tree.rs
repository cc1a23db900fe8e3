//! The tree of elements that `view!` writes: built at once, by calls that know no types.
//!
//! A [`View`] is something that can stand on the page: a text, an element with everything in it, something that
//! changes by itself, or several of them. Whatever can stand in braces is a [`Child`]. What changes is one boxed
//! closure behind one effect of Leptos's reactive graph: when it runs again, a text stays the same node, and
//! anything else is built anew in its place. Lists that must keep their elements are `For`.
//!
//! Components stay Leptos's: [`leptos`] lets a view be what a component gives, and a component what stands in a view.

mod child;
mod element;
mod leptos_view;
mod live;
mod value;

use std::borrow::Cow;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;

use self::element::Built;
pub use self::{
    child::{Child, CollectView},
    element::{Tag, html, svg},
    value::{Given, Value, Valued},
};

/// Something that can stand on the page.
pub struct View(SendWrapper<Part>);

enum Part {
    Nothing,
    Text(Cow<'static, str>),
    Element(Built),
    /// What a component gives.
    Component(AnyView),
    Live(Box<dyn FnMut() -> View>),
    Many(Vec<View>),
}

impl View {
    fn of(part: Part) -> Self {
        Self(SendWrapper::new(part))
    }

    pub fn nothing() -> Self {
        Self::of(Part::Nothing)
    }

    pub fn many(views: Vec<View>) -> Self {
        Self::of(Part::Many(views))
    }

    /// What changes whenever something that it reads does.
    pub fn live(view: Box<dyn FnMut() -> View>) -> Self {
        Self::of(Part::Live(view))
    }
}

impl From<&'static str> for View {
    fn from(text: &'static str) -> Self {
        Self::of(Part::Text(Cow::Borrowed(text)))
    }
}

impl From<String> for View {
    fn from(text: String) -> Self {
        Self::of(Part::Text(Cow::Owned(text)))
    }
}
