//! Reading the members of a request, with AWS's errors for what is missing or wrong.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use viridian_aws_wire::AwsError;

/// Characters of a value that a complaint quotes.
const MAX_SHOWN: usize = 4096;

/// The members of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    input: &'a Value,
}

fn invalid(message: String) -> AwsError {
    AwsError::new("ValidationException", message)
}

impl<'a> Request<'a> {
    pub(super) fn new(input: &'a Value) -> Self {
        Self { input }
    }

    /// A text that must be there.
    pub(super) fn text(self, name: &str) -> Result<&'a str, AwsError> {
        self.maybe_text(name)?.ok_or_else(|| {
            invalid(format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not \
                 be null"
            ))
        })
    }

    pub(super) fn maybe_text(self, name: &str) -> Result<Option<&'a str>, AwsError> {
        match self.input.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => {
                Err(AwsError::new("SerializationException", format!("Member {name} must be a string")))
            }
        }
    }

    /// A text not longer than `most` characters.
    pub(super) fn short_text(self, name: &str, most: usize) -> Result<Option<&'a str>, AwsError> {
        let text = self.maybe_text(name)?;
        if let Some(text) = text.filter(|text| text.chars().count() > most) {
            // Of what is much too long the beginning will do.
            let shown: String = text.chars().take(MAX_SHOWN).collect();
            return Err(invalid(format!(
                "1 validation error detected: Value '{shown}' at '{name}' failed to satisfy constraint: Member must have \
                 length less than or equal to {most}"
            )));
        }
        Ok(text)
    }

    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.input.get(name)
    }

    /// A text that is one of a few words.
    pub(super) fn one_of(self, name: &str, words: &[&str]) -> Result<Option<&'a str>, AwsError> {
        let text = self.maybe_text(name)?;
        if let Some(text) = text.filter(|text| !words.contains(text)) {
            return Err(invalid(format!(
                "1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint: Member must \
                 satisfy enum value set: [{}]",
                words.join(", ")
            )));
        }
        Ok(text)
    }

    pub(super) fn flag(self, name: &str) -> Option<bool> {
        self.input.get(name).and_then(Value::as_bool)
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.input.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn list(self, name: &str) -> Vec<&'a Value> {
        self.input.get(name).and_then(Value::as_array).map(|list| list.iter().collect()).unwrap_or_default()
    }

    /// How many results a page may have: 0 and nothing mean `usual`.
    pub(super) fn page_size(self, usual: usize) -> Result<usize, AwsError> {
        let Some(value) = self.input.get("maxResults").filter(|value| !value.is_null()) else {
            return Ok(usual);
        };
        match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
            Some(0) => Ok(usual),
            Some(number) if number <= 1000 => Ok(number),
            _ => Err(invalid(format!(
                "1 validation error detected: Value '{value}' at 'maxResults' failed to satisfy constraint: Member \
                 must have value less than or equal to 1000"
            ))),
        }
    }

    /// Where the page starts, as an earlier answer's token of at most so many characters says.
    pub(super) fn page_start(self, most: usize) -> Result<Option<u64>, AwsError> {
        let Some(token) = self.short_text("nextToken", most)? else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let number = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(|| AwsError::new("InvalidToken", format!("Invalid Token: '{token}'")))
    }
}

/// The token that lets the next page start at a place.
pub(super) fn token(place: u64) -> Value {
    Value::from(URL_SAFE_NO_PAD.encode(place.to_string()))
}

/// A name of a machine or an execution.
pub(super) fn name(text: &str) -> Result<&str, AwsError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    let length = text.chars().count();
    if length == 0 || length > 80 || text.contains(forbidden) {
        return Err(AwsError::new("InvalidName", format!("Invalid Name: '{text}'")));
    }
    Ok(text)
}

/// An ARN of a kind of resource of this service.
pub(super) fn arn<'a>(text: &'a str, kind: &str) -> Result<&'a str, AwsError> {
    let rest = text.strip_prefix("arn:aws:states:").and_then(|_| crate::arn::resource(text));
    if rest.is_none_or(|rest| !rest.starts_with(kind)) {
        return Err(AwsError::new("InvalidArn", format!("Invalid Arn: 'Invalid ARN prefix: {text}'")));
    }
    Ok(text)
}

/// An object without the members that have no value.
pub(super) fn members<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<Map<_, _>>()
        .into()
}

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

const MAX_TAGS: usize = 50;

/// The tags in a request.
pub(super) fn tags(request: Request<'_>) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for tag in request.list("tags") {
        let text = |name: &str| tag.get(name).and_then(Value::as_str);
        let key = text("key").filter(|key| !key.is_empty() && key.chars().count() <= 128);
        let key = key.ok_or_else(|| {
            AwsError::new("ValidationException", "A tag's key must have 1 to 128 characters")
        })?;
        tags.insert(key.to_owned(), text("value").unwrap_or_default().to_owned());
    }
    limit_tags(&tags)?;
    Ok(tags)
}

pub(super) fn limit_tags(tags: &Tags) -> Result<(), AwsError> {
    if tags.len() > MAX_TAGS {
        return Err(AwsError::new("TooManyTags", format!("A resource can have at most {MAX_TAGS} tags")));
    }
    Ok(())
}
