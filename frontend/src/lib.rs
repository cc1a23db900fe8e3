//! The page: Leptos, rendered in the browser. Read `live` and `model` first, then a page.

pub mod address;
pub mod api;
pub mod app;
pub mod command_state;
pub mod fetched;
pub mod json;
pub mod keys;
pub mod layout;
pub mod live;
pub mod model;
pub mod outdated;
pub mod page;
pub mod part;
pub mod prelude;
pub mod route;
pub mod ui;
pub mod view;
pub mod words;

/// Puts the page in the place of the shell that index.html paints.
pub fn start() {
    layout::fault::watch();
    leptos::mount::mount_to_body(app::App);
    if let Some(shell) = leptos::prelude::document().get_element_by_id("boot") {
        shell.remove();
    }
}
