//! A page as a tree of values: tag, id if it has one, attributes, children. The last two are always there, so that
//! what is added to none is as clear as what is added to some.

use std::{collections::HashMap, fmt::Write as _};

use ego_tree::NodeId;
use scraper::{ElementRef, Html, node::Element};

use super::{
    json::{Builder, Document, Kind, Mark, Mask, Node, Policy},
    parse::parse,
    space,
};
use crate::{noise::rule::Rules, work};

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
    let root = super::json::Pattern::around(&super::json::Pointer::default());
    let selectors = rules.selectors().iter().map(|(rule, _, whole)| (rule, *whole));
    let expressions = rules.expressions().iter().map(|(rule, _)| (rule, false));
    let masks = selectors
        .chain(expressions)
        .map(|(rule, whole)| Mask { rule: rule.clone(), path: root.clone(), whole })
        .collect();
    Policy { masks, ..Policy::default() }
}

/// Reads a page. What the rules say of it stands in the document's marks.
pub(super) fn read(text: &str, rules: &Rules, policy: &Policy) -> Document<'static> {
    let parsed = parse(text);
    let html = &parsed.html;
    let selected = selected(html, rules);
    let (marks, given) = (Vec::new(), Vec::new());
    let mut page = Page { rules, policy, selected, builder: Builder::default(), marks, given };
    page.element(html.root_element(), 0, false);
    let (marks, given) = (page.marks, page.given);
    let mut document = page.builder.finish();
    if !marks.is_empty() {
        document.mark(&marks);
        policy.count(&mut document, &given);
    }
    document
}

/// What the rules select, each with the first rule that does.
fn selected(html: &Html, rules: &Rules) -> HashMap<NodeId, usize> {
    let mut selected = HashMap::new();
    for (index, (_, selector, _)) in rules.selectors().iter().enumerate() {
        // One by one, since what a selector finds nowhere would be looked for without a pause.
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            work::look();
            if selector.matches(&element) {
                work::take(64);
                selected.entry(element.id()).or_insert(index);
            }
        }
    }
    selected
}

struct Page<'r> {
    rules: &'r Rules,
    policy: &'r Policy,
    selected: HashMap<NodeId, usize>,
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
        let at = self.builder.begin(Kind::Object, None);
        self.builder.string(value.name(), Some("tag"));
        // An element that has an identity is the same element wherever it stands.
        if let Some(id) = value.id() {
            self.builder.string(id, Some("id"));
        }
        self.attributes(value);
        self.children(element, depth, keeps_spaces);
        self.builder.end();
        let found = self.selected.get(&element.id()).copied();
        if let Some(mask) = found.and_then(|index| u16::try_from(index).ok()) {
            let whole = self.policy.masks.get(usize::from(mask)).is_some_and(|it| it.whole);
            self.marks.push((at, Mark { mask: Some(mask), whole, ..Mark::default() }));
        }
    }

    fn children(&mut self, element: ElementRef<'_>, depth: usize, keeps_spaces: bool) {
        self.builder.begin(Kind::Array, Some("children"));
        if depth == DEEPEST {
            self.text(&element.text().collect::<String>(), None);
        } else {
            for child in element.children() {
                if let Some(inner) = ElementRef::wrap(child) {
                    self.element(inner, depth + 1, keeps_spaces);
                } else if let Some(written) = child.value().as_text() {
                    if IN_LINES.contains(&element.value().name()) {
                        lines(written).for_each(|line| self.text(line, None));
                        continue;
                    }
                    let shown = if keeps_spaces { written.to_string() } else { space::shown(written, child) };
                    if !shown.is_empty() {
                        self.text(&shown, None);
                    }
                }
            }
        }
        self.builder.end();
    }

    fn attributes(&mut self, element: &Element) {
        let mut attributes: Vec<_> = element.attrs().filter(|(name, _)| *name != "id").collect();
        attributes.sort_unstable();
        self.builder.begin(Kind::Object, Some("attributes"));
        for (name, value) in attributes {
            if name == "class" {
                self.text(&sorted_words(value), Some(name));
            } else {
                self.text(value, Some(name));
            }
        }
        self.builder.end();
    }

    /// A text in which an expression may hide something.
    fn text(&mut self, text: &str, key: Option<&str>) {
        let at = self.builder.string(text, key);
        let (clean, rule) = self.rules.without_noise(text);
        let Some(rule) = rule else { return };
        let index = self.policy.masks.iter().position(|mask| mask.rule == rule);
        // Two texts are alike when they are so without the noise. Only then does the rule hide the rest.
        self.given.push((at, Builder::hash_of_text(&clean)));
        let covers = index.and_then(|index| u16::try_from(index).ok());
        self.marks.push((at, Mark { covers, ..Mark::default() }));
    }
}

/// Lines that say something, without the spaces around them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.lines().flat_map(|line| {
        let is_long = line.len() > LONGEST_LINE;
        line.split_inclusive(move |letter: char| is_long && matches!(letter, ';' | '}'))
    });
    pieces.map(str::trim).filter(|line| !line.is_empty())
}

fn sorted_words(value: &str) -> String {
    let mut words: Vec<_> = value.split_whitespace().collect();
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
