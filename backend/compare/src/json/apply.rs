//! Turns the left document into the right one by the edits between them.

use std::collections::HashMap;

use super::{Document, Edit, EditKind, Kind, Node, Pointer, document::write_string};

/// Why edits do not fit a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the edits were not made from this document: {0} is not as they say")]
pub struct NotApplicable(Pointer);

/// What is to be done at one place, and below it.
#[derive(Default)]
struct Planned<'c> {
    value: Option<&'c str>,
    is_removed: bool,
    moves_to: Option<usize>,
    added: Vec<(String, &'c str)>,
    below: HashMap<String, Planned<'c>>,
}

/// What stands in an array afterwards.
enum Element<'c, 'd> {
    Added(&'c str),
    Stayed(Planned<'c>, Node<'d>),
}

/// Applies a whole script of edits and gives the document as JSON text. Key order, and the order of arrays
/// whose order does not count, may come out otherwise than in the right document.
pub fn apply(document: &Document<'_>, edits: &[Edit]) -> Result<String, NotApplicable> {
    let mut root = Planned::default();
    for edit in edits {
        root.enter(edit).ok_or_else(|| NotApplicable(edit.left.clone()))?;
    }
    let mut out = String::new();
    root.write(document.root(), &mut out).ok_or_else(|| NotApplicable(Pointer::default()))?;
    Ok(out)
}

impl<'c> Planned<'c> {
    fn enter(&mut self, edit: &'c Edit) -> Option<()> {
        let mut at = self;
        for segment in edit.left.segments() {
            at = at.below.entry(segment.into_owned()).or_default();
        }
        let last = || edit.right.segments().last().map(std::borrow::Cow::into_owned);
        match &edit.change {
            EditKind::Added { value } => at.added.push((last()?, value)),
            EditKind::Removed { .. } => at.is_removed = true,
            EditKind::Changed { to, .. } | EditKind::Respelled { to, .. } => at.value = Some(to),
            EditKind::Moved => at.moves_to = Some(last()?.parse().ok()?),
        }
        Some(())
    }

    fn write(self, node: Node<'_>, out: &mut String) -> Option<()> {
        if let Some(text) = self.value {
            out.push_str(text);
            return Some(());
        }
        match node.kind() {
            Kind::Object => self.members(node, out),
            Kind::Array => self.elements(node, out),
            _ if self.below.is_empty() && self.added.is_empty() => {
                node.write(out);
                Some(())
            }
            _ => None,
        }
    }

    fn members(mut self, node: Node<'_>, out: &mut String) -> Option<()> {
        let mut is_first = true;
        let mut name = |key: &str, out: &mut String| {
            out.push(if std::mem::take(&mut is_first) { '{' } else { ',' });
            write_string(key, out);
            out.push(':');
        };
        for member in node.children() {
            let key = member.key()?;
            let edit = self.below.remove(key.as_ref()).unwrap_or_default();
            if !edit.is_removed {
                name(&key, out);
                edit.write(member, out)?;
            }
        }
        for (key, value) in self.added {
            name(&key, out);
            out.push_str(value);
        }
        out.push_str(if is_first { "{}" } else { "}" });
        self.below.is_empty().then_some(())
    }

    /// What was added or moved goes to its place; what stayed fills the rest, in order.
    fn elements(mut self, node: Node<'_>, out: &mut String) -> Option<()> {
        let (mut stayed, mut placed) = (Vec::new(), Vec::new());
        for (index, item) in node.children().enumerate() {
            let edit = if self.below.is_empty() { None } else { self.below.remove(&index.to_string()) };
            let edit = edit.unwrap_or_default();
            match edit.moves_to {
                _ if edit.is_removed => {}
                Some(to) => placed.push((to, Element::Stayed(edit, item))),
                None => stayed.push(Element::Stayed(edit, item)),
            }
        }
        for (index, value) in self.added {
            placed.push((index.parse().ok()?, Element::Added(value)));
        }
        placed.sort_by_key(|(index, _)| *index);
        let mut elements = Vec::with_capacity(stayed.len() + placed.len());
        let mut stayed = stayed.into_iter();
        for (index, element) in placed {
            while elements.len() < index {
                elements.push(stayed.next()?);
            }
            elements.push(element);
        }
        elements.extend(stayed);
        out.push('[');
        for (index, element) in elements.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            match element {
                Element::Added(value) => out.push_str(value),
                Element::Stayed(edit, node) => edit.write(node, out)?,
            }
        }
        out.push(']');
        self.below.is_empty().then_some(())
    }
}
