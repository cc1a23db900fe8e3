//! Turns the left document into the right one by the differences between them.

use std::collections::HashMap;

use super::{
    Change, Difference, Pointer,
    node::{Member, Node, Value},
    parse,
};

/// Why differences do not fit a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the differences were not made from this document: {0} is not as they say")]
pub struct NotApplicable(Pointer);

/// What is to be done at one place, and below it.
#[derive(Default)]
struct Edit<'d> {
    value: Option<&'d str>,
    is_removed: bool,
    moves_to: Option<usize>,
    added: Vec<(String, &'d str)>,
    below: HashMap<String, Edit<'d>>,
}

/// Applies a complete list of differences. Key order, and the order of arrays whose order does not count, may
/// come out otherwise than in the right document.
pub fn apply<'a>(node: Node<'a>, differences: &'a [Difference]) -> Result<Node<'a>, NotApplicable> {
    let mut root = Edit::default();
    for difference in differences {
        root.enter(difference).ok_or_else(|| NotApplicable(difference.left.clone()))?;
    }
    root.run(node).ok_or_else(|| NotApplicable(Pointer::default()))
}

impl<'d> Edit<'d> {
    fn enter(&mut self, difference: &'d Difference) -> Option<()> {
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

    fn run<'a>(self, node: Node<'a>) -> Option<Node<'a>>
    where
        'd: 'a,
    {
        if let Some(text) = self.value {
            return read(text);
        }
        let value = match node.value {
            Value::Object(members) => Value::Object(self.members(members)?),
            Value::Array(items) => Value::Array(self.items(items)?),
            other => other,
        };
        Some(Node::new(value))
    }

    fn members<'a>(mut self, members: Vec<Member<'a>>) -> Option<Vec<Member<'a>>>
    where
        'd: 'a,
    {
        let mut out = Vec::with_capacity(members.len() + self.added.len());
        for member in members {
            match self.below.remove(member.key.as_ref()) {
                None => out.push(member),
                Some(edit) if edit.is_removed => {}
                Some(edit) => out.push(Member::new(member.key, edit.run(member.node)?)),
            }
        }
        for (key, value) in self.added {
            out.push(Member::new(key.into(), read(value)?));
        }
        self.below.is_empty().then_some(out)
    }

    /// What was added or moved goes to its place; what stayed fills the rest, in order.
    fn items<'a>(mut self, items: Vec<Node<'a>>) -> Option<Vec<Node<'a>>>
    where
        'd: 'a,
    {
        let (mut stayed, mut placed) = (Vec::with_capacity(items.len()), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            let edit = if self.below.is_empty() { None } else { self.below.remove(&index.to_string()) };
            match edit {
                None => stayed.push(item),
                Some(edit) if edit.is_removed => {}
                Some(edit) => match edit.moves_to {
                    Some(to) => placed.push((to, edit.run(item)?)),
                    None => stayed.push(edit.run(item)?),
                },
            }
        }
        for (index, value) in self.added {
            placed.push((index.parse().ok()?, read(value)?));
        }
        placed.sort_by_key(|(index, _)| *index);
        let mut out = Vec::with_capacity(stayed.len() + placed.len());
        let mut stayed = stayed.into_iter();
        for (index, node) in placed {
            while out.len() < index {
                out.push(stayed.next()?);
            }
            out.push(node);
        }
        out.extend(stayed);
        self.below.is_empty().then_some(out)
    }
}

fn read(text: &str) -> Option<Node<'_>> {
    parse::read(text, &mut Vec::new()).ok()
}
