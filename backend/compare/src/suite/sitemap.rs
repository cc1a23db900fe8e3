//! Probes from a sitemap: the addresses in its `loc` elements.

use super::Imported;

pub fn import(text: &str) -> Imported {
    let mut imported = Imported::default();
    if text.contains("<sitemapindex") {
        imported.remarks.push("this is an index of sitemaps; import the sitemaps that it names".to_owned());
        return imported;
    }
    for piece in text.split("<loc>").skip(1) {
        let address = piece.split("</loc>").next().unwrap_or_default().trim();
        let address =
            address.strip_prefix("<![CDATA[").and_then(|it| it.strip_suffix("]]>")).unwrap_or(address);
        imported.push("GET", &unescaped(address), Vec::new(), None);
    }
    imported.numbered()
}

/// The five entities that XML knows without being told.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}
