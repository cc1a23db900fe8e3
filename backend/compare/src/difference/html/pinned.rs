//! What a rule for an element does not hide unless it names it: what runs, what is loaded, and where it leads.

const PINNED: [&str; 23] = [
    "action",
    "allow",
    "archive",
    "code",
    "codebase",
    "content",
    "crossorigin",
    "data",
    "formaction",
    "formmethod",
    "href",
    "http-equiv",
    "integrity",
    "manifest",
    "method",
    "ping",
    "poster",
    "rel",
    "sandbox",
    "src",
    "srcdoc",
    "srcset",
    "target",
];

/// Whether an attribute is pinned. So is the text of a `script`.
pub(crate) fn is_pinned(attribute: &str) -> bool {
    let name = attribute.to_ascii_lowercase();
    PINNED.contains(&name.as_str()) || name.starts_with("on")
}
