//! Times in the zone of the page, and other formats that only a browser knows.

use std::cell::Cell;

use viridian_shared::{
    time::{SignedDuration, Timestamp},
    words,
};
use wasm_bindgen::JsValue;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The browser's clock, in milliseconds since 1970.
pub fn real_now() -> f64 {
    js_sys::Date::now()
}

/// A moment of the browser's clock.
pub fn timestamp(milliseconds: f64) -> Timestamp {
    let since_1970 = SignedDuration::try_from_secs_f64(milliseconds / 1_000.0).unwrap_or_default();
    Timestamp::UNIX_EPOCH.checked_add(since_1970).unwrap_or(Timestamp::UNIX_EPOCH)
}

thread_local! {
    /// Whether times are told in UTC and not in the viewer's own zone.
    static IS_UTC: Cell<bool> = const { Cell::new(false) };
}

/// Tells every time from here on in UTC, or in the viewer's own zone.
pub fn tell_in_utc(is_utc: bool) {
    IS_UTC.set(is_utc);
}

/// The zone in which times are told: "Europe/Berlin", "UTC".
pub fn zone() -> String {
    let own = || {
        let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
        js_sys::Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
    };
    if IS_UTC.get() { None } else { own() }.unwrap_or_else(|| "UTC".to_owned())
}

/// A date whose UTC fields are those of the zone in which times are told.
fn date(at: Timestamp) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double for ages")]
    let milliseconds = at.as_millisecond() as f64;
    let date = js_sys::Date::new(&JsValue::from_f64(milliseconds));
    if IS_UTC.get() {
        return date;
    }
    js_sys::Date::new(&JsValue::from_f64(milliseconds - date.get_timezone_offset() * 60_000.0))
}

/// A text of the server, its moments told in the zone of the page.
pub fn told(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches([' ', '.', ',', ';', ')', '”']);
        match bare.parse::<Timestamp>() {
            Ok(at) if bare.len() > 18 => {
                said.push_str(&exact(at));
                said.push_str(word.get(bare.len()..).unwrap_or_default());
            }
            _ => said.push_str(word),
        }
    }
    said
}

fn word(list: &'static [&'static str], index: u32) -> &'static str {
    list.get(index as usize).copied().unwrap_or_default()
}

/// "Mon 16 Nov 14:02".
pub fn exact(at: Timestamp) -> String {
    format!("{} {} {}", weekday(at), day(at), minute(at))
}

/// "Mon".
pub fn weekday(at: Timestamp) -> &'static str {
    word(&DAYS, date(at).get_utc_day())
}

/// "16 Nov".
pub fn day(at: Timestamp) -> String {
    let date = date(at);
    format!("{} {}", date.get_utc_date(), word(&MONTHS, date.get_utc_month()))
}

/// "14:02".
pub fn minute(at: Timestamp) -> String {
    let date = date(at);
    format!("{:02}:{:02}", date.get_utc_hours(), date.get_utc_minutes())
}

/// "14:02:09".
pub fn second(at: Timestamp) -> String {
    format!("{}:{:02}", minute(at), date(at).get_utc_seconds())
}

/// The time, and the day where it is not today.
pub fn short_moment(at: Timestamp, now: Timestamp) -> String {
    if day(at) == day(now) { minute(at) } else { format!("{} {}", day(at), minute(at)) }
}

/// How long something took, or takes so far.
pub fn length(from: Timestamp, to: Timestamp) -> String {
    words::duration(to.duration_since(from))
}

/// "Clock ×60"; a rate that is no whole number keeps one digit.
pub fn rate(rate: f64) -> String {
    let digits = u32::from((rate - rate.round()).abs() >= 0.05);
    format!("×{}", words::fixed(rate, digits))
}

/// In small letters, as the browser knows them; our own tables would be loaded by everybody.
pub fn small(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// What the browser says of an error, in its own words.
pub fn complaint(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into()).ok().and_then(|it| it.as_string()).unwrap_or_default()
}
