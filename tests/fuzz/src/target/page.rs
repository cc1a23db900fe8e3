//! A captured page made safe: what comes out runs nothing and names nothing that was not captured.

use viridian_compare::page::{self, Asset, Base, Page};

/// What a page may name.
const PLACE: &str = "/captured/";

pub(super) fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let Ok(origin) = "https://green.example.com".parse() else { return "no origin".to_owned() };
    let base = Base::new(&origin, "/shop/index.html");
    let assets = page::assets(&text, &base);
    assert!(assets.iter().all(|it| it.path.starts_with('/')), "an asset that is no path");
    let cleaned = page::clean(&text, &base, &place);
    let sheet = page::clean_style(&text, &base, &place);
    assert!(!sheet.contains("</"), "a style sheet that ends its element");
    match cleaned {
        Ok(cleaned) => {
            check(&cleaned.html);
            words(&cleaned, assets.len())
        }
        Err(unshown) => unshown.to_string(),
    }
}

fn place(asset: &Asset) -> Option<String> {
    (asset.path.len() < 200).then(|| format!("{PLACE}{}", asset.path.len()))
}

/// Elements that may not come out.
const NEVER: [&str; 13] = [
    "applet",
    "audio",
    "base",
    "embed",
    "frame",
    "frameset",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "template",
    "foreignobject",
];
/// Attributes that may only name a place.
const NAMING: [&str; 5] = ["src", "poster", "background", "href", "xlink:href"];
const FORBIDDEN: [&str; 7] = ["srcdoc", "action", "formaction", "ping", "target", "data", "manifest"];

/// What is written is plain: a `>` ends a tag and a `"` a value, since both are escaped elsewhere. What stands in a
/// style sheet is no markup; it ends at the first end tag.
fn check(html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (tag, after) = rest[at + 1..].split_once('>').unwrap_or((&rest[at + 1..], ""));
        check_tag(tag, html);
        let is_style = tag.split(' ').next() == Some("style");
        rest = if is_style { after.split_once("</style>").map_or("", |(_, after)| after) } else { after };
    }
}

fn check_tag(tag: &str, html: &str) {
    let mut parts = tag.split('"');
    let mut words = parts.next().unwrap_or_default().split_whitespace();
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    assert!(!NEVER.contains(&name.trim_start_matches('/')), "<{name}> in {html}");
    let mut attribute = words.next();
    for part in parts {
        match attribute.take() {
            Some(key) => check_attribute(&name, key.trim_end_matches('='), part, html),
            None => attribute = Some(part.trim()).filter(|it| !it.is_empty()),
        }
    }
}

fn check_attribute(tag: &str, key: &str, value: &str, html: &str) {
    let key = key.to_ascii_lowercase();
    let is_place = value.starts_with(PLACE) || value.starts_with("data:image/") || value.starts_with('#');
    assert!(!NAMING.contains(&key.as_str()) || is_place, "{tag} {key}={value} in {html}");
    assert!(!FORBIDDEN.contains(&key.as_str()) && !key.starts_with("on"), "{tag} {key}={value} in {html}");
}

/// What was left out, and the elements that came out.
fn words(page: &Page, assets: usize) -> String {
    let left_out: Vec<_> = page.left_out.keys().copied().collect();
    let tags = page.html.split('<').skip(1).take(24);
    let tags: Vec<_> = tags.filter_map(|it| it.split([' ', '>', '/']).find(|it| !it.is_empty())).collect();
    format!("{} with {} assets: {}", left_out.join(" "), ["no", "some"][assets.min(1)], tags.join(" "))
}
