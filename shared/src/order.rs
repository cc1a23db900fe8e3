//! Sorting whose code is there once, whatever is sorted: the page loads it once too.

use std::cmp::Ordering;

/// Sorts in place; what compares equal keeps its order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let places = places(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut kept: Vec<_> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| kept.get_mut(place)?.take()));
}

/// Sorts in place by a key.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Numbers from 0 on in the order in which they compare.
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compares_equal_keeps_its_order() {
        let mut words = vec!["pear", "fig", "apple", "kiwi", "date", "yam"];
        sort_by_key(&mut words, |it| it.len());
        assert_eq!(words, ["fig", "yam", "pear", "kiwi", "date", "apple"]);
        sort_by(&mut words, |one, other| other.cmp(one));
        assert_eq!(words, ["yam", "pear", "kiwi", "fig", "date", "apple"]);
        sort_by_key(&mut Vec::<u8>::new(), |it| *it);
    }
}
