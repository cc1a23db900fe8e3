//! Content that belongs to one thing: for another it is built anew, and none of the elements before is used again.
//! (Leptos changes in place what has the same form, with all that a browser keeps of it: what is open, how far it is
//! scrolled, what was drawn into it by hand.)

use std::sync::Arc;

use crate::prelude::*;

/// The content for the key of now.
pub fn anew<K>(key: Memo<K>, content: impl Fn(K) -> AnyView + Send + Sync + 'static) -> AnyView
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    // Counts the keys, so that one piece of code serves all of their types.
    let number = Memo::new(move |before: Option<&u64>| {
        // Read and not only followed: a key that is read by somebody else first would count as another one.
        key.with(|_| ());
        before.map_or(0, |number| number + 1)
    });
    numbered(number, Arc::new(move || content(key.get_untracked())))
}

fn numbered(number: Memo<u64>, content: Arc<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || [number.get()] key=|number| *number children=move |_| content()/> }.into_any()
}
