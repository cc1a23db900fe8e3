//! How much slower or faster green is than blue, with an honest interval.
//!
//! Samples come in pairs: both colours were asked at the same moment, so what slows both does not count. The
//! estimate is Hodges' and Lehmann's (the median of all pairwise means), the interval is Wilcoxon's. Both look
//! at ranks only: one slow answer moves them little. Where the samples do not suffice for 95%, it says so.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Times of blue and green for the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub blue: Duration,
    pub green: Duration,
}

/// What the samples say of green against blue.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Latency {
    NotEnoughData {
        pairs: usize,
        needed: usize,
    },
    /// In milliseconds; above zero green is slower.
    Estimate {
        shift: f64,
        low: f64,
        high: f64,
        pairs: usize,
    },
}

/// With fewer pairs no interval of ranks reaches 95%.
pub const NEEDED: usize = 6;
/// The work grows with the square of the pairs; of more, an even choice is taken.
const MOST: usize = 1000;
/// Up to so many pairs the distribution of the rank sum is counted exactly.
const EXACT: usize = 50;

impl Latency {
    /// Whether zero lies outside the interval.
    pub fn is_significant(&self) -> bool {
        matches!(self, Self::Estimate { low, high, .. } if *low > 0.0 || *high < 0.0)
    }

    /// `+3 ms, between −1 and +7`.
    pub fn words(&self) -> String {
        match self {
            Self::NotEnoughData { pairs, needed } => format!("not enough data: {pairs} of {needed} pairs"),
            Self::Estimate { shift, low, high, .. } => {
                format!("{} ms, between {} and {}", signed(*shift), signed(*low), signed(*high))
            }
        }
    }
}

/// The estimate over pairs whose warm-up has been dropped: of one probe, or of several together.
pub fn estimate(pairs: &[Pair]) -> Latency {
    if pairs.len() < NEEDED {
        return Latency::NotEnoughData { pairs: pairs.len(), needed: NEEDED };
    }
    let step = pairs.len().div_ceil(MOST);
    let shifts: Vec<_> = pairs.iter().step_by(step).map(|it| millis(it.green) - millis(it.blue)).collect();
    let means = pairwise_means(&shifts);
    let rank = lower_rank(shifts.len());
    let (low, high) = (means[rank - 1], means[means.len() - rank]);
    Latency::Estimate { shift: median(&means), low, high, pairs: pairs.len() }
}

/// Over a suite: each probe counts alike, however long it takes and however often it was sampled, because its
/// pairs are taken in turn and as many as the least sampled probe has.
pub fn over_suite(probes: &[Vec<Pair>]) -> Latency {
    let least = probes.iter().map(Vec::len).filter(|length| *length > 0).min().unwrap_or_default();
    let pairs: Vec<_> = probes.iter().flat_map(|pairs| pairs.iter().take(least).copied()).collect();
    estimate(&pairs)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
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
    use std::time::Duration;

    use super::{Latency, Pair, estimate, exact_rank, over_suite};

    fn pairs(shifts: &[i64]) -> Vec<Pair> {
        let time = |shift: i64| Duration::from_micros(u64::try_from(100_000 + shift).unwrap());
        shifts.iter().map(|it| Pair { blue: time(0), green: time(*it * 1000) }).collect()
    }

    fn ends(latency: Latency) -> (f64, f64, f64) {
        let Latency::Estimate { shift, low, high, .. } = latency else { panic!("{latency:?}") };
        (shift, low, high)
    }

    #[test]
    fn too_few_pairs_are_not_enough_data() {
        let latency = estimate(&pairs(&[1, 2, 3, 4, 5]));
        assert_eq!(latency, Latency::NotEnoughData { pairs: 5, needed: 6 });
        assert_eq!(latency.words(), "not enough data: 5 of 6 pairs");
        assert!(!latency.is_significant());
        assert!(matches!(over_suite(&[]), Latency::NotEnoughData { .. }));
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
        let (shift, low, high) = ends(latency);
        assert!((shift - 3.0).abs() < 0.6 && low >= 2.0 && high < 460.0, "{latency:?}");
        assert!(latency.is_significant());
    }

    #[test]
    fn no_shift_is_not_called_one() {
        let latency = estimate(&pairs(&[-4, 3, -2, 5, -3, 2, -5, 4, 1, -1]));
        assert!(!latency.is_significant());
        let (shift, ..) = ends(latency);
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
        let (shift, low, high) = ends(estimate(&pairs(&many)));
        assert!((shift - 3.0).abs() < 0.2 && low <= shift && shift <= high);
    }

    #[test]
    fn the_words_have_a_sign() {
        let latency = Latency::Estimate { shift: 3.04, low: -1.0, high: 12.4, pairs: 9 };
        assert_eq!(latency.words(), "+3 ms, between −1 and +12");
    }
}
