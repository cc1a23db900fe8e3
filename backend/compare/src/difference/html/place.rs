//! Where in a page something is, as a CSS selector and what of it.

use std::{collections::HashMap, fmt::Write as _};

use crate::{
    difference::selector::identifier,
    json::{Kind, Node, Pointer},
};

/// Finds places in one page. What is known of an element's children is kept for the next place.
pub(super) struct Places<'d> {
    root: Node<'d>,
    children: HashMap<u32, Vec<Child<'d>>>,
}

/// A child with its label, unless it is a text, and its number among its like.
struct Child<'d> {
    node: Node<'d>,
    label: Option<String>,
    nth: usize,
    /// Whether there are others of the same label.
    has_like: bool,
}

impl<'d> Places<'d> {
    pub(super) fn of(root: Node<'d>) -> Self {
        Self { root, children: HashMap::new() }
    }

    /// The exact place, and the spot without counting.
    pub(super) fn of_pointer(&mut self, pointer: &Pointer) -> (String, String) {
        let mut at = Some(self.root);
        let mut exact: Vec<_> = label(self.root).into_iter().collect();
        let mut spot = exact.clone();
        let (mut suffix, mut common) = (String::new(), String::new());
        let segments: Vec<_> = pointer.segments().collect();
        let mut rest = segments.iter().map(AsRef::as_ref);
        while let Some(name) = rest.next() {
            match name {
                "children" => {
                    let index = rest.next().and_then(|it| it.parse::<usize>().ok());
                    let (Some(parent), Some(index)) = (at, index) else { continue };
                    let Some(child) = self.child(parent, index) else { continue };
                    at = Some(child.node);
                    match &child.label {
                        Some(label) if child.has_like => {
                            exact.push(format!("{label}:nth-of-type({})", child.nth));
                            spot.push(label.clone());
                        }
                        Some(label) => {
                            exact.push(label.clone());
                            spot.push(label.clone());
                        }
                        None => {
                            " text".clone_into(&mut common);
                            suffix =
                                if child.has_like { format!(" text {}", child.nth) } else { common.clone() };
                        }
                    }
                }
                "attributes" => {
                    common = rest.next().map(|it| format!(" @{it}")).unwrap_or_default();
                    suffix.clone_from(&common);
                }
                other => {
                    common = format!(" @{other}");
                    suffix.clone_from(&common);
                }
            }
        }
        (exact.join(" > ") + &suffix, spot.join(" > ") + &common)
    }

    fn child(&mut self, parent: Node<'d>, index: usize) -> Option<&Child<'d>> {
        self.children.entry(parent.at()).or_insert_with(|| children(parent)).get(index)
    }
}

fn children(parent: Node<'_>) -> Vec<Child<'_>> {
    let nodes = parent.get("children").into_iter().flat_map(Node::children);
    let mut count: HashMap<String, usize> = HashMap::new();
    let mut children: Vec<_> = nodes
        .map(|node| {
            let label = label(node);
            let count = count.entry(label.clone().unwrap_or_default()).or_default();
            *count += 1;
            Child { node, label, nth: *count, has_like: false }
        })
        .collect();
    for child in &mut children {
        let label = child.label.as_deref().unwrap_or_default();
        child.has_like = count.get(label).is_some_and(|it| *it > 1);
    }
    children
}

/// `tag`, or `tag#id`.
fn label(node: Node<'_>) -> Option<String> {
    let word = |key| node.get(key).filter(|it| it.kind() == Kind::String).map(Node::text);
    let tag = word("tag")?;
    let mut label = identifier(&tag);
    if let Some(id) = word("id") {
        let _ = write!(label, "#{}", identifier(&id));
    }
    Some(label)
}
