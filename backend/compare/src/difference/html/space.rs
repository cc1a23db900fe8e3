//! Which spaces of a page a browser shows: one of a run, and none at the edges of a block.

use ego_tree::NodeRef;
use scraper::Node;

/// Elements that stand in a line with the text around them.
const INLINE: [&str; 46] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "canvas", "cite", "code", "data", "del",
    "dfn", "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "meter", "output", "picture",
    "progress", "q", "ruby", "s", "samp", "select", "small", "span", "strike", "strong", "sub", "sup", "svg",
    "textarea", "time", "tt", "u", "var", "video", "wbr",
];

/// A text as it is shown at its place.
pub(super) fn shown(text: &str, at: NodeRef<'_, Node>) -> String {
    let mut shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let keeps = |beside: Option<NodeRef<'_, Node>>| is_inline(beside.or(at.parent()));
    let has_first = text.starts_with(char::is_whitespace) && keeps(before(at));
    let has_last = text.ends_with(char::is_whitespace) && keeps(after(at));
    if shown.is_empty() {
        return if has_first && has_last { " ".to_owned() } else { shown };
    }
    if has_first {
        shown.insert(0, ' ');
    }
    if has_last {
        shown.push(' ');
    }
    shown
}

/// What stands before, comments left out.
fn before(at: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    at.prev_siblings().find(|it| !it.value().is_comment())
}

fn after(at: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    at.next_siblings().find(|it| !it.value().is_comment())
}

fn is_inline(node: Option<NodeRef<'_, Node>>) -> bool {
    match node.map(|it| it.value()) {
        Some(Node::Text(_)) => true,
        Some(Node::Element(element)) => is_inline_name(element.name()),
        _ => false,
    }
}

/// Whether an element stands in a line with the text around it.
pub(super) fn is_inline_name(name: &str) -> bool {
    INLINE.contains(&name)
}
