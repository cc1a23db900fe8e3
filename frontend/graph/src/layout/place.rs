//! Where everything lies: across, as straight below each other as the order allows; down, layer by layer.

use super::{layers::Layers, plan::number};

/// Rounds of moving each layer to where its neighbours want it.
const ROUNDS: usize = 24;
/// Rounds of making straight what can be.
const STRAIGHT_ROUNDS: usize = 16;
/// Room between two boxes, two labels, two roads.
const BETWEEN_BOXES: f64 = 32.0;
const BETWEEN_LABELS: f64 = 10.0;
const BETWEEN_ROADS: f64 = 14.0;
/// Room between two layers.
const BETWEEN_LAYERS: f64 = 20.0;
/// How much more where ways lead far to the side.
const MOST_MORE: f64 = 26.0;

/// Places every knot across.
pub(super) fn across(layers: &mut Layers) {
    let near = near(layers);
    for row in layers.rows.clone() {
        let gaps = gaps(layers, &row);
        let mut x = 0.0;
        for (place, knot) in row.iter().enumerate() {
            x += gaps[place];
            layers.knots[*knot].x = x;
        }
    }
    for round in 0..ROUNDS {
        let is_down = round % 2 == 0;
        let is_last = round + 4 >= ROUNDS;
        for row in rows(layers, is_down) {
            // In the last rounds both sides have their word.
            move_row(layers, row, |layers, knot| wish(layers, &near[knot], |it| is_last || it != is_down));
        }
    }
    let chains = Chains::of(layers, &near);
    for round in 0..STRAIGHT_ROUNDS {
        let wanted = chains.wanted(layers, &near);
        for row in rows(layers, round % 2 == 0) {
            move_row(layers, row, |layers, knot| match wanted[knot] {
                Some(wanted) => wanted,
                None => wish(layers, &near[knot], |_| true),
            });
        }
    }
    for knot in &mut layers.knots {
        knot.x = knot.x.round();
    }
}

/// The neighbours of a knot: which, how much the two want to be above each other, whether it is below.
type Near = Vec<(usize, f64, bool)>;

fn near(layers: &Layers) -> Vec<Near> {
    let mut near = vec![Vec::new(); layers.knots.len()];
    for (upper, lower, pull) in &layers.threads {
        near[*upper].push((*lower, *pull, true));
        near[*lower].push((*upper, *pull, false));
    }
    near
}

/// The rows from top to bottom, or back.
fn rows(layers: &Layers, is_down: bool) -> Vec<usize> {
    let rows = 0..layers.rows.len();
    if is_down { rows.collect() } else { rows.rev().collect() }
}

/// How much a knot wants to be somewhere, and where: in the middle of its neighbours.
fn wish(layers: &Layers, near: &Near, counts: impl Fn(bool) -> bool) -> (f64, f64) {
    let (mut weight, mut sum) = (0.0, 0.0);
    for (other, pull, _) in near.iter().filter(|it| counts(it.2)) {
        weight += pull;
        sum += pull * layers.knots[*other].x;
    }
    (weight, sum / weight)
}

/// Knots that are to lie straight below each other: each is what the one before it is joined with most, and the
/// other way round.
struct Chains(Vec<Vec<usize>>);

impl Chains {
    fn of(layers: &Layers, near: &[Near]) -> Self {
        let partner = |knot: usize, is_below: bool| {
            let mut best = None::<(usize, f64, bool)>;
            for (other, pull, _) in near[knot].iter().filter(|it| it.2 == is_below) {
                best = match best {
                    Some((_, most, _)) if (pull - most).abs() < 0.01 => best.map(|it| (it.0, it.1, false)),
                    Some((_, most, _)) if most > *pull => best,
                    _ => Some((*other, *pull, true)),
                };
            }
            best.filter(|(_, _, is_alone)| *is_alone).map(|(other, _, _)| other)
        };
        let below = |knot: usize| partner(knot, true).filter(|other| partner(*other, false) == Some(knot));
        let mut chains = Vec::new();
        let mut is_known = vec![false; layers.knots.len()];
        for first in layers.rows.iter().flatten() {
            let mut chain = Vec::new();
            let mut next = Some(*first);
            while let Some(knot) = next.filter(|knot| !is_known[*knot]) {
                is_known[knot] = true;
                chain.push(knot);
                next = below(knot);
            }
            if chain.len() > 1 {
                chains.push(chain);
            }
        }
        Self(chains)
    }

