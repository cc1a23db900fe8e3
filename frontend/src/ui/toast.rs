//! Short messages that come and go, read out by a screen reader.

use crate::prelude::*;

/// How long a message stays.
const STAY: std::time::Duration = std::time::Duration::from_secs(7);
/// Messages shown at a time.
const AT_ONCE: usize = 3;

/// The messages on screen, handed to every component by context.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<(u64, String)>>,
    next: StoredValue<u64>,
}

impl Toasts {
    pub fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    pub fn show(self, text: impl Into<String>) {
        let (text, number) = (text.into(), self.next.get_value());
        self.next.set_value(number + 1);
        self.list.try_update(|list| {
            list.retain(|(_, other)| *other != text);
            list.push((number, text));
            let surplus = list.len().saturating_sub(AT_ONCE);
            list.drain(..surplus);
        });
        set_timeout(
            move || {
                self.list.try_update(|list| list.retain(|(it, _)| *it != number));
            },
            STAY,
        );
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the messages appear.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts: Toasts = expect_context();
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
            <For each=move || toasts.list.get() key=|(number, _)| *number let:toast>
                <p class="toasts__one">{toast.1}</p>
            </For>
        </div>
    }
}
