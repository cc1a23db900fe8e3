//! A page as a tree of values: tag, id if it has one, attributes, children. The last two are always there, so that
//! what is added to none is as clear as what is added to some.

use std::{collections::HashMap, fmt::Write as _};

use ego_tree::NodeId;
use scraper::{ElementRef, Html, node::Element};

use super::{parse::parse, pinned::is_pinned, space, xml};
use crate::{
    difference::rule::{Only, Rules},
    json::{Builder, Document, Kind, Mark, Mask, Node, Policy},
    work,
};

/// Elements in which spaces count.
const SPACED: [&str; 4] = ["pre", "textarea", "script", "style"];
/// Elements whose text is compared by line: one rule or statement that changes is not all of them.
const IN_LINES: [&str; 2] = ["script", "style"];
/// A longer line is broken after what ends a rule or a statement.
const LONGEST_LINE: usize = 200;
/// Deeper elements are dropped into their text; browsers stop at a like depth.
const DEEPEST: usize = 80;

/// One mask for each selector, then one for each expression.
pub(super) fn policy(rules: &Rules) -> Policy {
    let root = super::json::Pattern::default();
    let selectors = rules.selectors().iter().map(|it| (&it.rule, it.whole));
    let expressions = rules.expressions().iter().map(|(rule, _)| (rule, false));
    let masks = selectors
        .chain(expressions)
        .map(|(rule, whole)| Mask { rule: rule.clone(), path: root.clone(), whole })
        .collect();
    Policy { masks, ..Policy::default() }
}

/// Reads a page, and what it says of its type. What the rules say of it stands in the document's marks.
pub(super) fn read(text: &str, rules: &Rules, policy: &Policy) -> (Document<'static>, Option<String>) {
    let parsed = parse(text);
    (built(&parsed.html, false, rules, policy), doctype(&parsed.html))
}

/// The same of an XML document, or why it is none.
pub(super) fn read_xml(
    text: &str,
    rules: &Rules,
    policy: &Policy,
) -> Result<(Document<'static>, Option<String>), String> {
    let read = xml::read(text)?;
    Ok((built(&read.html, true, rules, policy), read.prologue))
}

fn built(html: &Html, is_xml: bool, rules: &Rules, policy: &Policy) -> Document<'static> {
    let selected = selected(html, rules);
    let (marks, given) = (Vec::new(), Vec::new());
    let mut page = Page { rules, policy, selected, is_xml, builder: Builder::default(), marks, given };
    page.element(html.root_element(), 0, is_xml);
    let (marks, given) = (page.marks, page.given);
    let mut document = page.builder.finish();
    if !marks.is_empty() {
        document.mark(&marks);
        policy.count(&mut document, &given);
    }
    document
}

fn doctype(html: &Html) -> Option<String> {
    let found = html.tree.root().children().find_map(|it| it.value().as_doctype().cloned())?;
    let ids = [found.public_id(), found.system_id()].into_iter().filter(|id| !id.is_empty());
    let ids: String = ids.fold(String::new(), |ids, id| ids + " \"" + id + "\"");
    Some(format!("<!doctype {}{ids}>", found.name().to_ascii_lowercase()))
}

/// What the rules select, each with the rules that do.
fn selected(html: &Html, rules: &Rules) -> HashMap<NodeId, Vec<usize>> {
    let mut selected: HashMap<NodeId, Vec<usize>> = HashMap::new();
    for (index, rule) in rules.selectors().iter().enumerate() {
        // One by one, since what a selector finds nowhere would be looked for without a pause.
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            work::look();
            if rule.selector.matches(&element) {
                work::take(64);
                selected.entry(element.id()).or_default().push(index);
            }
        }
    }
    selected
}

struct Page<'r> {
    rules: &'r Rules,
    policy: &'r Policy,
    selected: HashMap<NodeId, Vec<usize>>,
    /// Every space and every word of a class counts, and nothing is pinned.
    is_xml: bool,
    builder: Builder,
    /// What the rules say, by the place in the document.
    marks: Vec<(u32, Mark)>,
    /// Texts that count without what an expression finds in them, by the hash of the rest.
    given: Vec<(u32, u64)>,
}

