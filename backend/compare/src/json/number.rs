//! Whether two numbers that are written differently mean the same, without passing through a float.

use crate::hash::{self, Tag};

/// A number as digits and a power of ten: `-12.50` is (minus, "125", -1).
#[derive(PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: String,
    power: i64,
}

pub(crate) fn are_equal(left: &str, right: &str) -> bool {
    left == right || matches!((decimal(left), decimal(right)), (Some(left), Some(right)) if left == right)
}

/// The same for all spellings of a number.
pub(super) fn value_hash(text: &str) -> u64 {
    let plain = decimal(text)
        .map(|it| format!("{}{}e{}", if it.is_negative { "-" } else { "" }, it.digits, it.power));
    hash::of_text(Tag::Number, plain.as_deref().unwrap_or(text))
}

/// `None` when the exponent itself is too large to be counted.
fn decimal(text: &str) -> Option<Decimal> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let written = format!("{whole}{fraction}");
    let digits = written.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Some(Decimal { is_negative: false, digits: String::new(), power: 0 });
    }
    let dropped = i64::try_from(digits.len() - kept.len()).ok()?;
    let power = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
    Some(Decimal { is_negative, digits: kept.to_owned(), power })
}

#[cfg(test)]
mod tests {
    use super::are_equal;

    #[test]
    fn numbers_beyond_any_float_are_told_apart() {
        assert!(!are_equal("9007199254740993", "9007199254740992"));
        assert!(!are_equal("1e400", "1e401"));
        assert!(!are_equal("0.1", "0.10000000000000000001"));
        assert!(!are_equal("-1", "1"));
    }

    #[test]
    fn another_spelling_of_a_number_is_the_same_number() {
        assert!(are_equal("1.0", "1"));
        assert!(are_equal("100", "1e2"));
        assert!(are_equal("-0.0", "0"));
        assert!(are_equal("12.50", "1250E-2"));
    }

    #[test]
    fn an_exponent_beyond_counting_is_only_equal_to_itself() {
        let huge = "1e99999999999999999999";
        assert!(are_equal(huge, huge));
        assert!(!are_equal(huge, "10e99999999999999999998"));
    }
}
