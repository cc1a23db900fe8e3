//! The order of each layer, so that few ways cross: what is joined comes to lie below each other, and neighbours
//! change places where that helps.

use super::layers::Layers;
use crate::sorted::sort;

/// Rounds from top to bottom and back.
const ROUNDS: usize = 12;

/// Orders every layer.
pub(super) fn arrange(layers: &mut Layers) {
    let joined = Joined::of(layers);
    as_read(layers, &joined);
    let (mut best, mut fewest) = (layers.rows.clone(), crossings(layers, &joined));
    for round in 0..ROUNDS {
        if fewest == 0 {
            break;
        }
        let is_down = round % 2 == 0;
        let count = layers.rows.len();
        let mut places = places(layers);
        for step in 1..count {
            let row = if is_down { step } else { count - 1 - step };
            sort_by_middle(layers, &joined, &mut places, row, is_down);
        }
        exchange(layers, &joined, &mut places);
        let now = crossings(layers, &joined);
        if now < fewest {
            (best, fewest) = (layers.rows.clone(), now);
        }
    }
    layers.rows = best;
}

/// The neighbours of each knot on the layers above and below.
struct Joined {
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
}

impl Joined {
    fn of(layers: &Layers) -> Self {
        let mut joined =
            Self { above: vec![Vec::new(); layers.knots.len()], below: vec![Vec::new(); layers.knots.len()] };
        for (upper, lower, _) in &layers.threads {
            joined.below[*upper].push(*lower);
            joined.above[*lower].push(*upper);
        }
        joined
    }
}

/// The first order: as one meets the knots who follows every thread down from the top.
fn as_read(layers: &mut Layers, joined: &Joined) {
    let mut number = vec![usize::MAX; layers.knots.len()];
    let mut next = 0;
    let roots: Vec<usize> = layers.rows.iter().flatten().copied().collect();
    for root in roots {
        let mut ahead = vec![root];
        while let Some(knot) = ahead.pop() {
            if number[knot] == usize::MAX {
                number[knot] = next;
                next += 1;
                ahead.extend(joined.below[knot].iter().rev());
            }
        }
    }
    for row in &mut layers.rows {
        sort(row, &|one, other| number[one].cmp(&number[other]));
    }
}

/// Where each knot stands in its row.
fn places(layers: &Layers) -> Vec<usize> {
    let mut places = vec![0; layers.knots.len()];
    for row in &layers.rows {
        for (place, knot) in row.iter().enumerate() {
            places[*knot] = place;
        }
    }
    places
}

/// Sorts a row by the middle of what its knots are joined with on one side; whatever is joined with nothing there
/// keeps its place.
fn sort_by_middle(layers: &mut Layers, joined: &Joined, places: &mut [usize], row: usize, is_down: bool) {
    let sides = if is_down { &joined.above } else { &joined.below };
    let Some(own) = layers.rows.get_mut(row) else { return };
    let middle = |place: usize, knot: usize| {
        let mut near: Vec<usize> = sides[knot].iter().map(|it| places[*it]).collect();
        sort(&mut near, &|one, other| one.cmp(&other));
        match near.len() {
            0 => 2 * place,
            count if count % 2 == 1 => 2 * near[count / 2],
            count => near[count / 2 - 1] + near[count / 2],
        }
    };
    let middles: Vec<usize> = own.iter().enumerate().map(|(place, knot)| middle(place, *knot)).collect();
    let mut order: Vec<usize> = (0..own.len()).collect();
    sort(&mut order, &|one, other| middles[one].cmp(&middles[other]));
    *own = order.into_iter().map(|place| own[place]).collect();
    for (place, knot) in own.iter().enumerate() {
        places[*knot] = place;
    }
}

/// Lets neighbours change places for as long as ways cross less by it.
fn exchange(layers: &mut Layers, joined: &Joined, places: &mut [usize]) {
    for _ in 0..4 {
        let mut is_better = false;
        for row in &mut layers.rows {
            for left in 0..row.len().saturating_sub(1) {
                let (a, b) = (row[left], row[left + 1]);
                let both = |a: usize, b: usize| {
                    pairs(&joined.above[a], &joined.above[b], places)
                        + pairs(&joined.below[a], &joined.below[b], places)
                };
                if both(b, a) < both(a, b) {
                    row.swap(left, left + 1);
                    places.swap(a, b);
                    is_better = true;
                }
            }
        }
        if !is_better {
            return;
        }
    }
}

/// How often threads cross that lead to these two, where the first stands left of the second.
fn pairs(left: &[usize], right: &[usize], places: &[usize]) -> usize {
    left.iter().copied().map(|a| right.iter().filter(|b| places[a] > places[**b]).count()).sum()
}

/// How often threads cross.
fn crossings(layers: &Layers, joined: &Joined) -> usize {
    let places = places(layers);
    let mut count = 0;
    for row in &layers.rows {
        // Where the threads of this row end below, sorted; each that ends left of one before crosses it.
        let mut seen: Vec<usize> = Vec::new();
        for knot in row {
            let mut ends: Vec<usize> = joined.below[*knot].iter().map(|it| places[*it]).collect();
            sort(&mut ends, &|one, other| one.cmp(&other));
            count += ends.iter().map(|end| seen.len() - seen.partition_point(|it| it <= end)).sum::<usize>();
            for end in ends {
                seen.insert(seen.partition_point(|it| *it <= end), end);
            }
        }
    }
    count
}
