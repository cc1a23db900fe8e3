//! Writes a page anew out of its tree.

use ego_tree::iter::Edge;
use scraper::{Html, Node, node::Element};

use crate::{difference::html::parse::parse, work};

use super::{
    Links, Use,
    allowed::{self, Fate},
    srcset, style,
};

/// What stands in place of a frame or a plug-in, so that nobody wonders at a blank box.
const IN_PLACE: &str = "<span title=\"left out\">[left out]</span>";

pub(super) fn write(html: &str, links: &mut Links<'_>) -> String {
    let parsed = parse(html);
    let page = &parsed.html;
    if let Some(base) = base(page) {
        links.base = links.base.resolved(&base);
    }
    let mut writer = Writer { out: String::with_capacity(html.len()), open: Vec::new(), skipped: 0, links };
    if page.quirks_mode != html5ever::tree_builder::QuirksMode::Quirks {
        writer.out.push_str("<!DOCTYPE html>");
    }
    for edge in page.tree.root().traverse() {
        work::step();
        match edge {
            Edge::Open(node) => writer.enter(node.value()),
            Edge::Close(node) => writer.leave(node.value()),
        }
    }
    writer.out
}

/// The first base address that the page names.
fn base(page: &Html) -> Option<String> {
    let mut elements = page.tree.nodes().filter_map(|it| it.value().as_element());
    elements.find_map(|it| if it.name() == "base" { it.attr("href").map(str::to_owned) } else { None })
}

struct Writer<'w, 'f> {
    out: String,
    /// Of every open element that is not left out, the name of its end tag.
    open: Vec<Option<String>>,
    /// How many elements are open within one that is left out, and itself.
    skipped: usize,
    links: &'w mut Links<'f>,
}

impl Writer<'_, '_> {
    fn enter(&mut self, node: &Node) {
        match node {
            Node::Element(_) if self.skipped > 0 => self.skipped += 1,
            Node::Element(element) => self.element(element),
            Node::Text(text) if self.skipped == 0 => self.text(text),
            _ => {}
        }
    }

    fn leave(&mut self, node: &Node) {
        if !node.is_element() {
            return;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some(Some(name)) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(&name);
            self.out.push('>');
        }
    }

    fn element(&mut self, element: &Element) {
        let (namespace, name) = (&*element.name.ns, &*element.name.local);
        match allowed::fate(namespace, name) {
            Fate::Kept if name == "link" => self.link(element),
            Fate::Kept => self.kept(element, namespace, name),
            Fate::Unwrapped => self.open.push(None),
            Fate::LeftOut(what) => {
                self.skipped = 1;
                self.links.leave_out(what);
                if matches!(what, "frame" | "plug-in") && name != "frameset" {
                    self.out.push_str(IN_PLACE);
                }
            }
        }
    }

    fn kept(&mut self, element: &Element, namespace: &str, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in element.attrs() {
            self.attribute(namespace, name, attribute, value);
        }
        self.out.push('>');
        let is_void = !allowed::is_picture(namespace) && allowed::is_void(name);
        self.open.push((!is_void).then(|| name.to_owned()));
        match name {
            "head" => self.out.push_str("<meta charset=\"utf-8\">"),
            // The first line end in these is not part of them.
            "pre" | "textarea" => self.out.push('\n'),
            _ => {}
        }
    }

    fn attribute(&mut self, namespace: &str, element: &str, name: &str, value: &str) {
        let is_picture = allowed::is_picture(namespace);
        let place = match (element, name) {
            (_, "style") => Some(style::clean(value, self.links)),
            ("a", "href") if !is_picture => Some("#".to_owned()),
            ("img" | "input", "src") | ("video", "poster") | (_, "background") if !is_picture => {
                self.links.place(value, Use::Image)
            }
            ("img" | "source", "srcset") if !is_picture => srcset::clean(value, self.links),
            ("image", "href") if is_picture => self.links.place(value, Use::Image),
            ("use" | "textPath" | "linearGradient" | "radialGradient" | "pattern", "href") if is_picture => {
                Some(value.trim().to_owned()).filter(|it| it.starts_with('#'))
            }
            _ if !allowed::keeps(namespace, name) => None,
            // Paint may be an address.
            _ if is_picture && value.contains(['(', '\\']) => Some(style::clean(value, self.links)),
            _ => Some(value.to_owned()),
        };
        match place {
            Some(value) => self.written(name, &value),
            None if name.starts_with("on") => self.links.leave_out("event handler"),
            None => {}
        }
    }

    fn written(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, &mut self.out);
        self.out.push('"');
    }

    /// A style sheet of the same origin, or nothing.
    fn link(&mut self, element: &Element) {
        self.skipped = 1;
        let rel = element.attr("rel").unwrap_or_default().to_ascii_lowercase();
        let words: Vec<_> = rel.split_ascii_whitespace().collect();
        if !words.contains(&"stylesheet")
            || words.contains(&"alternate")
            || element.attr("disabled").is_some()
        {
            return;
        }
        let Some(place) = element.attr("href").and_then(|it| self.links.place(it, Use::Style)) else {
            return;
        };
        self.out.push_str("<link rel=\"stylesheet\"");
        self.written("href", &place);
        if let Some(media) = element.attr("media") {
            self.written("media", media);
        }
        self.out.push('>');
    }

    fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|it| it.as_deref() == Some("style")) {
            let clean = style::clean(text, self.links);
            self.out.push_str(&clean);
        } else {
            escape(text, &mut self.out);
        }
    }
}

/// For text and for attributes alike.
fn escape(text: &str, out: &mut String) {
    work::take(text.len());
    for letter in text.chars() {
        work::step();
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            // As character references these would be read as something else.
            '\0' | '\r' => {}
            other => out.push(other),
        }
    }
}
