//! The address bar as a signal: which page it names, and links that change it without a reload.
//!
//! Links are plain `<a href>` everywhere, so that they open in a new tab, can be copied, and work with a mouse wheel.
//! One listener takes the plain clicks on those that lead to a page of ours; all others are the browser's.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, HtmlElement, MouseEvent};

use crate::route::Page;

/// Where the browser is. None for an address that leads nowhere.
#[derive(Clone, Copy)]
pub struct Address(RwSignal<Option<Page>>);

impl Address {
    /// Listens for as long as the page is open.
    pub fn watch() -> Self {
        let address = Self(RwSignal::new(read()));
        window_event_listener(leptos::ev::popstate, move |_| address.0.set(read()));
        window_event_listener(leptos::ev::click, move |event| address.follow(&event));
        address
    }

    pub fn page(self) -> Option<Page> {
        self.0.get()
    }

    pub fn with<T>(self, of: impl FnOnce(Option<&Page>) -> T) -> T {
        self.0.with(|page| of(page.as_ref()))
    }

    /// Goes to a page; *Back* leads here again.
    pub fn go(self, page: Page) {
        if self.0.with_untracked(|here| here.as_ref() == Some(&page)) {
            return;
        }
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&page.path()));
        }
        let stays = self.0.with_untracked(|here| here.as_ref().is_some_and(|here| here.is_beside(&page)));
        self.0.set(Some(page));
        if !stays {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            focus_content();
        }
    }

    /// Changes what the address says of the page that is open; *Back* does not undo it.
    pub fn amend(self, page: Page) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&page.path()));
        }
        self.0.set(Some(page));
    }

    fn follow(self, event: &MouseEvent) {
        let is_special = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.button() != 0 || is_special || event.default_prevented() {
            return;
        }
        if let Some(page) = event.target().and_then(|it| it.dyn_into().ok()).and_then(page_of_link) {
            event.prevent_default();
            // A tab changes how something is looked at: *Back* leads to what was looked at before.
            if event.target().and_then(|it| it.dyn_into::<Element>().ok()).is_some_and(|it| is_tab(&it)) {
                self.amend(page);
            } else {
                self.go(page);
            }
        }
    }
}

/// The page that a click on this element leads to, if it stands in a link to one.
fn page_of_link(element: Element) -> Option<Page> {
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let is_ours = Some(link.origin()) == window().location().origin().ok();
    let is_elsewhere = !link.target().is_empty() || link.has_attribute("download");
    if !is_ours || is_elsewhere || !link.hash().is_empty() {
        return None;
    }
    Page::parse(&link.pathname(), &link.search())
}

fn is_tab(element: &Element) -> bool {
    matches!(element.closest("a[data-tab]"), Ok(Some(_)))
}

fn read() -> Option<Page> {
    let location = window().location();
    Page::parse(&location.pathname().ok()?, &location.search().ok()?)
}

/// A reader who follows a link goes on at the new page's beginning, not where the old link was.
fn focus_content() {
    let main = document().get_element_by_id("main").and_then(|main| main.dyn_into::<HtmlElement>().ok());
    if let Some(main) = main {
        let _ = main.focus();
    }
}
