//! Walks two documents together, as the comparison does, and writes a line for each value.

mod element;

use super::{
    super::{
        Badge,
        mark::{Marks, narrow},
        number::{Numbers, Way},
    },
    Line, NONE, Part, Shape,
};
use crate::{
    difference::Change,
    json::{
        Arrays, Kind, Mask, Node, Policy, Segment,
        member::{self, Match},
        number,
        pair::Pairing,
        walk,
    },
    work,
};

/// What comes of it.
#[derive(Default)]
pub(super) struct Built {
    pub(super) lines: Vec<Line>,
    pub(super) badges: Vec<(u32, Badge)>,
    pub(super) marks: Marks,
    pub(super) widest: usize,
}

pub(super) struct Builder<'p> {
    shape: Shape,
    policy: &'p Policy,
    numbers: &'p Numbers<'p>,
    built: Built,
    /// The way to what is being written, on both sides.
    ways: [Way; 2],
    /// Rows of the brackets that are open, and how many of them are known to stay in sight.
    open: Vec<u32>,
    kept: usize,
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

    /// Where its row begins in the text: at its key, if it has one.
    fn from(self) -> u32 {
        self.node.key_span().map_or(self.node.span().from, |key| key.from - 1)
    }
}

impl<'p> Builder<'p> {
    pub(super) fn new(shape: Shape, policy: &'p Policy, numbers: &'p Numbers<'p>) -> Self {
        Self {
            shape,
            policy,
            numbers,
            built: Built::default(),
            ways: [Way::default(), Way::default()],
            open: Vec::new(),
            kept: 0,
        }
    }

    pub(super) fn built(mut self, left: Node<'_>, right: Node<'_>) -> Built {
        let weight = left.weight().max(right.weight());
        // Brackets that close have rows too. Room that is not used costs nothing.
        self.built.lines.reserve(weight + weight / 2);
        self.both([Placed::member(left), Placed::member(right)], None);
        self.built.lines.shrink_to_fit();
        self.built
    }

