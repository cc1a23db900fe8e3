//! Which element of one array is which element of the other.

use super::{Kind, Node, number};
use crate::{align, hash, work};

/// Keys by which elements are usually told apart. They only help to find an element that changed or moved.
const IDENTITIES: [&str; 7] = ["id", "_id", "uuid", "key", "slug", "sku", "name"];
const LARGEST_TABLE: usize = 16_384;
/// Of so many values directly in two elements it is asked whether they are the same.
const SAMPLED: usize = 64;

/// The elements of two arrays, sorted by what became of them. Indices are (left, right).
#[derive(Debug, Default)]
pub(crate) struct Pairing {
    /// So many at the beginning are alike on both sides.
    head: usize,
    /// Of those at the end that are alike, the first.
    tail: (usize, usize),
    tail_length: usize,
    /// Between the two, rising on both sides.
    middle: Vec<(usize, usize)>,
    pub(crate) moved: Vec<(usize, usize)>,
    pub(crate) removed: Vec<usize>,
    pub(crate) added: Vec<usize>,
}

type Nodes<'d> = [Node<'d>];

/// Order counts. Seen from either side the pairing is the same.
pub(crate) fn in_order<'d>(left: &Nodes<'d>, right: &Nodes<'d>, is_mirrored: bool) -> Pairing {
    if is_mirrored {
        return in_order(right, left, false).mirrored();
    }
    let alike = |(left, right): &(&Node<'d>, &Node<'d>)| left.hash() == right.hash();
    let head = left.iter().zip(right).take_while(alike).count();
    let (lefts, rights) = (&left[head..], &right[head..]);
    let tail_length = lefts.iter().rev().zip(rights.iter().rev()).take_while(alike).count();
    let tail = (left.len() - tail_length, right.len() - tail_length);
    let between = between(&left[head..tail.0], &right[head..tail.1]);
    Pairing { head, tail, tail_length, ..between.shifted(head) }
}

fn between(left: &Nodes<'_>, right: &Nodes<'_>) -> Pairing {
    let hashes = |nodes: &Nodes<'_>| nodes.iter().map(|it| it.hash()).collect::<Vec<_>>();
    let anchors = align::common(&hashes(left), &hashes(right));
    let mut table = Table::new(left, right, &anchors);
    table.pair_equals();
    table.pair_identities();
    table.pair_in_gaps(&anchors);
    table.into_pairing(true)
}

/// Order does not count: equal elements are pairs, then those with the same identity.
pub(crate) fn as_set(left: &Nodes<'_>, right: &Nodes<'_>) -> Pairing {
    let mut table = Table::new(left, right, &[]);
    table.pair_equals();
    table.pair_by(|node| (node.kind() == Kind::Number).then(|| number::value_hash(node.raw())));
    table.pair_identities();
    table.into_pairing(false)
}

/// Order does not count: elements with the same value of a key are pairs, the n-th with the n-th.
pub(crate) fn by_key(left: &Nodes<'_>, right: &Nodes<'_>, key: &str) -> Pairing {
    let mut table = Table::new(left, right, &[]);
    table.pair_by(|node| node.get(key).map(Node::hash));
    table.pair_by(|node| {
        node.get(key).filter(|it| it.kind() == Kind::Number).map(|it| number::value_hash(it.raw()))
    });
    table.into_pairing(false)
}

impl Pairing {
    /// All that stayed in their order.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (usize, usize)> {
        let head = (0..self.head).map(|at| (at, at));
        let tail = (0..self.tail_length).map(|at| (self.tail.0 + at, self.tail.1 + at));
        head.chain(self.middle.iter().copied()).chain(tail)
    }

    /// Those of them that may differ. Where every value counts, those at both ends cannot.
    pub(crate) fn perhaps_changed(&self, everything_counts: bool) -> impl Iterator<Item = (usize, usize)> {
        let (head, tail) = if everything_counts { (0, 0) } else { (self.head, self.tail_length) };
        let head = (0..head).map(|at| (at, at));
        let tail = (0..tail).map(|at| (self.tail.0 + at, self.tail.1 + at));
        head.chain(self.middle.iter().copied()).chain(tail)
    }

    fn mirrored(self) -> Self {
        let swap = |pairs: Vec<(usize, usize)>| pairs.into_iter().map(|(a, b)| (b, a)).collect();
        let mut moved: Vec<(usize, usize)> = swap(self.moved);
        moved.sort_unstable();
        let tail = (self.tail.1, self.tail.0);
        Self { tail, middle: swap(self.middle), moved, removed: self.added, added: self.removed, ..self }
    }

    fn shifted(mut self, by: usize) -> Self {
        let pairs = self.middle.iter_mut().chain(&mut self.moved);
        pairs.for_each(|pair| *pair = (pair.0 + by, pair.1 + by));
        self.removed.iter_mut().chain(&mut self.added).for_each(|it| *it += by);
        self
    }
}

struct Table<'n, 'd> {
    left: &'n Nodes<'d>,
    right: &'n Nodes<'d>,
    pairs: Vec<(usize, usize)>,
    left_free: Vec<bool>,
    right_free: Vec<bool>,
}

impl<'n, 'd> Table<'n, 'd> {
    fn new(left: &'n Nodes<'d>, right: &'n Nodes<'d>, pairs: &[(usize, usize)]) -> Self {
        let (left_free, right_free) = (vec![true; left.len()], vec![true; right.len()]);
        let mut table = Self { left, right, pairs: Vec::with_capacity(pairs.len()), left_free, right_free };
        for (left, right) in pairs {
            table.pair(*left, *right);
        }
        table
    }

