//! XML read into the same kind of tree as a page, so that the same rules and the same comparison are for both.
//!
//! Prefixes are kept as they are written and the namespaces that they stand for are attributes, so that one that is
//! bound otherwise shows. Spaces between elements that hold no text of their own do not count.

use html5ever::{Attribute, LocalName, QualName, ns};
use roxmltree::{Document, Node as XmlNode, NodeType, ParsingOptions};
use scraper::{
    Html,
    node::{Element, Node, ProcessingInstruction, Text},
};

use crate::work::{self, Lent, Spent};

/// What a node takes in both trees, without its texts.
const NODE: usize = 320;
/// As deep as pages may be.
const DEEPEST: usize = 512;

/// A document as a tree, and what stands before its root element: its type and instructions.
pub(super) struct Read {
    pub(super) html: Html,
    pub(super) prologue: Option<String>,
    pub(super) _lent: Lent,
}

/// Reads a document, or says why it is none.
pub(super) fn read(text: &str) -> Result<Read, String> {
    let lent = Lent::of(text.len());
    let most = u32::try_from(work::left() / NODE / 2).unwrap_or(u32::MAX);
    let options = ParsingOptions { allow_dtd: true, nodes_limit: most, ..ParsingOptions::default() };
    if depth(text) > DEEPEST {
        work::end(Spent::Depth);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => work::end(Spent::Memory),
        error => error.to_string(),
    })?;
    let mut html = Html::new_document();
    let mut open = vec![(document.root(), html.tree.root().id())];
    while let Some((from, to)) = open.pop() {
        let is_mixed = from.children().any(|it| it.is_text() && !is_blank(it.text()));
        let has_elements = from.children().any(|it| it.is_element());
        for child in from.children() {
            work::step();
            lent.more(NODE + child.text().map_or(0, str::len));
            let node = match child.node_type() {
                NodeType::Element => Node::Element(element(child)),
                NodeType::Text if has_elements && !is_mixed => continue,
                NodeType::Text => Node::Text(Text { text: child.text().unwrap_or_default().into() }),
                NodeType::PI => Node::ProcessingInstruction(instruction(child)),
                NodeType::Comment | NodeType::Root => continue,
            };
            let Some(mut parent) = html.tree.get_mut(to) else { continue };
            let id = parent.append(node).id();
            if child.is_element() {
                open.push((child, id));
            }
        }
    }
    Ok(Read { html, prologue: prologue(text, &document), _lent: lent })
}

fn is_blank(text: Option<&str>) -> bool {
    text.unwrap_or_default().bytes().all(|it| matches!(it, b' ' | b'\t' | b'\n' | b'\r'))
}

/// How deep the tags nest, as far as that can be told without reading them.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (at, _) in text.match_indices('<') {
        work::step();
        let rest = &text[at + 1..];
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !rest.starts_with(['!', '?']) {
            let end = rest.find('>').unwrap_or(rest.len());
            depth += usize::from(!rest[..end].ends_with('/'));
            deepest = deepest.max(depth);
        }
    }
    deepest
}

fn element(node: XmlNode<'_, '_>) -> Element {
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut push = |name: String, value: &str| {
        let name = QualName::new(None, ns!(), LocalName::from(name));
        attributes.push(Attribute { name, value: value.into() });
    };
    let parent = node.parent_element();
    for space in node.namespaces() {
        let is_inherited = parent.is_some_and(|it| {
            it.namespaces().any(|other| other.name() == space.name() && other.uri() == space.uri())
        });
        if !is_inherited && space.name() != Some("xml") {
            push(space.name().map_or("xmlns".to_owned(), |name| format!("xmlns:{name}")), space.uri());
        }
    }
    for attribute in node.attributes() {
        push(prefixed(node, attribute.namespace(), attribute.name(), true), attribute.value());
    }
    let name = prefixed(node, node.tag_name().namespace(), node.tag_name().name(), false);
    Element::new(QualName::new(None, ns!(), LocalName::from(name)), attributes)
}

/// `prefix:name`. An attribute without a prefix is in no namespace.
fn prefixed(node: XmlNode<'_, '_>, space: Option<&str>, name: &str, is_attribute: bool) -> String {
    let Some(space) = space else { return name.to_owned() };
    let is_default = !is_attribute && node.default_namespace() == Some(space);
    let prefix = node.lookup_prefix(space).filter(|_| !is_default);
    prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}:{name}"))
}

fn instruction(node: XmlNode<'_, '_>) -> ProcessingInstruction {
    let (target, data) = node.pi().map_or(("", ""), |it| (it.target, it.value.unwrap_or_default()));
    ProcessingInstruction { target: target.into(), data: data.into() }
}

fn prologue(text: &str, document: &Document<'_>) -> Option<String> {
    let root = document.root_element().range().start;
    let before = text.get(..root).unwrap_or_default();
    let doctype = before.find("<!DOCTYPE").map(|at| before[at..].trim_end().to_owned());
    let instructions = document.root().children().filter_map(|it| it.pi());
    let instructions = instructions.map(|it| format!("<?{} {}?>", it.target, it.value.unwrap_or_default()));
    let all: Vec<_> = instructions.chain(doctype).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}
