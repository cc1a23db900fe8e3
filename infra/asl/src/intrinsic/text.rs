//! Intrinsic functions over texts and JSON.

use base64::{
    Engine, alphabet,
    engine::{
        DecodePaddingMode, GeneralPurpose,
        general_purpose::{PAD, STANDARD},
    },
};
use md5::Digest;
use serde_json::Value;
use sha2::Digest as _;

use super::argument::Fault;
use crate::{cursor::Cursor, limit::MAX_DATA};

/// The longest text that is hashed or coded.
const MAX_LENGTH: usize = 10_000;

/// A quoted argument after its opening quote. Only `\'`, `\\`, `\{` and `\}` may be escaped. A template keeps
/// its backslashes, because `States.Format` reads them again.
pub(crate) fn quoted(cursor: &mut Cursor<'_>, template: bool) -> Option<String> {
    let mut text = String::new();
    loop {
        match cursor.next()? {
            '\'' => return Some(text),
            '\\' => {
                let escaped = cursor.next().filter(|c| matches!(c, '\'' | '\\' | '{' | '}'))?;
                if template && escaped != '\'' {
                    text.push('\\');
                }
                text.push(escaped);
            }
            plain => text.push(plain),
        }
    }
}

fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| format!("Expected a string but got {value}"))
}

fn short(value: &Value) -> Result<&str, Fault> {
    let text = text(value)?;
    if text.chars().count() > MAX_LENGTH {
        return Err(format!("The string must not have more than {MAX_LENGTH} characters"));
    }
    Ok(text)
}

pub(crate) fn format(template: &Value, values: &[&Value]) -> Result<Value, Fault> {
    let mut text = String::new();
    let mut cursor = Cursor::new(self::text(template)?);
    let mut values = values.iter();
    while let Some(c) = cursor.next() {
        if text.len() > MAX_DATA {
            return Err(format!("The text must not have more than {MAX_DATA} bytes"));
        }
        match c {
            '\\' => text.extend(cursor.next()),
            '{' if cursor.eat("}") => {
                let value = values.next().ok_or("There are more {} in the template than arguments")?;
                match value {
                    Value::String(plain) => text.push_str(plain),
                    other => print(other, &mut text),
                }
            }
            plain => text.push(plain),
        }
    }
    if values.next().is_some() {
        return Err("There are more arguments than {} in the template".to_owned());
    }
    Ok(Value::String(text))
}

/// Prints a value as Java prints its collections, which is what AWS does.
fn print(value: &Value, text: &mut String) {
    match value {
        Value::String(plain) => text.push_str(plain),
        Value::Array(list) => {
            text.push('[');
            for (number, item) in list.iter().enumerate() {
                text.push_str(if number > 0 { ", " } else { "" });
                print(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (number, (name, member)) in members.iter().enumerate() {
                text.push_str(if number > 0 { ", " } else { "" });
                text.push_str(name);
                text.push('=');
                print(member, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

pub(crate) fn encode(value: &Value) -> Result<Value, Fault> {
    Ok(Value::String(STANDARD.encode(short(value)?)))
}

/// Base64 as Java reads it: padding at the end may be missing.
pub(crate) fn base64(text: &str) -> Result<Vec<u8>, Fault> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(text).map_err(|error| format!("The string is not Base64: {error}"))
}

pub(crate) fn decode(value: &Value) -> Result<Value, Fault> {
    let bytes = base64(short(value)?)?;
    Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()))
}

pub(crate) fn hash(data: &Value, algorithm: &Value) -> Result<Value, Fault> {
    let data = match data {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if data.chars().count() > MAX_LENGTH {
        return Err(format!("The data must not have more than {MAX_LENGTH} characters"));
    }
    let data = data.as_bytes();
    let digest: Vec<u8> = match text(algorithm)? {
        "MD5" => md5::Md5::digest(data).to_vec(),
        "SHA-1" => sha1::Sha1::digest(data).to_vec(),
        "SHA-256" => sha2::Sha256::digest(data).to_vec(),
        "SHA-384" => sha2::Sha384::digest(data).to_vec(),
        "SHA-512" => sha2::Sha512::digest(data).to_vec(),
        other => {
            return Err(format!("The algorithm {other} is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512"));
        }
    };
    let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(Value::String(hex.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()))
}

pub(crate) fn merge(first: &Value, second: &Value, deep: &Value) -> Result<Value, Fault> {
    if deep != &Value::Bool(false) {
        return Err("Only shallow merging is supported; the third argument must be false".to_owned());
    }
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return Err("Both arguments must be JSON objects".to_owned());
    };
    let mut merged = first.clone();
    merged.extend(second.iter().map(|(name, member)| (name.clone(), member.clone())));
    Ok(Value::Object(merged))
}

pub(crate) fn split(value: &Value, separators: &Value) -> Result<Value, Fault> {
    let separators = text(separators)?;
    let parts = text(value)?.split(|c| separators.contains(c)).filter(|part| !part.is_empty());
    Ok(parts.map(Value::from).collect())
}

pub(crate) fn to_json(value: &Value) -> Result<Value, Fault> {
    let text = text(value)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let value: Value =
        serde_json::from_str(text).map_err(|error| format!("The string is not JSON: {error}"))?;
    // Java reads -0 as the integer 0.
    Ok(if value.as_f64() == Some(0.0) && value.is_f64() && !text.contains('.') {
        Value::from(0)
    } else {
        value
    })
}
