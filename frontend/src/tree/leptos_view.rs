//! Lets a view stand where Leptos expects one of its own: components, `For`, and the page itself.

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::{AddAnyAttr, Mountable, Render, RenderHtml},
    tachys::{
        hydration::Cursor,
        renderer::types::{Element, Node},
        view::{Position, PositionState},
    },
};

use super::{View, live::Mounted};

impl Render for View {
    type State = Mounted;

    fn build(self) -> Mounted {
        View::build(self)
    }

    fn rebuild(self, state: &mut Mounted) {
        let mut after = View::build(self);
        state.insert_before(&mut after);
        state.unmount();
        *state = after;
    }
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        Self::unmount(self);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Self::mount(self, parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.insert_before(child)
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}

/// Attributes are given to elements, not to views.
impl AddAnyAttr for View {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

/// The page is drawn in the browser alone: there is no HTML to write or to take over.
impl RenderHtml for View {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Mounted {
        View::build(self)
    }

    fn into_owned(self) -> Self {
        self
    }
}