impl Page<'_> {
    fn element(&mut self, element: ElementRef<'_>, depth: usize, keeps_spaces: bool) {
        work::step();
        let value = element.value();
        let keeps_spaces = keeps_spaces || SPACED.contains(&value.name());
        let found = self.selected.remove(&element.id()).unwrap_or_default();
        let at = self.builder.begin(Kind::Object, None);
        let all = found.iter().copied().find(|it| self.only(*it).is_none());
        if let Some(mark) = all.and_then(|rule| self.mark(rule)) {
            self.marks.push((at, mark));
        }
        self.builder.string(value.name(), Some("tag"));
        // An element that has an identity is the same element wherever it stands.
        if let Some(id) = value.id() {
            let at = self.builder.string(id, Some("id"));
            let mark = self.mark_of(&found, |only| matches!(only, Only::Attribute(name) if name == "id"));
            self.marks.extend(mark.map(|mark| (at, mark)));
        }
        self.attributes(value, &found);
        self.children(element, &found, depth, keeps_spaces);
        self.builder.end();
    }

    fn only(&self, rule: usize) -> Option<&Only> {
        self.rules.selectors().get(rule)?.only.as_ref()
    }

    fn mark(&self, rule: usize) -> Option<Mark> {
        let whole = self.policy.masks.get(rule)?.whole;
        Some(Mark { mask: u16::try_from(rule).ok(), whole, ..Mark::default() })
    }

    /// What the first rule says that is only for this part of an element.
    fn mark_of(&self, found: &[usize], is_for: impl Fn(&Only) -> bool) -> Option<Mark> {
        let rule = found.iter().copied().find(|it| self.only(*it).is_some_and(&is_for))?;
        self.mark(rule)
    }

    fn children(&mut self, element: ElementRef<'_>, found: &[usize], depth: usize, keeps_spaces: bool) {
        let mark = self.mark_of(found, |only| *only == Only::Text).unwrap_or_default();
        let name = element.value().name();
        let mark = Mark { pinned: name == "script" && !self.is_xml, ..mark };
        self.builder.begin(Kind::Array, Some("children"));
        if depth == DEEPEST {
            self.text(&element.inner_html(), None, mark);
        } else {
            for child in element.children() {
                if let Some(inner) = ElementRef::wrap(child) {
                    self.element(inner, depth + 1, keeps_spaces);
                } else if let Some(written) = child.value().as_text() {
                    if IN_LINES.contains(&name) && !self.is_xml {
                        lines(written).for_each(|line| self.text(line, None, mark));
                        continue;
                    }
                    let shown = if keeps_spaces { written.to_string() } else { space::shown(written, child) };
                    if !shown.is_empty() {
                        self.text(&shown, None, mark);
                    }
                } else if let Some(it) = child.value().as_processing_instruction().filter(|_| self.is_xml) {
                    self.text(&format!("<?{} {}?>", it.target, it.data), None, mark);
                }
            }
        }
        self.builder.end();
    }

    fn attributes(&mut self, element: &Element, found: &[usize]) {
        let mut attributes: Vec<_> = element.attrs().filter(|(name, _)| *name != "id").collect();
        attributes.sort_unstable();
        self.builder.begin(Kind::Object, Some("attributes"));
        for (name, value) in attributes {
            let mark = self.mark_of(found, |only| matches!(only, Only::Attribute(it) if it == name));
            let mark = Mark { pinned: is_pinned(name) && !self.is_xml, ..mark.unwrap_or_default() };
            if name == "class" && !self.is_xml {
                self.text(&sorted_words(value), Some(name), mark);
            } else {
                self.text(value, Some(name), mark);
            }
        }
        self.builder.end();
    }

    /// A text in which an expression may hide something, with what the rules say of its place.
    fn text(&mut self, text: &str, key: Option<&str>, mut mark: Mark) {
        let at = self.builder.string(text, key);
        let (clean, rule) = self.rules.without_noise(text);
        if let Some(rule) = rule {
            let index = self.policy.masks.iter().position(|mask| mask.rule == rule);
            // Two texts are alike when they are so without the noise. Only then does the rule hide the rest.
            self.given.push((at, Builder::hash_of_text(&clean)));
            mark.covers = index.and_then(|index| u16::try_from(index).ok());
        }
        let says_something = mark.mask.is_some() || mark.covers.is_some() || mark.pinned;
        if says_something && !self.policy.masks.is_empty() {
            self.marks.push((at, mark));
        }
    }
}

/// Whether a spot is code: the text of a script or of a style sheet.
pub(super) fn is_code(spot: &str) -> bool {
    let label = spot.strip_suffix(" text").unwrap_or_default().rsplit(" > ").next().unwrap_or_default();
    IN_LINES.contains(&label.split('#').next().unwrap_or_default())
}

/// Whether a spot is in code.
pub(crate) fn is_in_code(spot: &str) -> bool {
    spot.match_indices(" text ").any(|(at, text)| is_code(&spot[..at + text.len() - 1]))
}

/// Lines that say something, without the spaces around them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.lines().flat_map(|line| {
        let is_long = line.len() > LONGEST_LINE;
        line.split_inclusive(move |letter: char| is_long && matches!(letter, ';' | '}' | '{'))
    });
    pieces.map(space::trimmed).filter(|line| !line.is_empty())
}

fn sorted_words(value: &str) -> String {
    let mut words: Vec<_> = space::words(value).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// A value of the tree as a person knows it: an element as markup, a text as text.
pub(super) fn markup(value: &str) -> String {
    let mut out = String::new();
    match super::json::read(value, &mut Vec::new()) {
        Ok(document) => write_node(document.root(), &mut out),
        Err(_) => out.push_str(value),
    }
    out
}

fn write_node(node: Node<'_>, out: &mut String) {
    if node.kind() == Kind::String {
        out.push_str(&node.text());
        return;
    }
    let Some(tag) = node.get("tag").map(Node::text) else {
        out.push_str(&node.to_text());
        return;
    };
    // Writing to a string cannot fail.
    let _ = write!(out, "<{tag}");
    if let Some(id) = node.get("id") {
        let _ = write!(out, " id={}", id.to_text());
    }
    for attribute in node.get("attributes").into_iter().flat_map(Node::children) {
        let _ = write!(out, " {}={}", attribute.key().unwrap_or_default(), attribute.to_text());
    }
    out.push('>');
    node.get("children").into_iter().flat_map(Node::children).for_each(|child| write_node(child, out));
    let _ = write!(out, "</{tag}>");
}
