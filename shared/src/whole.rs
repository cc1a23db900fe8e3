//! Whole numbers as JSON knows them: `6.0` is 6, as its schema says and as some clients write it.

use std::fmt;

use serde::{
    Deserializer,
    de::{Error, Unexpected, Visitor},
};

/// Reads a whole number from 0 on, however it is written.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    deserializer.deserialize_u32(Whole)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = u32;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "a whole number from 0 to {}", u32::MAX)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u32, E> {
        u32::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u32, E> {
        u32::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<u32, E> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is within, and whole"
        )]
        if value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value) {
            Ok(value as u32)
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::SetDesiredCount;

    fn read(to: &str) -> Result<u32, String> {
        let text = format!(r#"{{"from":1,"to":{to}}}"#);
        let command: Result<SetDesiredCount, _> = serde_json::from_str(&text);
        command.map(|it| it.to).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for written in ["6", "6.0", "6e0", "60e-1"] {
            assert_eq!(read(written), Ok(6), "{written}");
        }
        for written in ["6.5", "-1", "-1.0", "4294967296", "4294967296.0", "1e300", "\"6\"", "null", "true"] {
            assert!(read(written).is_err(), "{written}");
        }
    }
}
