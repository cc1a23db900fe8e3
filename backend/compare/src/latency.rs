//! How much slower or faster green is than blue, with an honest interval.
//!
//! Samples come in pairs: both colours were asked at the same moment, so what slows both does not count. The
//! estimate is Hodges' and Lehmann's (the median of all pairwise means), the interval is Wilcoxon's. Both look
//! at ranks only: one slow answer moves them little. Where the samples do not suffice for 95%, it says so.

use viridian_shared::comparison::{
    latency::{Estimate, Latency},
    probe::Times,
};

use crate::number;

/// With fewer pairs no interval of ranks reaches 95%.
const NEEDED: usize = 6;
/// The work grows with the square of the pairs; of more, an even choice is taken.
const MOST: usize = 1000;
/// Up to so many pairs the distribution of the rank sum is counted exactly.
const EXACT: usize = 50;

/// `+3 ms, between −1 and +7`.
fn words(estimate: &Estimate) -> String {
    let Estimate { shift, low, high } = estimate;
    format!("{} ms, between {} and {}", signed(*shift), signed(*low), signed(*high))
}

/// The estimate over pairs whose warm-up has been dropped: of one probe, or of several together.
pub fn estimate(pairs: &[Times]) -> Latency {
    if pairs.len() < NEEDED {
        let words = format!("not enough data: {} of {NEEDED} pairs", pairs.len());
        return Latency { words, estimate: None, pairs: number(pairs.len()) };
    }
    let step = pairs.len().div_ceil(MOST);
    let shifts: Vec<_> = pairs.iter().step_by(step).map(|it| it.green - it.blue).collect();
    let means = pairwise_means(&shifts);
    let rank = lower_rank(shifts.len());
    let (low, high) = (means[rank - 1], means[means.len() - rank]);
    let estimate = Estimate { shift: median(&means), low, high };
    Latency { words: words(&estimate), estimate: Some(estimate), pairs: number(pairs.len()) }
}

/// Over a suite: each probe counts alike, however long it takes and however often it was sampled, because its
/// pairs are taken in turn and as many as the least sampled probe has.
pub fn over_suite(probes: &[Vec<Times>]) -> Latency {
    let least = probes.iter().map(Vec::len).filter(|length| *length > 0).min().unwrap_or_default();
    let pairs: Vec<_> = probes.iter().flat_map(|pairs| pairs.iter().take(least).copied()).collect();
    estimate(&pairs)
}

/// The means of every two shifts and of each with itself, sorted.
fn pairwise_means(shifts: &[f64]) -> Vec<f64> {
    let with_later = |(index, one): (usize, &f64)| {
        let one = *one;
        shifts[index..].iter().map(move |other| f64::midpoint(one, *other))
    };
    let mut means: Vec<_> = shifts.iter().enumerate().flat_map(with_later).collect();
    means.sort_by(f64::total_cmp);
    means
}

fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

/// Which of the sorted means is the lower end of the 95% interval, counted from one.
fn lower_rank(count: usize) -> usize {
    if count <= EXACT { exact_rank(count) } else { approximate_rank(count) }
}

/// The largest rank whose tail under no shift is at most 2.5%.
fn exact_rank(count: usize) -> usize {
    // `ways[s]` is the share of sign patterns whose rank sum is `s`.
    let largest = count * (count + 1) / 2;
    let mut ways = vec![0.0_f64; largest + 1];
    ways[0] = 1.0;
    for rank in 1..=count {
        for sum in (0..=largest).rev() {
            let with = if sum >= rank { ways[sum - rank] } else { 0.0 };
            ways[sum] = f64::midpoint(ways[sum], with);
        }
    }
    let mut tail = 0.0;
    let within = ways.iter().take_while(|share| {
        tail += **share;
        tail <= 0.025
    });
    within.count().max(1)
}

fn approximate_rank(count: usize) -> usize {
    let n = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let (mean, variance) = (n * (n + 1.0) / 4.0, n * (n + 1.0) * (2.0 * n + 1.0) / 24.0);
    let rank = (mean - 1.959_964 * variance.sqrt()).floor().max(1.0);
    // At most a thousand pairs give a rank below a quarter of a million.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 250,000")]
    let rank = rank as usize;
    rank
}

/// With sign, and one decimal where it says something.
fn signed(value: f64) -> String {
    let size = value.abs();
    let text = if size >= 10.0 { format!("{size:.0}") } else { format!("{size:.1}") };
    let text = text.strip_suffix(".0").unwrap_or(&text).to_owned();
    match text.as_str() {
        "0" => text,
        _ if value < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::comparison::{
        latency::{Estimate, Latency},
        probe::Times,
    };

    use super::{estimate, exact_rank, over_suite};

    fn pairs(shifts: &[i32]) -> Vec<Times> {
        shifts.iter().map(|it| Times { blue: 100.0, green: 100.0 + f64::from(*it) }).collect()
    }

    fn ends(latency: &Latency) -> (f64, f64, f64) {
        let estimate = latency.estimate.unwrap();
        (estimate.shift, estimate.low, estimate.high)
    }

    fn is_significant(latency: &Latency) -> bool {
        latency.estimate.is_some_and(|it| it.is_significant())
    }

    #[test]
    fn too_few_pairs_are_not_enough_data() {
        let latency = estimate(&pairs(&[1, 2, 3, 4, 5]));
        assert_eq!((latency.estimate, latency.pairs), (None, 5));
        assert_eq!(latency.words, "not enough data: 5 of 6 pairs");
        assert_eq!(over_suite(&[]).estimate, None);
    }

    /// Critical values of the signed rank test as tables print them (two-sided, 5%): the rank is one more.
    #[test]
    fn ranks_agree_with_the_tables() {
        for (count, critical) in [(6, 0), (7, 2), (8, 3), (9, 5), (10, 8), (15, 25), (20, 52), (25, 89)] {
            assert_eq!(exact_rank(count), critical + 1, "{count} pairs");
        }
    }

    #[test]
    fn a_steady_shift_is_found_and_one_outlier_does_not_matter() {
        let latency = estimate(&pairs(&[3, 3, 4, 3, 2, 3, 4, 3, 2, 900]));
        let (shift, low, high) = ends(&latency);
        assert!((shift - 3.0).abs() < 0.6 && low >= 2.0 && high < 460.0, "{latency:?}");
        assert!(is_significant(&latency));
    }

    #[test]
    fn no_shift_is_not_called_one() {
        let latency = estimate(&pairs(&[-4, 3, -2, 5, -3, 2, -5, 4, 1, -1]));
        assert!(!is_significant(&latency));
        let (shift, ..) = ends(&latency);
        assert!(shift.abs() < 0.6);
    }

    #[test]
    fn exact_and_approximate_ranks_meet() {
        let (exact, approximate) = (exact_rank(50), super::approximate_rank(50));
        assert!(exact.abs_diff(approximate) <= 2, "{exact} {approximate}");
    }

    #[test]
    fn many_pairs_are_bounded_work() {
        let many: Vec<_> = (0..20_000).map(|it| it % 7).collect();
        let (shift, low, high) = ends(&estimate(&pairs(&many)));
        assert!((shift - 3.0).abs() < 0.2 && low <= shift && shift <= high);
    }

    #[test]
    fn the_words_have_a_sign() {
        let estimate = Estimate { shift: 3.04, low: -1.0, high: 12.4 };
        assert_eq!(super::words(&estimate), "+3 ms, between −1 and +12");
    }
}
