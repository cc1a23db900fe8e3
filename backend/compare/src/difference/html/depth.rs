//! Whether a page nests so deep that reading it as a tree would take time without bound.

use std::collections::HashMap;

/// As deep as browsers build a tree.
const DEEPEST: usize = 512;

/// Elements that hold nothing, or that end by themselves where the next one begins.
const ENDS_BY_ITSELF: [&str; 27] = [
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li",
    "link", "meta", "option", "p", "param", "rb", "rp", "rt", "source", "td", "th", "tr", "wbr",
];

/// Counts open elements without building anything. What is inside scripts and styles is no markup.
pub(crate) fn is_too_deep(page: &str) -> bool {
    let (mut rest, mut open, mut depth) = (page, HashMap::<String, usize>::new(), 0_usize);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (is_end, text) = rest.strip_prefix('/').map_or((false, rest), |text| (true, text));
        let length = text.find(|it: char| !it.is_ascii_alphanumeric() && it != '-').unwrap_or(text.len());
        let name = text[..length].to_ascii_lowercase();
        if !name.starts_with(|it: char| it.is_ascii_alphabetic()) || ENDS_BY_ITSELF.contains(&name.as_str()) {
            continue;
        }
        if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
            rest = after_raw_text(rest, &name, is_end);
            continue;
        }
        let count = open.entry(name).or_default();
        if !is_end {
            *count += 1;
            depth += 1;
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn after_raw_text<'p>(rest: &'p str, name: &str, is_end: bool) -> &'p str {
    if is_end {
        return rest;
    }
    let end = format!("</{name}");
    let found = rest.as_bytes().windows(end.len()).position(|it| it.eq_ignore_ascii_case(end.as_bytes()));
    found.map_or("", |at| &rest[at + end.len()..])
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn only_what_stays_open_counts() {
        assert!(is_too_deep(&"<div>".repeat(600)));
        assert!(is_too_deep(&"<div></x>".repeat(600)));
        assert!(is_too_deep(&"<i>".repeat(600)));
        assert!(!is_too_deep(&"<div></div>".repeat(6000)));
        assert!(!is_too_deep(&"<p><li><br>".repeat(6000)));
        assert!(!is_too_deep(&format!("<script>{}</SCRIPT>", "if (a<b) x();".repeat(6000))));
    }
}
