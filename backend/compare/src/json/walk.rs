//! Walks two documents together and writes down where they differ.

use super::{
    Arrays, Edit, EditKind, Kind, Mask, Node, Pattern, Pointer, Policy,
    member::{self, Match},
    number, pair,
    pointer::Segment,
};
use crate::work::{self, Lent};

/// The differences, as many as the policy lists, and how many there are.
pub(crate) fn differences(left: Node<'_>, right: Node<'_>, policy: &Policy) -> (Vec<Edit>, usize) {
    let mut walk =
        Walk { policy, left: Vec::new(), right: Vec::new(), found: Vec::new(), listed: [0; 2], total: 0 };
    walk.node(left, right, None);
    (walk.found, walk.total)
}

/// What an element takes while its array is aligned.
const AN_ELEMENT: usize = 96;

/// A value as it is written out, counted.
fn text(node: Node<'_>) -> String {
    let text = node.to_text();
    work::take(text.len());
    text
}

/// The rule on this very place that hides a difference. Unless it hides the whole, another kind of value shows.
pub(crate) fn hiding<'p>(policy: &'p Policy, left: Node<'_>, right: Node<'_>) -> Option<&'p Mask> {
    if left.hash() == right.hash()
        && let Some(cover) = policy.cover(left.mark())
    {
        return Some(cover);
    }
    let rule = policy.rule(left.mark())?;
    (rule.whole || left.kind() == right.kind()).then_some(rule)
}

/// What a rule for the whole around two values hides of them too.
pub(crate) fn inherited<'p>(hidden: Option<&'p Mask>, left: Node<'_>, right: Node<'_>) -> Option<&'p Mask> {
    hidden.filter(|rule| rule.whole || !(left.mark().pinned || right.mark().pinned))
}

/// What it hides of a value that only one side has.
pub(crate) fn inherited_alone<'p>(hidden: Option<&'p Mask>, node: Node<'_>) -> Option<&'p Mask> {
    hidden.filter(|rule| rule.whole || !node.holds_pinned())
}

/// Which element of one array is which of the other. Aligned from the same side whichever document is called
/// left, so that both views agree.
pub(crate) fn pairing<'d>(
    policy: &Policy,
    (left, lefts): (Node<'d>, &[Node<'d>]),
    (right, rights): (Node<'d>, &[Node<'d>]),
) -> pair::Pairing {
    match policy.mode(left.mark()) {
        Arrays::InOrder => pair::in_order(lefts, rights, left.exact() > right.exact()),
        Arrays::AsSet => pair::as_set(lefts, rights),
        Arrays::ByKey(key) => pair::by_key(lefts, rights, key),
    }
}

struct Walk<'d, 'p> {
    policy: &'p Policy,
    left: Vec<Segment<'d>>,
    right: Vec<Segment<'d>>,
    found: Vec<Edit>,
    /// How many are listed: visible ones and hidden ones, so that noise does not push out what matters.
    listed: [usize; 2],
    total: usize,
}

impl<'d, 'p> Walk<'d, 'p> {
    fn node(&mut self, left: Node<'d>, right: Node<'d>, hidden: Option<&'p Mask>) {
        work::step();
        if left.exact() == right.exact() {
            return;
        }
        let hidden = inherited(hidden, left, right).or_else(|| hiding(self.policy, left, right));
        match (left.kind(), right.kind()) {
            (Kind::Object, Kind::Object) => {
                for found in member::matches(left, right) {
                    self.member(&found, hidden);
                }
            }
            (Kind::Array, Kind::Array) => self.elements(left, right, hidden),
            (Kind::Number, Kind::Number) if number::are_equal(left.raw(), right.raw()) => {
                let (from, to) = (left.raw().to_owned(), right.raw().to_owned());
                self.push(|| EditKind::Respelled { from, to }, hidden);
            }
            _ => self.push(|| EditKind::Changed { from: text(left), to: text(right) }, hidden),
        }
    }

