//! Which spaces of a page a browser shows: one of a run, and none at the edges of a block.

use ego_tree::NodeRef;
use scraper::Node;

/// Elements that begin and end a line of their own, as HTML's suggested styles have it. Every other one, unknown
/// ones among them, stands in a line with the text around it.
const BLOCK: [&str; 66] = [
    "address",
    "article",
    "aside",
    "base",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "rp",
    "rt",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "xmp",
    "frame",
    "param",
    "source",
];
/// Elements of which nothing is shown where they stand: the text around them meets.
const UNSHOWN: [&str; 6] = ["link", "meta", "noembed", "script", "style", "template"];
/// What HTML takes for a space. A no-break space or an ideographic one is a letter like others.
const SPACES: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];

/// The words of a text as HTML parts them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(SPACES).filter(|word| !word.is_empty())
}

/// Without the spaces around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(SPACES)
}

/// A text as it is shown at its place.
pub(super) fn shown(text: &str, at: NodeRef<'_, Node>) -> String {
    let mut shown = words(text).collect::<Vec<_>>().join(" ");
    let keeps = |beside: Option<NodeRef<'_, Node>>| is_inline(beside.or(at.parent()));
    let has_first = text.starts_with(SPACES) && keeps(before(at));
    let has_last = text.ends_with(SPACES) && keeps(after(at));
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

/// What stands before, without what is not shown.
fn before(at: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    at.prev_siblings().find(is_shown)
}

fn after(at: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    at.next_siblings().find(is_shown)
}

fn is_shown(node: &NodeRef<'_, Node>) -> bool {
    match node.value() {
        Node::Comment(_) | Node::ProcessingInstruction(_) => false,
        Node::Element(element) => !UNSHOWN.contains(&element.name()),
        _ => true,
    }
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
    !BLOCK.contains(&name)
}
