//! Hours and days in which what stands behind a gate may happen, in a time zone with its summer time.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use viridian_shared::{
    policy::{Day, Freeze, Hours},
    words::list,
};

/// Days that are looked ahead for the next time.
const AHEAD: usize = 400;

/// Hours that were found right.
#[derive(Debug, Clone)]
pub(crate) struct Timetable {
    zone: TimeZone,
    /// From Monday on.
    days: [bool; 7],
    /// Minutes of the day.
    from: u16,
    until: u16,
    freezes: Vec<(Date, Date, Freeze)>,
    said: Hours,
}

impl Timetable {
    pub(crate) fn new(hours: &Hours) -> Result<Self, String> {
        let zone = TimeZone::get(&hours.zone).map_err(|_| {
            format!("zone {:?} is no time zone of the IANA database, as Europe/Berlin is.", hours.zone)
        })?;
        let (from, until) = (minutes(&hours.from)?, minutes(&hours.until)?);
        if from >= until {
            return Err(format!("until {} must come after from {}.", hours.until, hours.from));
        }
        let days = std::array::from_fn(|at| {
            hours.days.is_empty() || hours.days.iter().any(|day| *day as usize == at)
        });
        let freezes = hours.freezes.iter().map(freeze).collect::<Result<_, _>>()?;
        Ok(Self { zone, days, from, until, freezes, said: hours.clone() })
    }

    /// Why it may not happen at this moment, and when it may again; none where it may. `what` begins the sentence.
    pub(crate) fn closed(&self, at: Timestamp, what: &str) -> Option<String> {
        let local = at.to_zoned(self.zone.clone());
        let minute =
            u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or_default();
        let today = local.date();
        let is_day = |date: Date| self.days[usize::from(monday_first(date))] && self.freeze(date).is_none();
        if is_day(today) && (self.from..self.until).contains(&minute) {
            return None;
        }
        let opens = |date: &Date| is_day(*date) && (*date > today || minute < self.from);
        let next = today.series(jiff::Span::new().days(1)).take(AHEAD).find(opens);
        let next = next.map_or_else(
            || "There is no such day within a year.".to_owned(),
            |date| format!("The next time is {} {date} at {}.", weekday(date), self.said.from),
        );
        let why = match self.freeze(today) {
            Some(freeze) => format!("{what} is frozen, {}.", freeze.words()),
            None => format!("{what} may happen only {}.", self.words()),
        };
        Some(format!(
            "{why} {next} Until then the last approval waits; in an emergency an operator starts it."
        ))
    }

    fn freeze(&self, date: Date) -> Option<&Freeze> {
        self.freezes
            .iter()
            .find(|(from, until, _)| (*from..=*until).contains(&date))
            .map(|(_, _, freeze)| freeze)
    }

    /// "Mon, Tue and Fri, 09:00 to 16:00 (Europe/Berlin)".
    fn words(&self) -> String {
        let Hours { zone, days, from, until, .. } = &self.said;
        let days: Vec<_> = days.iter().map(|day| format!("{day:?}")).collect();
        let days = if days.is_empty() { "every day".to_owned() } else { list(&days, "and") };
        format!("{days}, {from} to {until} ({zone})")
    }
}

fn freeze(freeze: &Freeze) -> Result<(Date, Date, Freeze), String> {
    let date = |text: &str| -> Result<Date, String> {
        text.parse().map_err(|_| format!("{text:?} is no day of a freeze: write it as 2026-12-20."))
    };
    let (from, until) = (date(&freeze.from)?, date(&freeze.until)?);
    if from > until {
        return Err(format!("the freeze until {until} begins after it ends, {from}."));
    }
    Ok((from, until, freeze.clone()))
}

