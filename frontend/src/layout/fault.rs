//! When the page itself breaks: a visible way out of a panic.

use leptos::prelude::document;

/// Shows a panic to the person, who could only guess otherwise why nothing moves any more.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show();
    }));
}

fn show() {
    let document = document();
    if document.get_element_by_id("fault").is_some() {
        return;
    }
    let (Some(fault), Some(body)) = (element("div", "fault", ""), document.body()) else { return };
    fault.set_id("fault");
    let _ = fault.set_attribute("role", "alertdialog");
    let _ = fault.set_attribute("aria-label", "The page has stopped");
    let parts = [
        element("h2", "fault__title", "The page has stopped"),
        element("p", "", "This is a fault of the page. The release goes on without it, and nothing is lost."),
        element("a", "button", "Reload the page"),
    ];
    for part in parts.into_iter().flatten() {
        if part.tag_name() == "A" {
            let _ = part.set_attribute("href", "");
            // A target keeps the click with the browser: nothing of ours runs any more.
            let _ = part.set_attribute("target", "_self");
            let _ = part.set_attribute("data-kind", "primary");
        }
        let _ = fault.append_child(&part);
    }
    let _ = body.append_child(&fault);
}

fn element(tag: &str, class: &str, text: &str) -> Option<web_sys::Element> {
    let element = document().create_element(tag).ok()?;
    element.set_class_name(class);
    element.set_text_content(Some(text));
    Some(element)
}
