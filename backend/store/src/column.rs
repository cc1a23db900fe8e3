//! Values as the columns of both databases keep them: as text and whole numbers.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

/// A number as a database keeps it; entry numbers never come near its end.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(decode)
}

/// A moment as it is written.
pub(crate) fn from_text(text: &str) -> Result<Timestamp, sqlx::Error> {
    text.parse().map_err(decode)
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// A unit variant as its bare word.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

pub(crate) fn from_word<T: DeserializeOwned>(word: String) -> Result<T, sqlx::Error> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(decode)
}
