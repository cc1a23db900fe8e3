//! A page as a tree of values: tag, attributes, children.

use std::{borrow::Cow, fmt::Write as _};

use scraper::{ElementRef, Html, node::Element};

use super::json::{Mask, Member, Node, Policy, Value};
use crate::{difference::json::Mark, noise::rule::Rules};

/// Elements in which spaces count.
const SPACED: [&str; 4] = ["pre", "textarea", "script", "style"];
/// Deeper elements are dropped into their text; browsers stop at a like depth.
const DEEPEST: usize = 80;

pub(super) struct Page<'r> {
    html: Html,
    rules: &'r Rules,
    policy: &'r Policy,
}

/// One mask for each selector, then one for each expression.
pub(super) fn policy(rules: &Rules) -> Policy {
    let root = json_root();
    let selectors = rules.selectors().iter().map(|(rule, _, whole)| (rule, *whole));
    let expressions = rules.expressions().iter().map(|(rule, _)| (rule, false));
    let masks = selectors
        .chain(expressions)
        .map(|(rule, whole)| Mask { rule: rule.clone(), path: root.clone(), whole })
        .collect();
    Policy { masks, ..Policy::default() }
}

fn json_root() -> super::json::Pattern {
    super::json::Pattern::around(&super::json::Pointer::default())
}

impl<'r> Page<'r> {
    pub(super) fn read(text: &str, rules: &'r Rules, policy: &'r Policy) -> Self {
        Self { html: Html::parse_document(text), rules, policy }
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.element(self.html.root_element(), 0, false)
    }

    fn element<'a>(&'a self, element: ElementRef<'a>, depth: usize, keeps_spaces: bool) -> Node<'a> {
        let keeps_spaces = keeps_spaces || SPACED.contains(&element.value().name());
        let mut members = vec![Member::new("tag".into(), text(element.value().name().into()))];
        // An element that has an identity is the same element wherever it stands.
        if let Some(id) = element.value().id() {
            members.push(Member::new("id".into(), text(id.into())));
        }
        let attributes = self.attributes(element.value());
        if !attributes.is_empty() {
            members.push(Member::new("attributes".into(), self.node(Value::Object(attributes), None)));
        }
        let children = self.children(element, depth, keeps_spaces);
        if !children.is_empty() {
            members.push(Member::new("children".into(), self.node(Value::Array(children), None)));
        }
        let found = self.rules.selectors().iter().position(|(_, selector, _)| selector.matches(&element));
        self.node(Value::Object(members), found)
    }

    fn children<'a>(&'a self, element: ElementRef<'a>, depth: usize, keeps_spaces: bool) -> Vec<Node<'a>> {
        if depth == DEEPEST {
            return vec![self.text(element.text().collect::<String>().into())];
        }
        let mut children = Vec::new();
        for child in element.children() {
            if let Some(inner) = ElementRef::wrap(child) {
                children.push(self.element(inner, depth + 1, keeps_spaces));
            } else if let Some(written) = child.value().as_text() {
                let shown = if keeps_spaces { written.to_string() } else { single_spaced(written) };
                if !shown.is_empty() {
                    children.push(self.text(shown.into()));
                }
            }
        }
        children
    }

    fn attributes<'a>(&'a self, element: &'a Element) -> Vec<Member<'a>> {
        let mut members: Vec<_> = element
            .attrs()
            .filter(|(name, _)| *name != "id")
            .map(|(name, value)| {
                let value = if name == "class" { sorted_words(value).into() } else { Cow::Borrowed(value) };
                Member::new(name.into(), self.text(value))
            })
            .collect();
        members.sort_by(|one, other| one.key.cmp(&other.key));
        members
    }

    /// A text in which an expression may hide something.
    fn text<'a>(&self, value: Cow<'a, str>) -> Node<'a> {
        let (clean, rule) = self.rules.without_noise(&value);
        let Some(rule) = rule else { return text(value) };
        let index = self.policy.masks.iter().position(|mask| mask.rule == rule);
        let mut node = text(value);
        // Two texts are alike when they are so without the noise. Only then does the rule hide the rest.
        node.hash = text(clean.into()).hash;
        node.mark.covers = index.and_then(|index| u16::try_from(index).ok());
        node
    }

    fn node<'a>(&self, value: Value<'a>, mask: Option<usize>) -> Node<'a> {
        let mut node = Node::new(value);
        let mask = mask.and_then(|index| u16::try_from(index).ok());
        let whole = mask.and_then(|it| self.policy.masks.get(usize::from(it))).is_some_and(|it| it.whole);
        node.mark = Mark { mask, whole, ..Mark::default() };
        node.hash = self.policy.hash_of(&node);
        node
    }
}

fn text(value: Cow<'_, str>) -> Node<'_> {
    Node::new(Value::String(value))
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
        Ok(node) => write_node(&node, &mut out),
        Err(_) => out.push_str(value),
    }
    out
}

fn write_node(node: &Node<'_>, out: &mut String) {
    if let Value::String(text) = &node.value {
        out.push_str(text);
        return;
    }
    let Some(Value::String(tag)) = node.get("tag").map(|it| &it.value) else {
        out.push_str(&node.to_text());
        return;
    };
    out.push('<');
    out.push_str(tag);
    let id = node.get("id").map(|it| ("id", it));
    let attributes = match node.get("attributes").map(|it| &it.value) {
        Some(Value::Object(members)) => members.as_slice(),
        _ => &[],
    };
    for (name, value) in id.into_iter().chain(attributes.iter().map(|it| (it.key.as_ref(), &it.node))) {
        let _ = write!(out, " {name}={}", value.to_text());
    }
    out.push('>');
    if let Some(Value::Array(children)) = node.get("children").map(|it| &it.value) {
        for child in children {
            write_node(child, out);
        }
    }
    // Writing to a string cannot fail.
    let _ = write!(out, "</{tag}>");
}
