//! The browser's moment and length: nanoseconds in an integer, from 1677 to 2262.

use std::{
    fmt,
    ops::{Div, Mul},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// Days from 1 March of the year 0 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_468;
/// Days in 400 years; leap years repeat after them.
const DAYS_OF_CYCLE: i64 = 146_097;

/// A moment, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time, in nanoseconds; may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignedDuration(i64);

/// Not a moment that can be told: malformed, or too far away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl Timestamp {
    /// 1 January 1970, 00:00 UTC.
    pub const UNIX_EPOCH: Self = Self(0);

    /// From seconds since 1970.
    pub fn from_second(seconds: i64) -> Result<Self, OutOfRange> {
        seconds.checked_mul(SECOND).map(Self).ok_or(OutOfRange)
    }

    /// Milliseconds since 1970.
    pub fn as_millisecond(self) -> i64 {
        self.0 / 1_000_000
    }

    /// How much later this is; below zero where it is earlier.
    pub fn duration_since(self, earlier: Self) -> SignedDuration {
        SignedDuration(self.0.saturating_sub(earlier.0))
    }

    /// This much later.
    pub fn checked_add(self, length: SignedDuration) -> Result<Self, OutOfRange> {
        self.0.checked_add(length.0).map(Self).ok_or(OutOfRange)
    }
}

impl SignedDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// So many minutes.
    pub const fn from_mins(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60 * SECOND))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "what does not fit is an error"
    )]
    /// So many seconds, with their fraction.
    pub fn try_from_secs_f64(seconds: f64) -> Result<Self, OutOfRange> {
        let nanoseconds = seconds * SECOND as f64;
        if nanoseconds.abs() < i64::MAX as f64 { Ok(Self(nanoseconds as i64)) } else { Err(OutOfRange) }
    }

    /// Whole seconds, towards zero.
    pub const fn as_secs(self) -> i64 {
        self.0 / SECOND
    }

    /// In seconds, with their fraction.
    #[expect(clippy::cast_precision_loss, reason = "lengths are shown, not reckoned with")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }
}

impl Mul<i32> for SignedDuration {
    type Output = Self;

    fn mul(self, times: i32) -> Self {
        Self(self.0.saturating_mul(i64::from(times)))
    }
}

impl Div<i32> for SignedDuration {
    type Output = Self;

