//! CBOR, as Smithy's RPC v2 protocol uses it: read into JSON values and written from them.
//!
//! Two kinds have no JSON of their own. Bytes become base64, and moments (tag 1) become seconds, which is how
//! the JSON protocols write them; on the way back the caller says which members are moments.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value};

/// No shape of AWS nests deeper.
const DEEPEST: usize = 64;

/// Reads one item that fills all of the bytes. The error is a sentence.
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    let mut reader = Reader { rest: bytes };
    let value = reader.item(0)?.ok_or("a break stands where an item is expected")?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(format!("{} bytes follow the item", reader.rest.len()))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// The length of an item, or that a break ends it.
#[derive(Clone, Copy)]
enum Length {
    Known(u64),
    Open,
}

impl<'a> Reader<'a> {
    /// The next item, or `None` at a break.
    fn item(&mut self, depth: usize) -> Result<Option<Value>, String> {
        if depth > DEEPEST {
            return Err(format!("items nest deeper than {DEEPEST}"));
        }
        let [first] = self.array()?;
        let (major, info) = (first >> 5, first & 0x1F);
        if first == 0xFF {
            return Ok(None);
        }
        if major == 7 {
            return self.simple(info).map(Some);
        }
        let length = self.length(info)?;
        let value = match (major, length) {
            (0, Length::Known(number)) => Value::from(number),
            (1, Length::Known(number)) => negative(number)?,
            (2, length) => Value::from(STANDARD.encode(self.bytes(length, 2)?)),
            (3, length) => {
                Value::from(String::from_utf8(self.bytes(length, 3)?).map_err(|_| "a text is not UTF-8")?)
            }
            (4, length) => self.list(length, depth)?,
            (5, length) => self.map(length, depth)?,
            (6, Length::Known(1)) => match self.item(depth + 1)? {
                Some(moment @ Value::Number(_)) => moment,
                _ => return Err("a moment is not a number".to_owned()),
            },
            (6, Length::Known(tag)) => return Err(format!("the tag {tag} has no meaning here")),
            _ => return Err("a number or tag has no length".to_owned()),
        };
        Ok(Some(value))
    }

    fn list(&mut self, length: Length, depth: usize) -> Result<Value, String> {
        let mut list = Vec::new();
        while !matches!(length, Length::Known(known) if list.len() as u64 == known) {
            match (self.item(depth + 1)?, length) {
                (Some(value), _) => list.push(value),
                (None, Length::Open) => break,
                (None, Length::Known(_)) => return Err("a break stands inside of a list".to_owned()),
            }
        }
        Ok(Value::Array(list))
    }

    fn map(&mut self, length: Length, depth: usize) -> Result<Value, String> {
        let mut map = Map::new();
        let mut read = 0;
        while !matches!(length, Length::Known(known) if read == known) {
            let name = match (self.item(depth + 1)?, length) {
                (Some(Value::String(name)), _) => name,
                (None, Length::Open) => break,
                _ => return Err("the name of a member is not a text".to_owned()),
            };
            let value = self.item(depth + 1)?.ok_or("a member has no value")?;
            map.insert(name, value);
            read += 1;
        }
        Ok(Value::Object(map))
    }

    /// The bytes of a string; one without a length comes in pieces of the same kind.
    fn bytes(&mut self, length: Length, major: u8) -> Result<Vec<u8>, String> {
        let Length::Known(length) = length else {
            let mut whole = Vec::new();
            loop {
                let [first] = self.array()?;
                match (first >> 5, first) {
                    (_, 0xFF) => return Ok(whole),
                    (kind, _) if kind == major => match self.length(first & 0x1F)? {
                        known @ Length::Known(_) => whole.extend(self.bytes(known, major)?),
                        Length::Open => return Err("a piece of a string has no length".to_owned()),
                    },
                    _ => return Err("a piece of a string is of another kind".to_owned()),
                }
            }
        };
        let length = usize::try_from(length).map_err(|_| "a string is too long")?;
        self.take(length).map(<[u8]>::to_vec)
    }

