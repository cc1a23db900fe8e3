//! Reads `Retry` and `Catch`.

use serde_json::Value;

use super::{
    Catcher, Language, Retrier,
    fields::{Faults, Fields},
};

const RETRY: &[&str] = &[
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
];
const CATCH: &[&str] = &["ErrorEquals", "Next", "Comment", "Assign"];
const MAX_ATTEMPTS: u64 = 99_999_999;
/// `MaxDelaySeconds` is less than a year and a day ("Retry" in the developer guide).
const MAX_DELAY: u64 = 31_622_399;

fn seconds(whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most eight digits")]
    let seconds = whole as f64;
    seconds
}

/// The objects of a list, each with its place.
fn objects<'a>(fields: &Fields<'a>, name: &str, faults: &mut Faults) -> Vec<Fields<'a>> {
    let Some(list) = fields.list(name, faults) else { return Vec::new() };
    let place = fields.place(name);
    list.iter()
        .enumerate()
        .filter_map(|(number, value)| {
            Fields::of(value, format!("{place}[{number}]"), fields.language, faults)
        })
        .collect()
}

fn errors(fields: &Fields<'_>, last: bool, faults: &mut Faults) -> Vec<String> {
    fields.require(&["ErrorEquals"], faults);
    let written = fields.list("ErrorEquals", faults).map(Vec::as_slice).unwrap_or_default();
    let given: Vec<String> = written.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    if fields.get("ErrorEquals").is_some_and(Value::is_array)
        && (given.is_empty() || given.len() != written.len())
    {
        fields.fault("ErrorEquals", "Expected at least one error name, each of type String", faults);
    }
    if given.iter().any(|name| name == "States.ALL") && (given.len() > 1 || !last) {
        fields.fault(
            "ErrorEquals",
            "'States.ALL' must appear alone and in the last element of the list",
            faults,
        );
    }
    given
}

pub(crate) fn retriers(fields: &Fields<'_>, faults: &mut Faults) -> Vec<Retrier> {
    let given = objects(fields, "Retry", faults);
    let count = given.len();
    let mut retriers = Vec::new();
    for (number, fields) in given.into_iter().enumerate() {
        fields.allow(&[RETRY], faults);
        let attempts = whole(&fields, "MaxAttempts", 0, MAX_ATTEMPTS, faults).unwrap_or(3);
        let interval = whole(&fields, "IntervalSeconds", 1, MAX_ATTEMPTS, faults).unwrap_or(1);
        let max_delay = whole(&fields, "MaxDelaySeconds", 1, MAX_DELAY, faults);
        if max_delay.is_some_and(|most| most <= interval) {
            fields.fault("MaxDelaySeconds", "Value must be greater than IntervalSeconds", faults);
        }
        retriers.push(Retrier {
            errors: errors(&fields, number + 1 == count, faults),
            interval: seconds(interval),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            backoff: number_of(&fields, "BackoffRate", 1.0, faults).unwrap_or(2.0),
            max_delay: max_delay.map(seconds),
            jitter: jitter(&fields, faults),
        });
    }
    retriers
}

fn jitter(fields: &Fields<'_>, faults: &mut Faults) -> bool {
    match fields.text("JitterStrategy", faults) {
        Some("FULL") => true,
        Some("NONE") | None => false,
        Some(_) => {
            fields.fault("JitterStrategy", "Value must be one of [FULL, NONE]", faults);
            false
        }
    }
}

fn whole(fields: &Fields<'_>, name: &str, least: u64, most: u64, faults: &mut Faults) -> Option<u64> {
    let value = fields.get(name)?;
    let number = value.as_u64().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        fields.fault(name, format!("Expected an integer between {least} and {most}"), faults);
    }
    number
}

fn number_of(fields: &Fields<'_>, name: &str, least: f64, faults: &mut Faults) -> Option<f64> {
    let value = fields.get(name)?;
    let number = value.as_f64().filter(|number| *number >= least && number.is_finite());
    if number.is_none() {
        fields.fault(name, format!("Expected a number of at least {least}"), faults);
    }
    number
}

pub(crate) fn catchers(fields: &Fields<'_>, faults: &mut Faults) -> Vec<Catcher> {
    let given = objects(fields, "Catch", faults);
    let count = given.len();
    let mut catchers = Vec::new();
    for (number, fields) in given.into_iter().enumerate() {
        let own: &[&str] = if fields.language == Language::Paths { &["ResultPath"] } else { &["Output"] };
        fields.allow(&[CATCH, own], faults);
        fields.require(&["Next"], faults);
        let errors = errors(&fields, number + 1 == count, faults);
        let Some(next) = fields.text("Next", faults) else { continue };
        catchers.push(Catcher {
            errors,
            next: next.to_owned(),
            result_path: fields.slot("ResultPath", true, faults),
            output: fields.template("Output", faults),
            assign: fields.assignments(faults),
        });
    }
    catchers
}
