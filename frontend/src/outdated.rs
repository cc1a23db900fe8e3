//! A page that is older than its server: it is loaded anew, when nobody is in the middle of something.

use std::cell::RefCell;

use leptos::prelude::{document, window};

thread_local! {
    static BUILD: RefCell<Option<String>> = const { RefCell::new(None) };
    static IS_OUTDATED: RefCell<bool> = const { RefCell::new(false) };
}

/// Remembers the server's build, and reloads when it changes: the page is then older than the server.
pub fn reload_if_other_build(build: &str) {
    let is_other = BUILD.with_borrow_mut(|first| *first.get_or_insert_with(|| build.to_owned()) != build);
    if is_other {
        IS_OUTDATED.replace(true);
        reload_when_idle();
    }
}

/// Reloads an outdated page, but not under somebody's hands: an open dialog is waited for.
pub fn reload_when_idle() {
    let is_outdated = IS_OUTDATED.with_borrow(|it| *it);
    if is_outdated && matches!(document().query_selector("dialog[open]"), Ok(None)) {
        let _ = window().location().reload();
    }
}
