//! Lists of pictures for several widths, as `srcset` writes them.

use super::{Links, Use};

/// The list with the places of what was captured; `None` when nothing of it was.
pub(super) fn clean(list: &str, links: &mut Links<'_>) -> Option<String> {
    let mut kept = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|it: char| it.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        // A comma at the end of an address ends the candidate.
        let bare = address.trim_end_matches(',');
        let descriptor = if bare.len() < address.len() {
            rest = after;
            ""
        } else {
            let end = after.find(',').unwrap_or(after.len());
            let (descriptor, next) = after.split_at(end);
            rest = next;
            descriptor.trim()
        };
        let is_plain = descriptor.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.' || it == b' ');
        if let Some(place) = links.place(bare, Use::Image)
            && is_plain
            && !place.contains([',', ' '])
        {
            kept.push(if descriptor.is_empty() { place } else { format!("{place} {descriptor}") });
        }
    }
    (!kept.is_empty()).then(|| kept.join(", "))
}
