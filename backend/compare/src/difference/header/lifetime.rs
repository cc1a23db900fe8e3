//! How long a cookie lives: `Max-Age` before `Expires`, as browsers read them (RFC 6265, sections 5.1.1 and 5.2).

use jiff::{SignedDuration, Timestamp, civil};

/// As far as the clocks of two answers may be apart.
const APART: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Until the browser ends.
    Session,
    /// It is deleted at once.
    Over,
    Until(Timestamp, SignedDuration),
}

impl Lifetime {
    /// Of a cookie that was sent at a moment. What is no number and no date says nothing.
    pub(super) fn of(max_age: Option<&str>, expires: Option<&str>, sent: Timestamp) -> Self {
        let age = max_age.and_then(|it| it.parse::<i64>().ok()).map(|it| it.clamp(-1, 1 << 36));
        let until = match age {
            Some(age) => sent.checked_add(SignedDuration::from_secs(age)).ok(),
            None => expires.and_then(moment),
        };
        match until {
            None => Self::Session,
            Some(until) if until <= sent => Self::Over,
            Some(until) => Self::Until(until, until.duration_since(sent)),
        }
    }

    /// Until the same moment, or for as long from when each was sent.
    pub(super) fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Until(one, long), Self::Until(other, longer)) => {
                one == other || (long - longer).abs() <= APART
            }
            (one, other) => one == other,
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Session => "until the browser ends".to_owned(),
            Self::Over => "over: it is deleted".to_owned(),
            Self::Until(_, long) => format!("for {} s", long.as_secs()),
        }
    }
}

/// A date as cookies and headers write it, by the rules that browsers share: the first time, day, month and year,
/// whatever stands between them.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let parts = text.split(|it: char| !(it.is_ascii_alphanumeric() || it == ':')).filter(|it| !it.is_empty());
    for part in parts {
        let digits = &part[..part.find(|it: char| !it.is_ascii_digit()).unwrap_or(part.len())];
        let number = digits.parse::<i16>().ok();
        let named = part.get(..3).map(str::to_ascii_lowercase);
        let named = named.and_then(|it| MONTHS.iter().position(|month| *month == it));
        if let (None, Some(found)) = (time, clock(part)) {
            time = Some(found);
        } else if let (None, Some(number), 1..=2) = (day, number, digits.len()) {
            day = i8::try_from(number).ok();
        } else if let (None, Some(named)) = (month, named) {
            month = i8::try_from(named + 1).ok();
        } else if let (None, Some(number), 2 | 4) = (year, number, digits.len()) {
            year = Some(match number {
                0..=69 => number + 2000,
                70..=99 => number + 1900,
                _ => number,
            });
        }
    }
    let (hour, minute, second) = time?;
    let at = civil::Date::new(year?, month?, day?)
        .ok()?
        .to_datetime(civil::Time::new(hour, minute, second, 0).ok()?);
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

fn clock(part: &str) -> Option<(i8, i8, i8)> {
    let mut numbers = part.split(':').map(|it| it.parse::<i8>().ok());
    let clock = (numbers.next()??, numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(clock)
}

#[cfg(test)]
mod tests {
    use super::{Lifetime, moment};

    #[test]
    fn dates_are_read_as_browsers_read_them() {
        for text in [
            "Fri, 01 Jan 2038 00:00:00 GMT",
            "Friday, 01-Jan-38 00:00:00 GMT",
            "Fri Jan  1 00:00:00 2038",
            "01 jan 2038 00:00:00",
        ] {
            assert_eq!(moment(text).unwrap().to_string(), "2038-01-01T00:00:00Z", "{text}");
        }
        for text in ["", "tomorrow", "Fri, 41 Jan 2038 00:00:00 GMT", "Fri, 01 Jan 2038", "0"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn an_age_counts_before_a_date_and_both_from_when_it_was_sent() {
        let sent = moment("Fri, 01 Jan 2027 00:00:00 GMT").unwrap();
        let later = moment("Fri, 01 Jan 2027 00:00:02 GMT").unwrap();
        let of = |age, expires| Lifetime::of(age, expires, sent);
        assert_eq!(of(Some("0"), Some("Fri, 01 Jan 2038 00:00:00 GMT")), Lifetime::Over);
        assert_eq!(of(Some("soon"), None), Lifetime::Session);
        assert!(of(Some("60"), None).is_like(Lifetime::of(Some("60"), None, later)));
        let hour = Lifetime::of(None, Some("Fri, 01 Jan 2027 01:00:02 GMT"), later);
        assert!(of(None, Some("Fri, 01 Jan 2027 01:00:00 GMT")).is_like(hour));
        assert!(!of(None, Some("Fri, 01 Jan 2027 02:00:00 GMT")).is_like(hour));
    }
}
