//! Walks two documents together, as the comparison does, and writes a line for each value.

use std::collections::HashMap;

use super::{
    super::{
        Numbers,
        mark::{Marks, narrow},
    },
    Line, NONE, Part,
};
use crate::difference::{
    Change, Part as Of,
    json::{
        Arrays, Kind, Mask, Node, Pointer, Policy, Segment,
        member::{self, Match},
        number,
        pair::Pairing,
        walk,
    },
};

pub(super) struct Builder<'d, 'p> {
    policy: &'p Policy,
    numbers: &'p Numbers<'p>,
    pub(super) lines: Vec<Line>,
    pub(super) badges: Vec<(u32, Arrays)>,
    pub(super) marks: Marks,
    pub(super) widest: usize,
    /// The way to what is being written, on both sides.
    ways: [Vec<Segment<'d>>; 2],
    /// Rows of the brackets that are open, and how many of them are known to stay in sight.
    open: Vec<u32>,
    kept: usize,
    /// Marks of one half of an element that moved, until the other half is written.
    moved: HashMap<(u32, u32), usize>,
}

/// A value with its place in an array, if it is in one.
#[derive(Clone, Copy)]
struct Placed<'d> {
    node: Node<'d>,
    index: u32,
}

impl<'d> Placed<'d> {
    fn member(node: Node<'d>) -> Self {
        Self { node, index: NONE }
    }

    fn element(nodes: &[Node<'d>], index: usize) -> Self {
        Self { node: nodes[index], index: narrow(index) }
    }

    /// Where its row begins: at its key, if it has one.
    fn from(self) -> u32 {
        self.node.key_span().map_or(self.node.span().from, |key| key.from - 1)
    }
}

impl<'d, 'p> Builder<'d, 'p> {
    pub(super) fn new(policy: &'p Policy, numbers: &'p Numbers<'p>) -> Self {
        Self {
            policy,
            numbers,
            lines: Vec::new(),
            badges: Vec::new(),
            marks: Marks::default(),
            widest: 0,
            ways: [Vec::new(), Vec::new()],
            open: Vec::new(),
            kept: 0,
            moved: HashMap::new(),
        }
    }

    pub(super) fn root(&mut self, left: Node<'d>, right: Node<'d>) {
        self.lines.reserve(left.weight().max(right.weight()));
        self.both([Placed::member(left), Placed::member(right)], None);
    }

