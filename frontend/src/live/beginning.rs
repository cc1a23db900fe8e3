//! What the server wrote into the page itself: the messages with which the stream would begin.

use leptos::prelude::document;

use super::message::Lines;

/// Hands on the data of each message, and tells the id from which the stream goes on, where there is one.
pub fn read(mut take: impl FnMut(&str)) -> Option<String> {
    let told = document().get_element_by_id("beginning")?;
    let text = told.text_content()?;
    told.remove();
    let mut last_id = None;
    for message in Lines::default().push(&text) {
        take(&message.data);
        last_id = message.id.or(last_id);
    }
    last_id
}