    fn pair(&mut self, left: usize, right: usize) {
        self.left_free[left] = false;
        self.right_free[right] = false;
        self.pairs.push((left, right));
    }

    fn free(nodes: &'n Nodes<'d>, free: &[bool]) -> Vec<usize> {
        (0..nodes.len()).filter(|index| free[*index]).collect()
    }

    /// Pairs what is free and has the same name, in order of appearance.
    fn pair_by(&mut self, name: impl Fn(Node<'d>) -> Option<u64>) {
        let lefts = named(self.left, &self.left_free, &name);
        let rights = named(self.right, &self.right_free, &name);
        let mut rights = rights.into_iter().peekable();
        for (name, left) in lefts {
            while rights.next_if(|it| it.0 < name).is_some() {}
            if let Some((_, right)) = rights.next_if(|it| it.0 == name) {
                self.pair(left, right);
            }
        }
    }

    fn pair_equals(&mut self) {
        self.pair_by(|node| Some(node.hash()));
    }

    fn pair_identities(&mut self) {
        self.pair_by(identity);
    }

    /// Between two anchors the elements that resemble each other most are pairs, without crossing.
    fn pair_in_gaps(&mut self, anchors: &[(usize, usize)]) {
        let mut from = (0, 0);
        for anchor in anchors.iter().copied().chain([(self.left.len(), self.right.len())]) {
            let lefts: Vec<_> = (from.0..anchor.0).filter(|it| self.left_free[*it]).collect();
            let rights: Vec<_> = (from.1..anchor.1).filter(|it| self.right_free[*it]).collect();
            work::look();
            for (left, right) in self.resembling(&lefts, &rights) {
                self.pair(left, right);
            }
            from = (anchor.0 + 1, anchor.1 + 1);
        }
    }

    fn resembling(&self, lefts: &[usize], rights: &[usize]) -> Vec<(usize, usize)> {
        let likeness = |left: usize, right: usize| likeness(self.left[left], self.right[right]);
        if lefts.len() * rights.len() > LARGEST_TABLE {
            let pairs = lefts.iter().copied().zip(rights.iter().copied());
            return pairs.filter(|(left, right)| likeness(*left, *right) > 0).collect();
        }
        // `best[i][j]` is the most likeness that the rests from `i` and `j` on can have.
        let mut best = vec![vec![0_usize; rights.len() + 1]; lefts.len() + 1];
        let mut likes = vec![vec![0_usize; rights.len()]; lefts.len()];
        for (i, left) in lefts.iter().enumerate().rev() {
            work::look();
            for (j, right) in rights.iter().enumerate().rev() {
                likes[i][j] = likeness(*left, *right);
                let paired = if likes[i][j] > 0 { likes[i][j] + best[i + 1][j + 1] } else { 0 };
                best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
            }
        }
        let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
        while i < lefts.len() && j < rights.len() {
            if likes[i][j] > 0 && best[i][j] == likes[i][j] + best[i + 1][j + 1] {
                pairs.push((lefts[i], rights[j]));
                (i, j) = (i + 1, j + 1);
            } else if best[i][j] == best[i + 1][j] {
                i += 1;
            } else {
                j += 1;
            }
        }
        pairs
    }

    fn into_pairing(mut self, order_counts: bool) -> Pairing {
        self.pairs.sort_unstable();
        let is_rising = self.pairs.windows(2).all(|two| two[0].1 < two[1].1);
        let (removed, added) =
            (Self::free(self.left, &self.left_free), Self::free(self.right, &self.right_free));
        if is_rising || !order_counts {
            return Pairing { middle: self.pairs, removed, added, ..Pairing::default() };
        }
        let middle = align::rising(&self.pairs);
        let mut stays = middle.iter().peekable();
        let moved = self.pairs.iter().copied().filter(|pair| stays.next_if(|it| *it == pair).is_none());
        Pairing { moved: moved.collect(), middle, removed, added, ..Pairing::default() }
    }
}

/// What is free and has a name, sorted by it and then by place.
fn named<'d>(nodes: &Nodes<'d>, free: &[bool], name: impl Fn(Node<'d>) -> Option<u64>) -> Vec<(u64, usize)> {
    let free = nodes.iter().enumerate().filter(|(at, _)| free[*at]);
    let mut named: Vec<_> = free.filter_map(|(at, node)| Some((name(*node)?, at))).collect();
    named.sort_unstable();
    named
}

/// What an object is usually told apart by, if it has such a key.
fn identity(node: Node<'_>) -> Option<u64> {
    let value = IDENTITIES.iter().find_map(|key| node.get(key))?;
    matches!(value.kind(), Kind::String | Kind::Number).then_some(value.hash())
}

/// How much two elements resemble each other, in thousandths. Zero: they are not the same thing.
fn likeness<'d>(left: Node<'d>, right: Node<'d>) -> usize {
    match (left.kind(), right.kind()) {
        (Kind::Object, Kind::Object) => {
            if matches!((identity(left), identity(right)), (Some(left), Some(right)) if left != right) {
                return 0;
            }
            shared(left, right, |it| hash::mix(it.key_hash(), it.hash()))
        }
        (Kind::Array, Kind::Array) => shared(left, right, Node::hash),
        _ if left.kind() == right.kind() => 100,
        _ => 1,
    }
}

fn shared<'d>(left: Node<'d>, right: Node<'d>, hash: impl Fn(Node<'d>) -> u64) -> usize {
    let most = left.children().count().max(right.children().count());
    let rights: Vec<_> = right.children().take(SAMPLED).map(&hash).collect();
    let equal = left.children().take(SAMPLED).filter(|it| rights.contains(&hash(*it))).count();
    10 + 990 * equal / most.clamp(1, SAMPLED)
}