    fn line(&mut self, of: [Option<Placed<'_>>; 2], part: Part) {
        work::step();
        work::take(size_of::<Line>());
        let mut line = Line { from: [NONE; 2], index: [NONE; 2], depth: 0, part };
        line.depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        for (side, placed) in of.into_iter().enumerate() {
            let Some(placed) = placed else { continue };
            if self.shape == Shape::Page {
                line.from[side] = placed.node.at();
                self.built.widest = self.built.widest.max(element::width(placed.node) + 2 * self.open.len());
            } else if part == Part::Close {
                line.from[side] = placed.node.span().to - 1;
            } else {
                (line.from[side], line.index[side]) = (placed.from(), placed.index);
            }
            if self.shape == Shape::Json && part == Part::Whole {
                let width = (placed.node.span().to - placed.from()) as usize + 2 * self.open.len();
                self.built.widest = self.built.widest.max(width);
            }
        }
        self.built.lines.push(line);
    }

    fn container(&mut self, of: [Option<Placed<'_>>; 2], inside: impl FnOnce(&mut Self)) {
        let row = narrow(self.built.lines.len());
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
            self.built.marks.keep(self.open[self.kept]);
            self.kept += 1;
        }
        let way = &self.ways[usize::from(change == Change::Added)];
        let number = self.numbers.of_way(way, change);
        let mark =
            self.built.marks.begin(self.built.lines.len(), change, number, rule.map(|it| it.rule.as_str()));
        write(self);
        self.built.marks.end(mark, self.built.lines.len());
        mark
    }

    /// Two values that were compared with each other.
    fn both(&mut self, of: [Placed<'_>; 2], hidden: Option<&'p Mask>) {
        let [left, right] = of.map(|it| it.node);
        if left.exact() == right.exact() {
            return self.same(of);
        }
        let hidden = walk::inherited(hidden, left, right).or_else(|| walk::hiding(self.policy, left, right));
        match (left.kind(), right.kind()) {
            (Kind::Object, Kind::Object) if self.shape == Shape::Page => self.element(of, hidden),
            (Kind::Object, Kind::Object) => self.container(of.map(Some), |this| {
                for found in member::matches(left, right) {
                    this.member(&found, hidden);
                }
            }),
            (Kind::Array, Kind::Array) => {
                let badge = match self.policy.mode(left.mark()) {
                    Arrays::InOrder => None,
                    Arrays::AsSet => Some(Badge::AsSet),
                    Arrays::ByKey(key) => Some(Badge::ByKey(key.clone())),
                };
                let row = narrow(self.built.lines.len());
                self.built.badges.extend(badge.map(|badge| (row, badge)));
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
    fn replaced(&mut self, [left, right]: [Placed<'_>; 2]) {
        if left.node.has_children() || right.node.has_children() {
            self.alone(left, 0);
            self.alone(right, 1);
        } else {
            self.line([Some(left), Some(right)], Part::Whole);
        }
    }

    /// Two values that are the same, if not in the order of their keys.
    fn same(&mut self, of: [Placed<'_>; 2]) {
        let [left, right] = of.map(|it| it.node);
        if self.shape == Shape::Page {
            return self.same_element(of);
        }
        if left.raw() == right.raw() {
            return self.copied(of[0], [of[1].from().wrapping_sub(of[0].from()), of[1].index]);
        }
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

    /// A value that is written in the same way on both sides: so far apart, and there with this index.
    fn copied(&mut self, placed: Placed<'_>, [apart, index]: [u32; 2]) {
        work::step();
        work::take(2 * size_of::<Line>());
        let (from, end) = (placed.from(), placed.node.span().to - 1);
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let both = |from: u32| [from, from.wrapping_add(apart)];
        if !placed.node.has_children() {
            self.built.widest = self.built.widest.max((end + 1 - from) as usize + 2 * self.open.len());
            self.built.lines.push(Line {
                from: both(from),
                index: [placed.index, index],
                depth,
                part: Part::Whole,
            });
            return;
        }
        self.open.push(narrow(self.built.lines.len()));
        self.built.lines.push(Line {
            from: both(from),
            index: [placed.index, index],
            depth,
            part: Part::Open,
        });
        let is_array = placed.node.kind() == Kind::Array;
        for (index, node) in placed.node.children().enumerate() {
            let index = if is_array { narrow(index) } else { NONE };
            self.copied(Placed { node, index }, [apart, index]);
        }
        self.open.pop();
        self.built.lines.push(Line { from: both(end), index: [NONE; 2], depth, part: Part::Close });
    }

    /// A value that only one side has.
    fn alone(&mut self, placed: Placed<'_>, side: usize) {
        let mut of = [None, None];
        of[side] = Some(placed);
        if self.shape == Shape::Page {
            return self.alone_element(placed, of, side);
        }
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

    fn member(&mut self, found: &Match<'_>, hidden: Option<&'p Mask>) {
        match *found {
            Match::Both(left, right) if left.exact() == right.exact() => {
                self.same([left, right].map(Placed::member));
            }
            Match::Both(left, right) => {
                self.within([Some(key(left)), Some(key(right))], |this| {
                    this.both([left, right].map(Placed::member), hidden);
                });
            }
            Match::Left(member) => self.missing(key(member), Placed::member(member), 0, hidden),
            Match::Right(member) => self.missing(key(member), Placed::member(member), 1, hidden),
        }
    }

    fn missing(&mut self, at: Segment<'_>, of: Placed<'_>, side: usize, hidden: Option<&'p Mask>) {
        let change = if side == 0 { Change::Removed } else { Change::Added };
        let own = || self.policy.rule(of.node.mark()).filter(|rule| rule.whole);
        let hidden = walk::inherited_alone(hidden, of.node).or_else(own);
        let mut way = [None, None];
        way[side] = Some(at);
        self.within(way, |this| {
            this.marked(change, hidden, |this| this.alone(of, side));
        });
    }

    /// One step further on the way of either side, or of both.
    fn within(&mut self, segments: [Option<Segment<'_>>; 2], write: impl FnOnce(&mut Self)) {
        let before = self.ways.each_ref().map(Way::len);
        for (way, segment) in self.ways.iter_mut().zip(&segments) {
            if let Some(segment) = segment {
                way.enter(segment);
            }
        }
        write(self);
        for (way, before) in self.ways.iter_mut().zip(before) {
            way.leave(before);
        }
    }

    fn elements(&mut self, left: Node<'_>, right: Node<'_>, hidden: Option<&'p Mask>) {
        let (lefts, rights): (Vec<_>, Vec<_>) = (left.children().collect(), right.children().collect());
        let pairing = walk::pairing(self.policy, (left, &lefts), (right, &rights));
        // Of an element that moved, the mark of the half that was written first.
        let mut halves = vec![None; pairing.moved.len()];
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
                Step::Moved(nth, side) => {
                    let (i, j) = pairing.moved[nth];
                    let of = [Placed::element(&lefts, i), Placed::element(&rights, j)];
                    let mark = self.moved(of, side, hidden);
                    if let Some(twin) = halves[nth].replace(mark) {
                        self.built.marks.set_twins(twin, mark);
                    }
                }
            }
        }
    }

    /// One half of an element that moved, and its mark. What also changed in it is shown where it stands now.
    fn moved(&mut self, of: [Placed<'_>; 2], side: usize, hidden: Option<&'p Mask>) -> usize {
        let is_same = of[0].node.exact() == of[1].node.exact();
        let mut mark = 0;
        self.within(of.map(|it| Some(Segment::Index(it.index as usize))), |this| {
            mark = this.marked(Change::Moved, hidden, |this| {
                if side == 0 || is_same {
                    this.alone(of[side], side);
                } else {
                    this.both(of, hidden);
                }
            });
        });
        mark
    }
}

fn key(node: Node<'_>) -> Segment<'_> {
    Segment::Key(node.key().unwrap_or_default())
}

/// What happens next when both arrays are read from the front.
enum Step {
    Kept(usize, usize),
    Removed(usize),
    Added(usize),
    /// The n-th that moved, and the side whose half it is.
    Moved(usize, usize),
}

/// The elements of both arrays in one order: what only one side has stands before the next pair that stayed.
fn steps(pairing: &Pairing) -> Vec<Step> {
    let mut lefts: Vec<_> = pairing.removed.iter().map(|i| (*i, Step::Removed(*i))).collect();
    lefts.extend(pairing.moved.iter().enumerate().map(|(nth, (i, _))| (*i, Step::Moved(nth, 0))));
    lefts.sort_by_key(|it| it.0);
    let mut rights: Vec<_> = pairing.added.iter().map(|j| (*j, Step::Added(*j))).collect();
    rights.extend(pairing.moved.iter().enumerate().map(|(nth, (_, j))| (*j, Step::Moved(nth, 1))));
    rights.sort_by_key(|it| it.0);
    let (mut lefts, mut rights) = (lefts.into_iter().peekable(), rights.into_iter().peekable());
    let mut steps = Vec::new();
    for (i, j) in pairing.kept() {
        while let Some((_, step)) = lefts.next_if(|it| it.0 < i) {
            steps.push(step);
        }
        while let Some((_, step)) = rights.next_if(|it| it.0 < j) {
            steps.push(step);
        }
        steps.push(Step::Kept(i, j));
    }
    steps.extend(lefts.map(|it| it.1));
    steps.extend(rights.map(|it| it.1));
    steps
}
