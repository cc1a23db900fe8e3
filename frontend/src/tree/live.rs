//! Views on the page: put in, taken out, and changed where they stand.

use std::borrow::Cow;

use leptos::{
    prelude::{Mountable, Render, RenderEffect},
    tachys::{
        renderer::{
            Rndr,
            types::{Element, Node, Text},
        },
        view::any_view::AnyViewState,
    },
};

use super::{Part, View, element::Built};

/// A view that is built: its nodes, and what keeps them alive.
pub enum Mounted {
    Text(Text, Cow<'static, str>),
    Element(Box<Built>),
    Component(Box<AnyViewState>),
    Live(Live),
    Many(Vec<Mounted>),
}

/// Something that changes. Its content stands before a mark, which says where while there is none.
pub struct Live {
    mark: Node,
    content: RenderEffect<Mounted>,
}

impl View {
    pub(super) fn build(self) -> Mounted {
        match self.0.take() {
            Part::Nothing => Mounted::Many(Vec::new()),
            Part::Text(text) => Mounted::Text(Rndr::create_text_node(&text), text),
            Part::Element(built) => Mounted::Element(Box::new(built)),
            Part::Component(view) => Mounted::Component(Box::new(view.build())),
            Part::Live(view) => Mounted::Live(Live::new(view)),
            Part::Many(views) => Mounted::Many(views.into_iter().map(View::build).collect()),
        }
    }
}

impl Live {
    fn new(mut view: Box<dyn FnMut() -> View>) -> Self {
        let mark: Node = Rndr::create_placeholder().into();
        let place = mark.clone();
        let content = RenderEffect::new(move |before: Option<Mounted>| {
            let view = view();
            match before {
                None => view.build(),
                Some(before) => replace(before, view, &place),
            }
        });
        Self { mark, content }
    }
}

/// Puts a view in the place of what stood before the mark.
fn replace(mut before: Mounted, view: View, mark: &Node) -> Mounted {
    if let (Mounted::Text(node, old), Part::Text(new)) = (&mut before, &*view.0) {
        if old != new {
            Rndr::set_text(node, new);
            old.clone_from(new);
        }
        return before;
    }
    let mut after = view.build();
    if let Some(parent) = mark.parent_element() {
        after.mount(&parent, Some(mark));
    }
    before.unmount();
    after
}

impl Mounted {
    /// Whether it must be kept for as long as it is shown.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self, Self::Text(..)) && !matches!(self, Self::Many(parts) if parts.is_empty())
    }

    pub(super) fn mount(&mut self, parent: &Element, before: Option<&Node>) {
        match self {
            Self::Text(node, _) => Rndr::insert_node(parent, node, before),
            Self::Element(built) => Rndr::insert_node(parent, &built.element, before),
            Self::Component(state) => state.mount(parent, before),
            Self::Live(live) => {
                Rndr::insert_node(parent, &live.mark, before);
                let mark = live.mark.clone();
                live.content.with_value_mut(|content| content.mount(parent, Some(&mark)));
            }
            Self::Many(parts) => parts.iter_mut().for_each(|part| part.mount(parent, before)),
        }
    }

    pub(super) fn unmount(&mut self) {
        match self {
            Self::Text(node, _) => Rndr::remove(node),
            Self::Element(built) => Rndr::remove(&built.element),
            Self::Component(state) => state.unmount(),
            Self::Live(live) => {
                live.content.with_value_mut(Self::unmount);
                Rndr::remove(&live.mark);
            }
            Self::Many(parts) => parts.iter_mut().for_each(Self::unmount),
        }
    }

    /// Puts something of Leptos's before it; whether there is a place.
    pub(super) fn insert_before(&self, child: &mut dyn Mountable) -> bool {
        let before = |node: &Node, child: &mut dyn Mountable| {
            let parent = node.parent_element();
            if let Some(parent) = &parent {
                child.mount(parent, Some(node));
            }
            parent.is_some()
        };
        match self {
            Self::Text(node, _) => before(node, child),
            Self::Element(built) => before(&built.element, child),
            Self::Component(state) => state.insert_before_this(child),
            Self::Live(live) => {
                let has_content = live.content.with_value_mut(|content| content.insert_before(child));
                has_content == Some(true) || before(&live.mark, child)
            }
            Self::Many(parts) => parts.iter().any(|part| part.insert_before(child)),
        }
    }
}