/// Minutes of the day of `09:00`, at most `24:00`.
fn minutes(text: &str) -> Result<u16, String> {
    let wrong = || format!("{text:?} is no time of day: write it as 09:00, at most 24:00.");
    let (hours, minutes) = text.split_once(':').filter(|_| text.len() == 5).ok_or_else(wrong)?;
    let (hours, minutes): (u16, u16) =
        (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    let sum = hours * 60 + minutes;
    if hours > 24 || minutes > 59 || sum > 24 * 60 { Err(wrong()) } else { Ok(sum) }
}

fn monday_first(date: Date) -> u8 {
    u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default()
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

/// The order of the week is that of the days' own.
const _: () = assert!(Day::Mon as usize == 0 && Day::Sun as usize == 6);

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Hours {
        Hours {
            zone: "Europe/Berlin".to_owned(),
            days: vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri],
            from: "09:00".to_owned(),
            until: "16:00".to_owned(),
            freezes: vec![Freeze {
                from: "2026-12-21".to_owned(),
                until: "2027-01-06".to_owned(),
                why: "Christmas".to_owned(),
            }],
        }
    }

    fn closed(hours: &Hours, at: &str) -> Option<String> {
        Timetable::new(hours).unwrap().closed(at.parse().unwrap(), "The swap")
    }

    #[test]
    fn hours_are_those_of_the_zone_in_summer_and_winter() {
        for (at, is_open) in [
            ("2026-11-30T08:00:00Z", true),
            ("2026-11-30T07:59:59Z", false),
            ("2026-11-30T14:59:59Z", true),
            ("2026-11-30T15:00:00Z", false),
            // In summer the same hours come an hour earlier.
            ("2026-07-01T07:00:00Z", true),
            ("2026-07-01T14:00:00Z", false),
            ("2026-11-28T10:00:00Z", false),
            ("2026-12-20T10:00:00Z", false),
            ("2026-12-21T10:00:00Z", false),
            ("2027-01-06T10:00:00Z", false),
            ("2027-01-07T10:00:00Z", true),
            // In Berlin it is Monday already.
            ("2026-11-29T23:30:00Z", false),
        ] {
            assert_eq!(closed(&office(), at).is_none(), is_open, "{at}");
        }
        let always =
            Hours { days: Vec::new(), from: "00:00".to_owned(), until: "24:00".to_owned(), ..office() };
        assert!(closed(&always, "2026-11-29T22:59:59Z").is_none());
    }

    #[test]
    fn it_says_when_the_next_time_is() {
        let evening = closed(&office(), "2026-11-27T20:00:00Z").unwrap();
        assert!(evening.starts_with("The swap may happen only Mon, Tue, Wed, Thu and Fri, 09:00 to 16:00 (Europe/Berlin). The next time is Mon 2026-11-30 at 09:00."), "{evening}");
        let morning = closed(&office(), "2026-11-30T06:00:00Z").unwrap();
        assert!(morning.contains("The next time is Mon 2026-11-30 at 09:00."), "{morning}");
        let frozen = closed(&office(), "2026-12-23T10:00:00Z").unwrap();
        assert!(frozen.starts_with("The swap is frozen, 2026-12-21 to 2027-01-06 (Christmas). The next time is Thu 2027-01-07 at 09:00."), "{frozen}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_a_sentence() {
        let wrong = |edit: fn(&mut Hours)| {
            let mut hours = office();
            edit(&mut hours);
            Timetable::new(&hours).unwrap_err()
        };
        assert!(wrong(|it| "Europe/Atlantis".clone_into(&mut it.zone)).contains("no time zone"));
        for text in ["9:00", "09:60", "25:00", "24:01", "noon", "-1:00", "09-00", ""] {
            let mut hours = office();
            text.clone_into(&mut hours.from);
            assert!(Timetable::new(&hours).unwrap_err().contains("no time of day"), "{text}");
        }
        assert!(wrong(|it| "09:00".clone_into(&mut it.until)).contains("must come after"));
        assert!(wrong(|it| "24.12.".clone_into(&mut it.freezes[0].from)).contains("no day"));
        assert!(wrong(|it| "2028-01-01".clone_into(&mut it.freezes[0].from)).contains("begins after"));
    }
}
