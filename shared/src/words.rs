//! The formats of numbers and times, the same on screen and in the API.

use crate::time::{SignedDuration, Timestamp};

/// "2 min 5 s", "31 s", "3 h 10 min", "5 d 21 h": two units at most.
pub fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, s) => format!("{s} s"),
        (0, 0, m, 0) => format!("{m} min"),
        (0, 0, m, s) => format!("{m} min {s} s"),
        (0, h, 0, _) => format!("{h} h"),
        (0, h, m, _) => format!("{h} h {m} min"),
        (d, 0, _, _) => format!("{d} d"),
        (d, h, _, _) => format!("{d} d {h} h"),
    }
}

/// "just now", "5 min ago", "1 d ago": one unit.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs();
    match seconds {
        ..10 => "just now".to_owned(),
        10..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// "1 task", "2 tasks".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A count in the width that every reader of JSON has: a browser’s own ends at 32 bits.
pub fn many(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// "a", "a or b", "a, b or c".
pub fn list(names: &[String], between: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {between} {last}", first.join(", ")),
    }
}

/// A number with so many digits after its point, rounded half away from zero.
pub fn fixed(number: f64, digits: u32) -> String {
    let unit = 10_i64.pow(digits.min(9));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "what is too large is capped"
    )]
    let parts = (number.abs() * unit as f64).round() as i64;
    let sign = if number < 0.0 && parts > 0 { "-" } else { "" };
    let whole = parts / unit;
    if digits == 0 {
        return format!("{sign}{whole}");
    }
    let part = (unit + parts % unit).to_string();
    format!("{sign}{whole}.{}", part.get(1..).unwrap_or_default())
}

/// A text of AWS without its ARNs: each is told by the name that it ends with, as people say it.
pub fn without_arns(text: &str) -> String {
    let is_of_arn = |c: char| c.is_ascii_alphanumeric() || "-_:/.+=@$*".contains(c);
    let (mut said, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("arn:aws") {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c| !is_of_arn(c)).unwrap_or(from.len());
        let arn = from.get(..end).unwrap_or_default();
        let name = arn.trim_end_matches(['.', ':', '/']);
        said.push_str(before);
        said.push_str(&named(name));
        said.push_str(arn.get(name.len()..).unwrap_or_default());
        rest = from.get(end..).unwrap_or_default();
    }
    said + rest
}

/// What an ARN names: the machine with its execution, the task set, the last part of anything else.
fn named(arn: &str) -> String {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let Some(resource) = parts.get(5).filter(|it| !it.is_empty()) else { return arn.to_owned() };
    match resource.split_once(':') {
        Some(("execution", rest)) => rest.split(':').next().unwrap_or(rest).to_owned(),
        _ => resource.rsplit([':', '/']).next().unwrap_or(resource).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_as_many_digits_as_are_asked() {
        assert_eq!(fixed(0.0, 0), "0");
        assert_eq!(fixed(99.5, 0), "100");
        assert_eq!(fixed(-1.25, 1), "-1.3");
        assert_eq!(fixed(-0.01, 1), "0.0");
        assert_eq!(fixed(3.007, 2), "3.01");
        assert_eq!(fixed(12.0, 3), "12.000");
    }

    #[test]
    fn durations_use_two_units_at_most() {
        let of = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!(of(4), "4 s");
        assert_eq!(of(72), "1 min 12 s");
        assert_eq!(of(3_600), "1 h");
        assert_eq!(of(5 * 86_400 + 21 * 3_600 + 14 * 60), "5 d 21 h");
        assert_eq!(of(-3), "0 s");
    }

    #[test]
    fn what_aws_says_is_told_without_arns() {
        for (said, told) in [
            ("nothing of the kind", "nothing of the kind"),
            (
                "Execution arn:aws:states:eu-central-1:123456789012:execution:swap:0f8fad5b failed.",
                "Execution swap failed.",
            ),
            (
                "(arn:aws:ecs:eu-central-1:123456789012:task-set/c/shop/ecs-svc/12) is gone; see arn:aws:iam::1:role/deploy.",
                "(12) is gone; see deploy.",
            ),
            ("arn:aws:", "arn:aws:"),
        ] {
            assert_eq!(without_arns(said), told);
        }
    }

    #[test]
    fn the_past_is_told_in_one_unit() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let before = |seconds: i64| ago(Timestamp::from_second(1_000_000 - seconds).unwrap(), now);
        assert_eq!(before(3), "just now");
        assert_eq!(before(90), "1 min ago");
        assert_eq!(before(90_000), "1 d ago");
    }
}
