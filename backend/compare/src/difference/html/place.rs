//! Where in a page something is, as a CSS selector and what of it.

use super::json::{Kind, Node, Pointer};

/// The exact place, and the spot without counting.
pub(super) fn of(root: Node<'_>, pointer: &Pointer) -> (String, String) {
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
                let Some(children) = parent.get("children") else { continue };
                let children: Vec<_> = children.children().collect();
                at = children.get(index).copied();
                match at.and_then(label) {
                    Some(label) => {
                        exact.push(counted(&children, index, &label));
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
fn label(node: Node<'_>) -> Option<String> {
    let word = |key| node.get(key).filter(|it| it.kind() == Kind::String).map(Node::text);
    let tag = word("tag")?;
    Some(match word("id") {
        Some(id) => format!("{tag}#{id}"),
        None => tag.into_owned(),
    })
}

/// With its number among siblings of the same label, where there are several.
fn counted(children: &[Node<'_>], index: usize, own: &str) -> String {
    let mut same = (0..children.len()).filter(|it| label(children[*it]).as_deref() == Some(own));
    match (same.clone().position(|it| it == index), same.nth(1)) {
        (Some(nth), Some(_)) => format!("{own}:nth-of-type({})", nth + 1),
        _ => own.to_owned(),
    }
}