    fn length(&mut self, info: u8) -> Result<Length, String> {
        Ok(Length::Known(match info {
            0..=23 => u64::from(info),
            24 => u64::from(u8::from_be_bytes(self.array()?)),
            25 => u64::from(u16::from_be_bytes(self.array()?)),
            26 => u64::from(u32::from_be_bytes(self.array()?)),
            27 => u64::from_be_bytes(self.array()?),
            31 => return Ok(Length::Open),
            _ => return Err(format!("the length {info} is reserved")),
        }))
    }

    fn simple(&mut self, info: u8) -> Result<Value, String> {
        Ok(match info {
            20 => Value::Bool(false),
            21 => Value::Bool(true),
            22 | 23 => Value::Null,
            25 => decimal(half(u16::from_be_bytes(self.array()?))),
            26 => decimal(f64::from(f32::from_be_bytes(self.array()?))),
            27 => decimal(f64::from_be_bytes(self.array()?)),
            _ => return Err(format!("the simple value {info} has no meaning here")),
        })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or("the bytes end inside of an item")?;
        self.rest = rest;
        Ok(*head)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or("the bytes end inside of a string")?;
        self.rest = rest;
        Ok(head)
    }
}

fn negative(number: u64) -> Result<Value, String> {
    let number = i64::try_from(number).map_err(|_| "a number is too small")?;
    Ok(Value::from(-1 - number))
}

/// JSON has no infinities, and no shape of AWS wants one.
fn decimal(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A number of sixteen bits.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    if sign == 1 { -size } else { size }
}

/// Writes a value; a number in a member that `is_moment` is a moment.
pub(super) fn write(value: &Value, is_moment: fn(&str) -> bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    item(&mut bytes, value, is_moment);
    bytes
}

fn item(bytes: &mut Vec<u8>, value: &Value, is_moment: fn(&str) -> bool) {
    match value {
        Value::Null => bytes.push(0xF6),
        Value::Bool(false) => bytes.push(0xF4),
        Value::Bool(true) => bytes.push(0xF5),
        Value::Number(number) => {
            if let Some(number) = number.as_u64() {
                head(bytes, 0, number);
            } else if let Some(number) = number.as_i64() {
                head(bytes, 1, number.unsigned_abs() - 1);
            } else {
                bytes.push(0xFB);
                bytes.extend(number.as_f64().unwrap_or_default().to_be_bytes());
            }
        }
        Value::String(text) => {
            head(bytes, 3, text.len() as u64);
            bytes.extend(text.as_bytes());
        }
        Value::Array(list) => {
            head(bytes, 4, list.len() as u64);
            for value in list {
                item(bytes, value, is_moment);
            }
        }
        Value::Object(members) => {
            head(bytes, 5, members.len() as u64);
            for (name, value) in members {
                head(bytes, 3, name.len() as u64);
                bytes.extend(name.as_bytes());
                if value.is_number() && is_moment(name) {
                    head(bytes, 6, 1);
                }
                item(bytes, value, is_moment);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "each arm holds what it casts to")]
fn head(bytes: &mut Vec<u8>, major: u8, number: u64) {
    let major = major << 5;
    match number {
        0..=23 => bytes.push(major + number as u8),
        24..=0xFF => bytes.extend([major + 24, number as u8]),
        0x100..=0xFFFF => {
            bytes.push(major + 25);
            bytes.extend((number as u16).to_be_bytes());
        }
        0x1_0000..=0xFFFF_FFFF => {
            bytes.push(major + 26);
            bytes.extend((number as u32).to_be_bytes());
        }
        _ => {
            bytes.push(major + 27);
            bytes.extend(number.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_that_are_no_item_are_refused_in_a_sentence() {
        for (bytes, sentence) in [
            (&b""[..], "the bytes end inside of an item"),
            (b"\x62a", "the bytes end inside of a string"),
            (b"\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "the bytes end inside of an item"),
            (b"\xFF", "a break stands where an item is expected"),
            (b"\xA1\x01\x01", "the name of a member is not a text"),
            (b"\x01\x01", "1 bytes follow the item"),
            (b"\xC2\x01", "the tag 2 has no meaning here"),
            (&[0x81; 70], "items nest deeper than 64"),
        ] {
            assert_eq!(read(bytes).unwrap_err(), sentence);
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
