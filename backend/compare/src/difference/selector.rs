//! CSS selectors: read as people and earlier versions of the product wrote them, and written so that they can be
//! read again.

use std::fmt::Write as _;

use scraper::Selector;

/// Reads a selector. Where it is none, its ids may be written as a page has them, colons and all.
pub(super) fn read(text: &str) -> Option<Selector> {
    Selector::parse(text).or_else(|_| Selector::parse(&with_ids_escaped(text))).ok()
}

/// `tag#id` steps, parted by spaces, with each id escaped.
fn with_ids_escaped(text: &str) -> String {
    let steps = text.split(' ').map(|step| match step.split_once('#') {
        Some((tag, id)) => {
            let (id, nth) = match id.find(":nth-of-type(") {
                Some(at) => id.split_at(at),
                None => (id, ""),
            };
            let mut out = String::new();
            let _ = write!(out, "{tag}#{}{nth}", identifier(id));
            out
        }
        None => step.to_owned(),
    });
    steps.collect::<Vec<_>>().join(" ")
}

/// A name as CSS writes it.
pub(crate) fn identifier(name: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = cssparser::serialize_identifier(name, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{identifier, read};

    #[test]
    fn ids_are_read_as_a_page_has_them_and_as_css_writes_them() {
        for id in [":r1:", "1st", "a/b", "-", "a.b:c", "x@y", "ü", "[0]"] {
            let page = scraper::Html::parse_document(&format!("<p><span id=\"{id}\">1</span><i>2</i>"));
            let escaped = read(&format!("html > body > p > span#{}", identifier(id))).unwrap();
            assert_eq!(page.select(&escaped).count(), 1, "{id}");
        }
        for raw in ["html > body > span#:r1:", "main > p#1st > b", "div#[0]", "span#:r1::nth-of-type(2)"] {
            assert!(read(raw).is_some(), "{raw}");
        }
        for none in ["", ">", "p >", "p[", "a:b("] {
            assert!(read(none).is_none(), "{none}");
        }
    }
}
