//! What the address of the page holds: machine, execution, the way to look at it, the state.

use viridian_shared::route::segment;

use crate::{
    model::model,
    prelude::*,
    route::{Page, picked},
};

const NAMES: [&str; 4] = ["machine", "execution", "look", "state"];

/// What the address holds under a name.
pub fn named(name: &'static str) -> Memo<Option<String>> {
    let model = model();
    Memo::new(move |_| {
        model.address.with(|page| match page {
            Some(Page::Machines { picked: query, .. }) => picked(query, name),
            _ => None,
        })
    })
}

/// The page with another value under a name, or with none. Wherever it is shown it changes with the address.
pub fn with(name: &'static str, value: Option<String>) -> Option<Page> {
    let Some(Page::Machines { service, picked: query }) = model().address.page() else { return None };
    let kept = |own: &str| if own == name { value.clone() } else { picked(&query, own) };
    let mut changed = String::new();
    for own in NAMES {
        if let Some(value) = kept(own) {
            let mark = if changed.is_empty() { '?' } else { '&' };
            changed.push(mark);
            changed.push_str(own);
            changed.push('=');
            changed.push_str(&segment(&value));
        }
    }
    Some(Page::Machines { service, picked: changed })
}
