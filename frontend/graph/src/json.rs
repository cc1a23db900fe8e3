//! A JSON value with its members in their order, read by whatever reader of JSON is there.

use std::fmt::{self, Write};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, its members as they were read.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(own, _)| own == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A member that is a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements of a member that is a list.
    pub fn list(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }

    /// Members of an object.
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// As people read it: two spaces for each level.
    pub fn indented(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Some(0));
        text
    }

    /// On one line.
    pub fn line(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, None);
        text
    }

    fn write(&self, text: &mut String, level: Option<usize>) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => drop(write!(text, "{number}")),
            Self::Text(own) => quote(text, own),
            Self::List(list) => enclose(text, level, ('[', ']'), list, |text, value, level| {
                value.write(text, level);
            }),
            Self::Object(members) => {
                enclose(text, level, ('{', '}'), members, |text, (name, value), level| {
                    quote(text, name);
                    text.push_str(": ");
                    value.write(text, level);
                });
            }
        }
    }
}

/// Elements between brackets, each on a line of its own where there are levels.
fn enclose<T>(
    text: &mut String,
    level: Option<usize>,
    (open, close): (char, char),
    elements: &[T],
    write: impl Fn(&mut String, &T, Option<usize>),
) {
    let line = |text: &mut String, level: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(level));
    };
    text.push(open);
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push_str(if level.is_some() { "," } else { ", " });
        }
        if let Some(level) = level {
            line(text, level + 1);
        }
        write(text, element, level.map(|level| level + 1));
    }
    if let Some(level) = level.filter(|_| !elements.is_empty()) {
        line(text, level);
    }
    text.push(close);
}

fn quote(text: &mut String, own: &str) {
    text.push('"');
    for letter in own.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            letter if u32::from(letter) < 32 => drop(write!(text, "\\u{:04x}", u32::from(letter))),
            letter => text.push(letter),
        }
    }
    text.push('"');
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON of the browser knows numbers as doubles")]
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON of the browser knows numbers as doubles")]
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = elements.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            members.push(entry);
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_as_it_was() {
        for text in [
            "null",
            "[]",
            "{}",
            "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    -2.5,\n    {\n      \"c\": \"x\\\"\\\\\\n\\u0001é\"\n    }\n  ]\n}",
        ] {
            let value: Json = serde_json::from_str(text).unwrap();
            assert_eq!(value.indented(), text);
        }
    }

    #[test]
    fn a_short_value_fits_on_a_line() {
        let value: Json = serde_json::from_str(r#"{"a":[1,2],"b":null}"#).unwrap();
        assert_eq!(value.line(), r#"{"a": [1, 2], "b": null}"#);
    }
}
