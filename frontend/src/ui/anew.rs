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
    // Counts the keys, so that one piece of code serves all of their types. A memo may run again for nothing.
    let counted = Memo::new(move |before: Option<&(u64, K)>| {
        key.with(|key| match before {
            Some((number, last)) if last == key => (*number, key.clone()),
            _ => (before.map_or(0, |(number, _)| number + 1), key.clone()),
        })
    });
    let number = Signal::derive(move || counted.with(|(number, _)| *number));
    numbered(number, Arc::new(move || content(counted.with_untracked(|(_, key)| key.clone()))))
}

fn numbered(number: Signal<u64>, content: Arc<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    view! { <For each=move || [number.get()] key=|number| *number children=move |_| content()/> }.into_any()
}