    /// Where the knots of chains are to be, and how much: the longer the chain, the more.
    fn wanted(&self, layers: &Layers, near: &[Near]) -> Vec<Option<(f64, f64)>> {
        let mut wanted = vec![None; layers.knots.len()];
        for chain in &self.0 {
            let length = number(chain.len());
            let own = chain.iter().map(|knot| layers.knots[*knot].x).sum::<f64>() / length;
            // Its ends draw it to where they lead.
            let ends = [chain.first().map(|it| (it, false)), chain.last().map(|it| (it, true))];
            let (mut weight, mut sum) = (8.0, 8.0 * own);
            for (end, is_below) in ends.into_iter().flatten() {
                let (pull, x) = wish(layers, &near[*end], |it| it == is_below);
                if pull > 0.0 {
                    (weight, sum) = (weight + 1.0, sum + x);
                }
            }
            for knot in chain {
                wanted[*knot] = Some((20.0 * length, sum / weight));
            }
        }
        wanted
    }
}

/// The distances of each knot of a row from the one before it; 0 for the first.
fn gaps(layers: &Layers, row: &[usize]) -> Vec<f64> {
    let between = |a: usize, b: usize| {
        let (a, b) = (&layers.knots[a], &layers.knots[b]);
        let room = match (a.is_box && b.is_box, a.height > 0.0 && b.height > 0.0) {
            (true, _) => BETWEEN_BOXES,
            (_, true) => BETWEEN_LABELS,
            _ => BETWEEN_ROADS,
        };
        (f64::midpoint(a.width, b.width) + room).ceil()
    };
    std::iter::once(0.0).chain(row.windows(2).map(|pair| between(pair[0], pair[1]))).collect()
}

/// Moves the knots of a row as near as may be to where they want to be, without changing their order: the least
/// squares of what is left, by joining neighbours that would run into each other.
fn move_row(layers: &mut Layers, row: usize, wish: impl Fn(&Layers, usize) -> (f64, f64)) {
    let row = layers.rows[row].clone();
    let gaps = gaps(layers, &row);
    let mut blocks: Vec<Block> = Vec::new();
    let mut offset = 0.0;
    for (place, knot) in row.iter().enumerate() {
        offset += gaps[place];
        let (weight, wanted) = wish(layers, *knot);
        // Whatever is joined with nothing stays where it is as long as nobody needs the place.
        let (weight, wanted) = if weight > 0.0 { (weight, wanted) } else { (0.01, layers.knots[*knot].x) };
        blocks.push(Block { weight, wanted: wanted - offset, count: 1 });
        while let [.., before, last] = blocks.as_slice() {
            if before.wanted <= last.wanted {
                break;
            }
            let joined = before.joined(last);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    let (mut place, mut offset) = (0, 0.0);
    for block in blocks {
        for _ in 0..block.count {
            offset += gaps[place];
            layers.knots[row[place]].x = block.wanted + offset;
            place += 1;
        }
    }
}

/// Knots that lie as close as they may.
struct Block {
    weight: f64,
    wanted: f64,
    count: usize,
}

impl Block {
    fn joined(&self, other: &Self) -> Self {
        let weight = self.weight + other.weight;
        let wanted = (self.weight * self.wanted + other.weight * other.wanted) / weight;
        Self { weight, wanted, count: self.count + other.count }
    }
}

/// Places every layer below the one before it.
pub(super) fn down(layers: &mut Layers) {
    let mut widest = vec![0.0_f64; layers.rows.len()];
    for (upper, lower, _) in &layers.threads {
        let (upper, lower) = (&layers.knots[*upper], &layers.knots[*lower]);
        widest[upper.layer] = widest[upper.layer].max((upper.x - lower.x).abs());
    }
    let mut top = 0.0;
    for (row, widest) in layers.rows.clone().iter().zip(widest) {
        let height = row.iter().map(|knot| layers.knots[*knot].height).fold(0.0, f64::max);
        for knot in row {
            layers.knots[*knot].y = top + height / 2.0;
        }
        top += height + BETWEEN_LAYERS + (widest / 24.0).min(MOST_MORE).round();
    }
}

/// Where ways leave or reach a side of a box of this width, so many of them.
pub(super) fn ports(width: f64, count: usize) -> Vec<f64> {
    let room = (width - 48.0).max(0.0);
    let step = if count > 1 { (room / number(count - 1)).min(26.0) } else { 0.0 };
    let start = -step * number(count.saturating_sub(1)) / 2.0;
    (0..count).map(|place| start + step * number(place)).collect()
}