    fn line(&mut self, of: [Option<Placed<'d>>; 2], part: Part) {
        let mut line = Line { from: [NONE; 2], index: [NONE; 2], depth: 0, part };
        line.depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        for (side, placed) in of.into_iter().enumerate() {
            let Some(placed) = placed else { continue };
            if part == Part::Close {
                line.from[side] = placed.node.span().to - 1;
                continue;
            }
            (line.from[side], line.index[side]) = (placed.from(), placed.index);
            if part == Part::Whole {
                let width = (placed.node.span().to - placed.from()) as usize + 2 * self.open.len();
                self.widest = self.widest.max(width);
            }
        }
        self.lines.push(line);
    }

    fn container(&mut self, of: [Option<Placed<'d>>; 2], inside: impl FnOnce(&mut Self)) {
        let row = narrow(self.lines.len());
        self.line(of, Part::Open);
        self.open.push(row);
        inside(self);
        self.open.pop();
        self.kept = self.kept.min(self.open.len());
        self.line(of, Part::Close);
    }

    /// Marks the rows that are written. What holds them stays in sight, unless they are noise.
    fn marked(&mut self, change: Change, rule: Option<&Mask>, write: impl FnOnce(&mut Self)) -> usize {
        while rule.is_none() && self.kept < self.open.len() {
            self.marks.keep(self.open[self.kept]);
            self.kept += 1;
        }
        let way = &self.ways[usize::from(change == Change::Added)];
        let place = Pointer::from(way.as_slice());
        let number = self.numbers.of_place(Of::Json, place.as_str(), change);
        let mark = self.marks.begin(self.lines.len(), change, number, rule.map(|it| it.rule.as_str()));
        write(self);
        self.marks.end(mark, self.lines.len());
        mark
    }

    /// Two values that were compared with each other.
    fn both(&mut self, of: [Placed<'d>; 2], hidden: Option<&'p Mask>) {
        let [left, right] = of.map(|it| it.node);
        if left.exact() == right.exact() {
            return self.same(of);
        }
        let hidden = hidden.or_else(|| walk::hiding(self.policy, left, right));
        match (left.kind(), right.kind()) {
            (Kind::Object, Kind::Object) => self.container(of.map(Some), |this| {
                for found in member::matches(left, right) {
                    this.member(&found, hidden);
                }
            }),
            (Kind::Array, Kind::Array) => {
                let arrays = self.policy.mode(left.mark());
                if *arrays != Arrays::InOrder {
                    self.badges.push((narrow(self.lines.len()), arrays.clone()));
                }
                self.container(of.map(Some), |this| this.elements(left, right, hidden));
            }
            (Kind::Number, Kind::Number) if number::are_equal(left.raw(), right.raw()) => {
                self.marked(Change::Respelled, hidden, |this| this.line(of.map(Some), Part::Whole));
            }
            _ => {
                self.marked(Change::Changed, hidden, |this| this.replaced(of));
            }
        }
    }

    /// In one row where both fit into one, else one under the other.
    fn replaced(&mut self, [left, right]: [Placed<'d>; 2]) {
        if left.node.has_children() || right.node.has_children() {
            self.alone(left, 0);
            self.alone(right, 1);
        } else {
            self.line([Some(left), Some(right)], Part::Whole);
        }
    }

    /// Two values that are the same, if not in the order of their keys.
    fn same(&mut self, of: [Placed<'d>; 2]) {
        let [left, right] = of.map(|it| it.node);
        if !left.has_children() {
            return self.line(of.map(Some), Part::Whole);
        }
        self.container(of.map(Some), |this| {
            if left.kind() == Kind::Array {
                for (index, (left, right)) in left.children().zip(right.children()).enumerate() {
                    this.same([left, right].map(|node| Placed { node, index: narrow(index) }));
                }
            } else if left.children().zip(right.children()).all(|(left, right)| left.has_key_of(right)) {
                for (left, right) in left.children().zip(right.children()) {
                    this.same([left, right].map(Placed::member));
                }
            } else {
                for found in member::matches(left, right) {
                    if let Match::Both(left, right) = found {
                        this.same([left, right].map(Placed::member));
                    }
                }
            }
        });
    }

    /// A value that only one side has.
    fn alone(&mut self, placed: Placed<'d>, side: usize) {
        let mut of = [None, None];
        of[side] = Some(placed);
        if !placed.node.has_children() {
            return self.line(of, Part::Whole);
        }
        let is_array = placed.node.kind() == Kind::Array;
        self.container(of, |this| {
            for (index, node) in placed.node.children().enumerate() {
                this.alone(Placed { node, index: if is_array { narrow(index) } else { NONE } }, side);
            }
        });
    }

    fn member(&mut self, found: &Match<'d>, hidden: Option<&'p Mask>) {
        let segment = |node: Node<'d>| Segment::Key(node.key().unwrap_or_default());
        match *found {
            Match::Both(left, right) if left.exact() == right.exact() => {
                self.same([left, right].map(Placed::member));
            }
            Match::Both(left, right) => {
                self.within([Some(segment(left)), Some(segment(right))], |this| {
                    this.both([left, right].map(Placed::member), hidden);
                });
            }
            Match::Left(member) => self.missing(segment(member), Placed::member(member), 0, hidden),
            Match::Right(member) => self.missing(segment(member), Placed::member(member), 1, hidden),
        }
    }

    fn missing(&mut self, at: Segment<'d>, of: Placed<'d>, side: usize, hidden: Option<&'p Mask>) {
        let change = if side == 0 { Change::Removed } else { Change::Added };
        let hidden = hidden.or_else(|| self.policy.rule(of.node.mark()).filter(|rule| rule.whole));
        let mut way = [None, None];
        way[side] = Some(at);
        self.within(way, |this| {
            this.marked(change, hidden, |this| this.alone(of, side));
        });
    }

    /// One step further on the way of either side, or of both.
    fn within(&mut self, segments: [Option<Segment<'d>>; 2], write: impl FnOnce(&mut Self)) {
        let before = self.ways.each_ref().map(Vec::len);
        for (way, segment) in self.ways.iter_mut().zip(segments) {
            way.extend(segment);
        }
        write(self);
        for (way, before) in self.ways.iter_mut().zip(before) {
            way.truncate(before);
        }
    }

    fn elements(&mut self, left: Node<'d>, right: Node<'d>, hidden: Option<&'p Mask>) {
        let (lefts, rights): (Vec<_>, Vec<_>) = (left.children().collect(), right.children().collect());
        let pairing = walk::pairing(self.policy, (left, &lefts), (right, &rights));
        for step in steps(&pairing) {
            match step {
                Step::Kept(i, j) => {
                    let of = [Placed::element(&lefts, i), Placed::element(&rights, j)];
                    if of[0].node.exact() == of[1].node.exact() {
                        self.same(of);
                    } else {
                        self.within([Some(Segment::Index(i)), Some(Segment::Index(j))], |this| {
                            this.both(of, hidden);
                        });
                    }
                }
                Step::Removed(i) => self.missing(Segment::Index(i), Placed::element(&lefts, i), 0, hidden),
                Step::Added(j) => self.missing(Segment::Index(j), Placed::element(&rights, j), 1, hidden),
                Step::Moved(i, j, side) => {
                    self.moved([Placed::element(&lefts, i), Placed::element(&rights, j)], side, hidden);
                }
            }
        }
    }

    /// One half of an element that moved. What also changed in it is shown where it stands now.
    fn moved(&mut self, of: [Placed<'d>; 2], side: usize, hidden: Option<&'p Mask>) {
        let is_same = of[0].node.exact() == of[1].node.exact();
        let mut mark = 0;
        self.within(of.map(|it| Some(Segment::Index(it.index as usize))), |this| {
            mark = this.marked(Change::Moved, hidden, |this| {
                if side == 0 || is_same { this.alone(of[side], side) } else { this.both(of, hidden) }
            });
        });
        let key = (of[0].from(), of[1].from());
        if let Some(twin) = self.moved.insert(key, mark) {
            self.marks.set_twins(twin, mark);
        }
    }
}

/// What happens next when both arrays are read from the front.
enum Step {
    Kept(usize, usize),
    Removed(usize),
    Added(usize),
    /// From where to where, and the side whose half it is.
    Moved(usize, usize, usize),
}

/// The elements of both arrays in one order: what only one side has stands before the next pair that stayed.
fn steps(pairing: &Pairing) -> Vec<Step> {
    let mut lefts: Vec<_> = pairing.removed.iter().map(|i| (*i, Step::Removed(*i))).collect();
    lefts.extend(pairing.moved.iter().map(|(i, j)| (*i, Step::Moved(*i, *j, 0))));
    lefts.sort_by_key(|it| it.0);
    let mut rights: Vec<_> = pairing.added.iter().map(|j| (*j, Step::Added(*j))).collect();
    rights.extend(pairing.moved.iter().map(|(i, j)| (*j, Step::Moved(*i, *j, 1))));
    rights.sort_by_key(|it| it.0);
    let (mut lefts, mut rights) = (lefts.into_iter().peekable(), rights.into_iter().peekable());
    let mut steps = Vec::with_capacity(pairing.kept.len());
    for (i, j) in &pairing.kept {
        while let Some((_, step)) = lefts.next_if(|it| it.0 < *i) {
            steps.push(step);
        }
        while let Some((_, step)) = rights.next_if(|it| it.0 < *j) {
            steps.push(step);
        }
        steps.push(Step::Kept(*i, *j));
    }
    steps.extend(lefts.map(|it| it.1));
    steps.extend(rights.map(|it| it.1));
    steps
}
