//! Turns the left document into the right one by the differences between them.

use std::collections::HashMap;

use super::{Change, Difference, Document, Kind, Node, Pointer, document::write_string};

/// Why differences do not fit a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the differences were not made from this document: {0} is not as they say")]
pub struct NotApplicable(Pointer);

/// What is to be done at one place, and below it.
#[derive(Default)]
struct Edit<'c> {
    value: Option<&'c str>,
    is_removed: bool,
    moves_to: Option<usize>,
    added: Vec<(String, &'c str)>,
    below: HashMap<String, Edit<'c>>,
}

/// What stands in an array afterwards.
enum Element<'c, 'd> {
    Added(&'c str),
    Stayed(Edit<'c>, Node<'d>),
}

/// Applies a complete list of differences and gives the document as JSON text. Key order, and the order of arrays
/// whose order does not count, may come out otherwise than in the right document.
pub fn apply(document: &Document<'_>, differences: &[Difference]) -> Result<String, NotApplicable> {
    let mut root = Edit::default();
    for difference in differences {
        root.enter(difference).ok_or_else(|| NotApplicable(difference.left.clone()))?;
    }
    let mut out = String::new();
    root.write(document.root(), &mut out).ok_or_else(|| NotApplicable(Pointer::default()))?;
    Ok(out)
}

impl<'c> Edit<'c> {
    fn enter(&mut self, difference: &'c Difference) -> Option<()> {
        let mut at = self;
        for segment in difference.left.segments() {
            at = at.below.entry(segment.into_owned()).or_default();
        }
        let last = || difference.right.segments().last().map(std::borrow::Cow::into_owned);
        match &difference.change {
            Change::Added { value } => at.added.push((last()?, value)),
            Change::Removed { .. } => at.is_removed = true,
            Change::Changed { to, .. } | Change::Respelled { to, .. } => at.value = Some(to),
            Change::Moved => at.moves_to = Some(last()?.parse().ok()?),
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
