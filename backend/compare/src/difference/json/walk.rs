//! Walks two documents together and writes down where they differ.

use super::{
    Arrays, Change, Difference, Mask, Pointer, Policy,
    member::{self, Match},
    node::{Node, Value},
    number, pair,
    pointer::Segment,
};

/// The differences, as many as the policy lists, and how many there are.
pub(in crate::difference) fn differences(
    left: &Node<'_>,
    right: &Node<'_>,
    policy: &Policy,
) -> (Vec<Difference>, usize) {
    let mut walk =
        Walk { policy, left: Vec::new(), right: Vec::new(), found: Vec::new(), listed: [0; 2], total: 0 };
    walk.node(left, right, None);
    (walk.found, walk.total)
}

struct Walk<'n, 'p> {
    policy: &'p Policy,
    left: Vec<Segment<'n>>,
    right: Vec<Segment<'n>>,
    found: Vec<Difference>,
    /// How many are listed: visible ones and hidden ones, so that noise does not push out what matters.
    listed: [usize; 2],
    total: usize,
}

impl<'n, 'p> Walk<'n, 'p> {
    fn node(&mut self, left: &'n Node<'_>, right: &'n Node<'_>, hidden: Option<&'p Mask>) {
        if left.exact == right.exact {
            return;
        }
        let hidden = hidden.or_else(|| self.hides(left, right));
        match (&left.value, &right.value) {
            (Value::Object(lefts), Value::Object(rights)) => {
                for found in member::matches(lefts, rights) {
                    self.member(&found, hidden);
                }
            }
            (Value::Array(lefts), Value::Array(rights)) => {
                // Aligned from the same side whichever document is called left, so that both views agree.
                let is_mirrored = left.exact > right.exact;
                let pairing = match self.policy.mode(left.mark) {
                    Arrays::InOrder => pair::in_order(lefts, rights, is_mirrored),
                    Arrays::AsSet => pair::as_set(lefts, rights),
                    Arrays::ByKey(key) => pair::by_key(lefts, rights, key),
                };
                self.elements(lefts, rights, &pairing, hidden);
            }
            (Value::Number(from), Value::Number(to)) if number::are_equal(from, to) => {
                let (from, to) = ((*from).to_owned(), (*to).to_owned());
                self.push(Change::Respelled { from, to }, hidden);
            }
            _ => self.push(Change::Changed { from: left.to_text(), to: right.to_text() }, hidden),
        }
    }

    /// A rule on this very place. Unless it hides the whole, another kind of value shows.
    fn hides(&self, left: &Node<'_>, right: &Node<'_>) -> Option<&'p Mask> {
        if left.hash == right.hash
            && let Some(cover) = self.policy.cover(left.mark)
        {
            return Some(cover);
        }
        let rule = self.policy.rule(left.mark)?;
        (rule.whole || left.kind() == right.kind()).then_some(rule)
    }

    fn member(&mut self, found: &Match<'n, '_>, hidden: Option<&'p Mask>) {
        match found {
            Match::Both(left, right) => {
                self.left.push(Segment::Key(&left.key));
                self.right.push(Segment::Key(&right.key));
                self.node(&left.node, &right.node, hidden);
                self.left.pop();
                self.right.pop();
            }
            Match::Left(member) => self.removed(Segment::Key(&member.key), &member.node, hidden),
            Match::Right(member) => self.added(Segment::Key(&member.key), &member.node, hidden),
        }
    }

    fn elements(
        &mut self,
        lefts: &'n [Node<'_>],
        rights: &'n [Node<'_>],
        pairing: &pair::Pairing,
        hidden: Option<&'p Mask>,
    ) {
        for &(left, right) in &pairing.kept {
            self.element((left, &lefts[left]), (right, &rights[right]), false, hidden);
        }
        for &(left, right) in &pairing.moved {
            self.element((left, &lefts[left]), (right, &rights[right]), true, hidden);
        }
        for &index in &pairing.removed {
            self.removed(Segment::Index(index), &lefts[index], hidden);
        }
        for &index in &pairing.added {
            self.added(Segment::Index(index), &rights[index], hidden);
        }
    }

    fn element(
        &mut self,
        left: (usize, &'n Node<'_>),
        right: (usize, &'n Node<'_>),
        has_moved: bool,
        hidden: Option<&'p Mask>,
    ) {
        if !has_moved && left.1.exact == right.1.exact {
            return;
        }
        self.left.push(Segment::Index(left.0));
        self.right.push(Segment::Index(right.0));
        if has_moved {
            self.push(Change::Moved, hidden);
        }
        self.node(left.1, right.1, hidden);
        self.left.pop();
        self.right.pop();
    }

    fn removed(&mut self, at: Segment<'n>, node: &Node<'_>, hidden: Option<&'p Mask>) {
        self.left.push(at);
        self.push(Change::Removed { value: node.to_text() }, self.missing(node, hidden));
        self.left.pop();
    }

    fn added(&mut self, at: Segment<'n>, node: &Node<'_>, hidden: Option<&'p Mask>) {
        self.right.push(at);
        self.push(Change::Added { value: node.to_text() }, self.missing(node, hidden));
        self.right.pop();
    }

    /// The rule that hides that a value is missing on one side.
    fn missing(&self, node: &Node<'_>, hidden: Option<&'p Mask>) -> Option<&'p Mask> {
        hidden.or_else(|| self.policy.rule(node.mark).filter(|rule| rule.whole))
    }

    fn push(&mut self, change: Change, hidden: Option<&'p Mask>) {
        self.total += 1;
        let listed = &mut self.listed[usize::from(hidden.is_some())];
        if *listed == self.policy.limit {
            return;
        }
        *listed += 1;
        self.found.push(Difference {
            left: Pointer::from(self.left.as_slice()),
            right: Pointer::from(self.right.as_slice()),
            change,
            hidden_by: hidden.map(|mask| mask.rule.clone()),
        });
    }
}