    fn div(self, parts: i32) -> Self {
        Self(self.0.checked_div(i64::from(parts)).unwrap_or(self.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, fraction) = (self.0.div_euclid(SECOND), self.0.rem_euclid(SECOND));
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let second = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if fraction > 0 {
            let digits = format!("{fraction:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = OutOfRange;

    /// Reads `2026-11-24T06:01:02.5Z`, as the server writes it.
    fn from_str(text: &str) -> Result<Self, OutOfRange> {
        parse(text.as_bytes()).map(Self).ok_or(OutOfRange)
    }
}

fn parse(text: &[u8]) -> Option<i64> {
    let (clock, rest) = text.split_at_checked(19)?;
    let mut numbers = [0; 6];
    for (slot, (range, end)) in numbers.iter_mut().zip([
        (0..4, b'-'),
        (5..7, b'-'),
        (8..10, b'T'),
        (11..13, b':'),
        (14..16, b':'),
        (17..19, 0),
    ]) {
        if end != 0 && clock.get(range.end) != Some(&end) {
            return None;
        }
        *slot = digits(clock.get(range)?)?;
    }
    let [year, month, day, hour, minute, second] = numbers;
    let is_true =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    let fraction = match rest.strip_suffix(b"Z")? {
        [] => 0,
        [b'.', digit @ ..] if (1..=9).contains(&digit.len()) => {
            digits(digit)? * 10_i64.pow(9 - u32::try_from(digit.len()).ok()?)
        }
        _ => return None,
    };
    let is_true = is_true && date(days(year, month, day)) == (year, month, day);
    let seconds = days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second;
    if is_true { seconds.checked_mul(SECOND)?.checked_add(fraction) } else { None }
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

/// Days since 1970 of a date. Years are counted from March, so that the day that comes and goes is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let (cycle, of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    cycle * DAYS_OF_CYCLE + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - DAYS_TO_1970
}

/// The date of a number of days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_1970;
    let (cycle, of_cycle) = (days.div_euclid(DAYS_OF_CYCLE), days.rem_euclid(DAYS_OF_CYCLE));
    let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    (cycle * 400 + year + i64::from(month <= 2), month, day)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a moment like 2026-11-24T06:01:02.5Z")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(|OutOfRange| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn big(small: Timestamp) -> jiff::Timestamp {
        jiff::Timestamp::from_nanosecond(i128::from(small.0)).unwrap()
    }

    fn length(small: SignedDuration) -> jiff::SignedDuration {
        jiff::SignedDuration::from_nanos(small.0)
    }

    proptest! {
        #[test]
        fn any_moment_is_written_and_read_as_jiff_does(nanoseconds: i64) {
            let small = Timestamp(nanoseconds);
            prop_assert_eq!(small.to_string(), big(small).to_string());
            prop_assert_eq!(big(small).to_string().parse(), Ok(small));
            prop_assert_eq!(small.as_millisecond(), big(small).as_millisecond());
            let seconds = nanoseconds / SECOND;
            let other = jiff::Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(Timestamp::from_second(seconds).map(big), Ok(other));
        }

        #[test]
        fn what_is_read_is_what_jiff_reads(
            text in "(1[6-9]|2[0-3])[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z?"
        ) {
            if let Ok(small) = text.parse::<Timestamp>() {
                prop_assert_eq!(text.parse().ok(), Some(big(small)), "{}", text);
            }
        }

        #[test]
        fn moments_and_lengths_are_reckoned_with_as_jiff_does(a: i64, b: i64, times in 1..1_000_i32) {
            // Both know every moment of the half in the middle, and every length between two of them.
            let (a, b) = (Timestamp(a / 4), Timestamp(b / 4));
            let apart = a.duration_since(b);
            prop_assert_eq!(length(apart), big(a).duration_since(big(b)));
            prop_assert_eq!(apart.as_secs(), length(apart).as_secs());
            prop_assert!((apart.as_secs_f64() - length(apart).as_secs_f64()).abs() <= 1e-6);
            prop_assert_eq!(b.checked_add(apart).map(big).ok(), big(b).checked_add(length(apart)).ok());
            prop_assert_eq!(length(apart / times), length(apart) / times);
            let part = apart / 1_000;
            prop_assert_eq!(length(part * times), length(part) * times);
            prop_assert_eq!(a < b, big(a) < big(b));
        }

        #[test]
        fn a_number_of_seconds_is_the_length_that_jiff_takes_it_for(seconds in -9.0e9..9.0e9_f64) {
            let small = SignedDuration::try_from_secs_f64(seconds).unwrap();
            let big = jiff::SignedDuration::try_from_secs_f64(seconds).unwrap();
            prop_assert!((length(small).as_secs_f64() - big.as_secs_f64()).abs() <= 2e-6);
        }

        #[test]
        fn whole_seconds_and_minutes_are_as_long(seconds in -150_000_000..150_000_000_i64) {
            prop_assert_eq!(length(SignedDuration::from_secs(seconds)), jiff::SignedDuration::from_secs(seconds));
            prop_assert_eq!(length(SignedDuration::from_mins(seconds)), jiff::SignedDuration::from_mins(seconds));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T06:01:02",
            "2026-13-01T00:00:00Z",
            "2026-11-24 06:01:02Z",
            "2026-11-24T25:01:02Z",
            "2026-11-24T06:01:02.Z",
            "2026-11-24T06:01:02.1234567890Z",
            "2026-1\u{fffd}-24T06:01:02Z",
            "9999-11-24T06:01:02Z",
            "-026-11-24T06:01:02Z",
            "2026-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(OutOfRange), "{text}");
        }
        assert!(SignedDuration::try_from_secs_f64(f64::NAN).is_err());
        assert!(SignedDuration::try_from_secs_f64(1e30).is_err());
    }

    #[test]
    fn both_write_and_read_the_same_text_through_four_centuries() {
        let mut nanoseconds = -9_000_000_000_000_000_000_i64;
        while nanoseconds < 9_000_000_000_000_000_000 {
            let small = Timestamp(nanoseconds);
            let big = jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap();
            assert_eq!(small.to_string(), big.to_string());
            assert_eq!(big.to_string().parse(), Ok(small));
            // Some days less than a month, and a fraction that walks through all of its lengths.
            nanoseconds += 2_345_678 * SECOND
                + match nanoseconds.rem_euclid(4) {
                    0 => 0,
                    1 => 100_000_000,
                    2 => 1_230_000,
                    _ => 7,
                };
        }
    }

    #[test]
    fn lengths_reckon_alike() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let passed = at("2026-03-01T00:00:00.5Z").duration_since(at("2026-02-28T23:59:59Z"));
        assert_eq!((passed.as_secs(), passed.as_secs_f64()), (1, 1.5));
        let back = at("2026-02-28T23:59:59Z").duration_since(at("2026-03-01T00:00:00.5Z"));
        assert_eq!(back.as_secs(), -1);
        assert_eq!(at("2026-02-28T23:59:59Z").checked_add(passed), Ok(at("2026-03-01T00:00:00.5Z")));
        assert_eq!((passed * 4 / 3).as_secs(), 2);
        assert!(Timestamp(i64::MAX).checked_add(passed).is_err());
    }
}
