//! Probes from a sitemap, as sitemaps.org has it: the addresses in its `loc` elements, whatever the prefix.

use crate::{Imported, Unreadable, collect::Collector, draft::Draft, without_mark};

/// Reads the addresses of a sitemap; an error where the text is none.
pub fn import(text: &str) -> Result<Imported, Unreadable> {
    let text = without_mark(text);
    if text.starts_with('\u{1f}') {
        return Err(Unreadable("the sitemap is packed; unpack it with gunzip first".to_owned()));
    }
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text.trim_start(), options)
        .map_err(|error| Unreadable(format!("the sitemap is not XML: {error}")))?;
    let root = document.root_element();
    let mut collector = Collector::default();
    match root.tag_name().name() {
        "urlset" => pages(root, &mut collector),
        "sitemapindex" => {
            let maps = root.descendants().filter(|it| it.tag_name().name() == "loc");
            let maps: Vec<_> = maps.filter_map(|it| it.text()).map(|it| it.trim().to_owned()).collect();
            collector.remark(format!(
                "This is an index of {} sitemaps; import those that it names: {}.",
                maps.len(),
                maps.join("; ")
            ));
        }
        other => return Err(Unreadable(format!("its outermost element is `{other}`, not `urlset`"))),
    }
    Ok(collector.finish())
}

/// Only the page's own address counts: pictures and videos of it have addresses of their own.
fn pages(root: roxmltree::Node<'_, '_>, collector: &mut Collector) {
    let pages = root.children().filter(|it| it.tag_name().name() == "url");
    for (index, page) in pages.enumerate() {
        let at = format!("url {}", index + 1);
        let address = page.children().find(|it| {
            it.tag_name().name() == "loc" && it.tag_name().namespace() == page.tag_name().namespace()
        });
        let text: String =
            address.into_iter().flat_map(|it| it.children()).filter_map(|it| it.text()).collect();
        if text.trim().is_empty() {
            collector.left_out(&at, "it has no `loc`");
        } else if text.trim().contains("://") {
            collector.add(Draft::get(at, text.trim()));
        } else {
            collector.left_out(&at, "its `loc` is no whole address");
        }
    }
}
