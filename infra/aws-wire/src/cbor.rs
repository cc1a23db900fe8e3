//! CBOR, as Smithy's RPC v2 protocol uses it: read into JSON values and written from them.
//!
//! Two kinds have no JSON of their own. Bytes become base64, and moments (tag 1) become seconds, which is how
//! the JSON protocols write them; on the way back the caller says which members are moments.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ciborium::Value as Item;
use serde_json::{Map, Number, Value};

/// No shape of AWS nests deeper.
const DEEPEST: usize = 64;
/// The tag of a moment.
const MOMENT: u64 = 1;

/// Reads one item that fills all of the bytes. The error is a sentence.
pub(crate) fn read(mut bytes: &[u8]) -> Result<Value, String> {
    let item: Item = ciborium::de::from_reader_with_recursion_limit(&mut bytes, DEEPEST)
        .map_err(|error| format!("the bytes are no item: {error}"))?;
    if bytes.is_empty() { json(item) } else { Err(format!("{} bytes follow the item", bytes.len())) }
}

fn json(item: Item) -> Result<Value, String> {
    Ok(match item {
        Item::Null => Value::Null,
        Item::Bool(flag) => Value::Bool(flag),
        Item::Integer(number) => {
            let number = i128::from(number);
            let number =
                u64::try_from(number).map(Value::from).or_else(|_| i64::try_from(number).map(Value::from));
            number.map_err(|_| "a number is too small")?
        }
        // JSON has no infinities, and no shape of AWS wants one.
        Item::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        Item::Text(text) => Value::String(text),
        Item::Bytes(bytes) => Value::from(STANDARD.encode(bytes)),
        Item::Array(list) => list.into_iter().map(json).collect::<Result<_, _>>()?,
        Item::Map(members) => {
            let member = |(name, value)| match name {
                Item::Text(name) => Ok((name, json(value)?)),
                _ => Err("the name of a member is not a text".to_owned()),
            };
            Value::Object(members.into_iter().map(member).collect::<Result<Map<_, _>, _>>()?)
        }
        Item::Tag(MOMENT, moment) => match json(*moment)? {
            moment @ Value::Number(_) => moment,
            _ => return Err("a moment is not a number".to_owned()),
        },
        Item::Tag(tag, _) => return Err(format!("the tag {tag} has no meaning here")),
        _ => return Err("an item has no meaning here".to_owned()),
    })
}

/// Writes a value; a number in a member that `is_moment` is a moment.
pub(crate) fn write(value: &Value, is_moment: fn(&str) -> bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A vector takes whatever is written to it.
    let _ = ciborium::into_writer(&item(value, is_moment), &mut bytes);
    bytes
}

fn item(value: &Value, is_moment: fn(&str) -> bool) -> Item {
    match value {
        Value::Null => Item::Null,
        Value::Bool(flag) => Item::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Item::from(number),
            (_, Some(number)) => Item::from(number),
            _ => Item::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Item::Text(text.clone()),
        Value::Array(list) => Item::Array(list.iter().map(|value| item(value, is_moment)).collect()),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let inner = item(value, is_moment);
                let tagged = value.is_number() && is_moment(name);
                let inner = if tagged { Item::Tag(MOMENT, Box::new(inner)) } else { inner };
                (Item::Text(name.clone()), inner)
            };
            Item::Map(members.iter().map(member).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_that_are_no_item_are_refused_in_a_sentence() {
        for bytes in [
            &b""[..],
            b"\x62a",
            b"\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
            b"\xFF",
            b"\xA1\x01\x01",
            b"\x01\x01",
            b"\xC2\x01",
            &[0x81; 70],
        ] {
            assert!(!read(bytes).unwrap_err().is_empty(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let value = json!({
            "name": "a", "list": [1, 200, 70_000, 5_000_000_000_u64, -1, -70_000, 1.5, true, false, null],
            "created": 1_794_000_000.25, "nested": {"text": "✓".repeat(200)},
        });
        let bytes = write(&value, |name| name == "created");
        assert_eq!(read(&bytes).unwrap(), value);
        assert!(bytes.windows(2).any(|pair| pair == [0xC1, 0xFB]), "the moment bears its tag");
    }

    #[test]
    fn open_lengths_halves_and_bytes_are_read() {
        let bytes = b"\xBF\x61a\x9F\x01\xF9\x3E\x00\xFF\x61b\x42hi\x61c\x7F\x61x\x61y\xFF\xFF";
        assert_eq!(read(bytes).unwrap(), json!({"a": [1, 1.5], "b": "aGk=", "c": "xy"}));
    }
}
