//! Elements of a page as rows: where it begins, each attribute that differs, what is in it, where it ends.

use super::{Builder, Mask, Match, Placed, key};
use crate::{
    difference::Change,
    json::{Kind, Node, member},
    view::tree::Part,
};

impl<'p> Builder<'p> {
    /// Two elements that were compared with each other.
    pub(super) fn element(&mut self, of: [Placed<'_>; 2], hidden: Option<&'p Mask>) {
        let [left, right] = of.map(|it| it.node);
        self.container(of.map(Some), |this| {
            for found in member::matches(left, right) {
                match found {
                    Match::Both(left, right) if left.exact() == right.exact() => {
                        if left.kind() == Kind::Array {
                            this.same_children([left, right]);
                        }
                    }
                    Match::Both(left, right) => {
                        this.within([Some(key(left)), Some(key(right))], |this| match left.kind() {
                            Kind::Array => this.elements(left, right, hidden),
                            Kind::Object => this.attributes(left, right, hidden),
                            _ => this.attribute([Some(left), Some(right)], hidden),
                        });
                    }
                    Match::Left(member) => this.part(member, 0, hidden),
                    Match::Right(member) => this.part(member, 1, hidden),
                }
            }
        });
    }

    fn attributes(&mut self, left: Node<'_>, right: Node<'_>, hidden: Option<&'p Mask>) {
        for found in member::matches(left, right) {
            let of = match found {
                Match::Both(left, right) if left.exact() == right.exact() => continue,
                Match::Both(left, right) => [Some(left), Some(right)],
                Match::Left(member) => [Some(member), None],
                Match::Right(member) => [None, Some(member)],
            };
            self.within(of.map(|it| it.map(key)), |this| this.attribute(of, hidden));
        }
    }

    fn attribute(&mut self, of: [Option<Node<'_>>; 2], hidden: Option<&'p Mask>) {
        let change = match of {
            [None, _] => Change::Added,
            [_, None] => Change::Removed,
            _ => Change::Changed,
        };
        let hidden = match of {
            [Some(left), Some(right)] => hidden.or_else(|| super::walk::hiding(self.policy, left, right)),
            _ => hidden,
        };
        let placed = of.map(|it| it.map(Placed::member));
        self.marked(change, hidden, |this| this.line(placed, Part::Attribute));
    }

    /// An identity that only one side has.
    fn part(&mut self, member: Node<'_>, side: usize, hidden: Option<&'p Mask>) {
        let mut of = [None, None];
        of[side] = Some(member);
        self.within(of.map(|it| it.map(key)), |this| this.attribute(of, hidden));
    }

    pub(super) fn same_element(&mut self, of: [Placed<'_>; 2]) {
        let children = of.map(|it| it.node.get("children").filter(|it| it.has_children()));
        match children {
            [Some(left), Some(right)] => {
                self.container(of.map(Some), |this| this.same_children([left, right]));
            }
            _ => self.line(of.map(Some), Part::Whole),
        }
    }

    fn same_children(&mut self, [left, right]: [Node<'_>; 2]) {
        for (left, right) in left.children().zip(right.children()) {
            self.same_element([Placed::member(left), Placed::member(right)]);
        }
    }

    pub(super) fn alone_element(&mut self, placed: Placed<'_>, of: [Option<Placed<'_>>; 2], side: usize) {
        match placed.node.get("children").filter(|it| it.has_children()) {
            Some(children) => self.container(of, |this| {
                for child in children.children() {
                    this.alone(Placed::member(child), side);
                }
            }),
            None => self.line(of, Part::Whole),
        }
    }
}

/// About how many characters the row of an element or a text takes.
pub(super) fn width(node: Node<'_>) -> usize {
    if node.kind() == Kind::String {
        return node.raw().len();
    }
    let attributes = node.get("attributes").into_iter().flat_map(Node::children);
    let width = |it: Node<'_>| it.key_span().map_or(0, |key| key.to - key.from) as usize + it.raw().len() + 4;
    attributes.map(width).sum::<usize>() + 40
}
