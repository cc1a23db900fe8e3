//! Where in a page something is, as a CSS selector and what of it.

use super::json::{Node, Pointer, Value};

/// The exact place, and the spot without counting.
pub(super) fn of(root: &Node<'_>, pointer: &Pointer) -> (String, String) {
    let (mut exact, mut spot, mut at) = (Vec::new(), Vec::new(), Some(root));
    let mut suffix = String::new();
    exact.extend(label(root));
    spot.extend(label(root));
    let segments: Vec<_> = pointer.segments().collect();
    let mut rest = segments.iter().map(AsRef::as_ref);
    while let Some(name) = rest.next() {
        match name {
            "children" => {
                let index = rest.next().and_then(|it| it.parse::<usize>().ok());
                let (Some(parent), Some(index)) = (at, index) else { continue };
                let Some(Value::Array(children)) = parent.get("children").map(|it| &it.value) else {
                    continue;
                };
                at = children.get(index);
                match at.and_then(label) {
                    Some(label) => {
                        exact.push(counted(children, index, &label));
                        spot.push(label);
                    }
                    None => " text".clone_into(&mut suffix),
                }
            }
            "attributes" => suffix = rest.next().map(|it| format!(" @{it}")).unwrap_or_default(),
            other => suffix = format!(" @{other}"),
        }
    }
    (exact.join(" > ") + &suffix, spot.join(" > ") + &suffix)
}

/// `tag`, or `tag#id`.
fn label(node: &Node<'_>) -> Option<String> {
    let word = |key| match node.get(key).map(|it| &it.value) {
        Some(Value::String(text)) => Some(text.to_string()),
        _ => None,
    };
    let tag = word("tag")?;
    Some(match word("id") {
        Some(id) => format!("{tag}#{id}"),
        None => tag,
    })
}

/// With its number among siblings of the same label, where there are several.
fn counted(children: &[Node<'_>], index: usize, own: &str) -> String {
    let same: Vec<_> =
        (0..children.len()).filter(|it| label(&children[*it]).as_deref() == Some(own)).collect();
    match same.iter().position(|it| *it == index) {
        Some(nth) if same.len() > 1 => format!("{own}:nth-of-type({})", nth + 1),
        _ => own.to_owned(),
    }
}