    fn member(&mut self, found: &Match<'d>, hidden: Option<&'p Mask>) {
        let segment = |node: Node<'d>| Segment::Key(node.key().unwrap_or_default());
        match *found {
            Match::Both(left, right) if left.exact() == right.exact() => {}
            Match::Both(left, right) => {
                self.left.push(segment(left));
                self.right.push(segment(right));
                self.node(left, right, hidden);
                self.left.pop();
                self.right.pop();
            }
            Match::Left(member) => self.removed(segment(member), member, hidden),
            Match::Right(member) => self.added(segment(member), member, hidden),
        }
    }

    fn elements(&mut self, left: Node<'d>, right: Node<'d>, hidden: Option<&'p Mask>) {
        let _lent = Lent::of((left.children().count() + right.children().count()) * AN_ELEMENT);
        let (lefts, rights): (Vec<_>, Vec<_>) = (left.children().collect(), right.children().collect());
        let pairing = pairing(self.policy, (left, &lefts), (right, &rights));
        for (left, right) in pairing.perhaps_changed(left.everything_counts()) {
            if lefts[left].exact() != rights[right].exact() {
                self.element((left, lefts[left]), (right, rights[right]), false, hidden);
            }
        }
        for &(left, right) in &pairing.moved {
            self.element((left, lefts[left]), (right, rights[right]), true, hidden);
        }
        for &index in &pairing.removed {
            self.removed(Segment::Index(index), lefts[index], hidden);
        }
        for &index in &pairing.added {
            self.added(Segment::Index(index), rights[index], hidden);
        }
    }

    fn element(
        &mut self,
        left: (usize, Node<'d>),
        right: (usize, Node<'d>),
        has_moved: bool,
        hidden: Option<&'p Mask>,
    ) {
        self.left.push(Segment::Index(left.0));
        self.right.push(Segment::Index(right.0));
        if has_moved {
            self.push(|| EditKind::Moved, hidden);
        }
        self.node(left.1, right.1, hidden);
        self.left.pop();
        self.right.pop();
    }

    fn removed(&mut self, at: Segment<'d>, node: Node<'_>, hidden: Option<&'p Mask>) {
        self.left.push(at);
        self.push(|| EditKind::Removed { value: text(node) }, self.missing(node, hidden));
        self.left.pop();
    }

    fn added(&mut self, at: Segment<'d>, node: Node<'_>, hidden: Option<&'p Mask>) {
        self.right.push(at);
        self.push(|| EditKind::Added { value: text(node) }, self.missing(node, hidden));
        self.right.pop();
    }

    /// The rule that hides that a value is missing on one side.
    fn missing(&self, node: Node<'_>, hidden: Option<&'p Mask>) -> Option<&'p Mask> {
        inherited_alone(hidden, node).or_else(|| self.policy.rule(node.mark()).filter(|rule| rule.whole))
    }

    /// Beyond the limit a change is only counted, and its values are not written out.
    fn push(&mut self, change: impl FnOnce() -> EditKind, hidden: Option<&'p Mask>) {
        self.total += 1;
        let listed = &mut self.listed[usize::from(hidden.is_some())];
        if *listed == self.policy.limit {
            return;
        }
        // Whoever chooses the keys chooses how long the way to a value is.
        let way: usize = self.left.iter().chain(&self.right).map(Segment::len).sum();
        if !work::spare(way + size_of::<Edit>()) {
            return;
        }
        *listed += 1;
        let change = change();
        let place = if matches!(change, EditKind::Added { .. }) { &self.right } else { &self.left };
        self.found.push(Edit {
            left: Pointer::from(self.left.as_slice()),
            right: Pointer::from(self.right.as_slice()),
            around: Pattern::around(place),
            change,
            hidden_by: hidden.map(|mask| mask.rule.clone()),
        });
    }
}
