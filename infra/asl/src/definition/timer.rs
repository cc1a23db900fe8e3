//! Reads the fields of a Wait state.

use serde_json::Value;

use super::{
    Amount, Code, Language, MAX_SECONDS, Until,
    fields::{Faults, Fields},
};
use crate::choice::parse_timestamp;

const NAMES: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

pub(crate) fn read(fields: &Fields<'_>, faults: &mut Faults) -> Option<Until> {
    let given = NAMES.iter().filter(|name| fields.members.contains_key(**name)).count();
    if given != 1 {
        let names = if fields.language == Language::Paths {
            NAMES.join(", ")
        } else {
            "Seconds, Timestamp".to_owned()
        };
        let message = format!("Exactly one of these fields is required: [{names}]");
        faults.add(Code::Schema, fields.at.clone(), message);
        return None;
    }
    if fields.members.keys().any(|name| name.starts_with("Seconds")) {
        return fields.amount("Seconds", 0, MAX_SECONDS, faults).map(Until::Seconds);
    }
    if let Some(path) = fields.path("TimestampPath", faults) {
        return Some(Until::Timestamp(Amount::Path(path)));
    }
    if fields.language == Language::Queries
        && let Some(query) = fields.query("Timestamp", faults)
    {
        return Some(Until::Timestamp(Amount::Query(query)));
    }
    let text = fields.text("Timestamp", faults)?;
    if parse_timestamp(text).is_none() {
        fields.fault("Timestamp", "String does not match RFC3339 timestamp", faults);
    }
    Some(Until::Timestamp(Amount::Fixed(Value::from(text))))
}
