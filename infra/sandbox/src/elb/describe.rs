//! What the operations have in common: names, attributes as pairs, pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use viridian_aws_wire::{
    AwsError,
    read::{self, Input},
};

use super::INVALID;

/// One page of a list under its member's name, with `NextMarker` where more follows.
pub(super) fn paged(member: &str, all: Vec<Value>, input: Input<'_>) -> Result<Value, AwsError> {
    let limit = input.number("PageSize")?.unwrap_or(400);
    let limit = usize::try_from(limit).ok().filter(|limit| (1..=400).contains(limit));
    let limit = limit.ok_or_else(|| input.bad("PageSize must be between 1 and 400."))?;
    let marker = input.text_or_none("Marker").filter(|marker| !marker.is_empty());
    let (page, next) = read::page(all, marker, limit);
    let mut answer = Map::new();
    answer.insert(member.to_owned(), Value::Array(page));
    if let Some(next) = next {
        answer.insert("NextMarker".to_owned(), Value::String(next));
    }
    Ok(Value::Object(answer))
}

/// Names of load balancers and target groups: at most 32 letters, digits and hyphens, none at the ends.
pub(super) fn check_name(name: &str, thing: &str) -> Result<(), AwsError> {
    let problem = if name.len() > 32 {
        format!("The {thing} name '{name}' cannot be longer than '32' characters")
    } else if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        format!(
            "The {thing} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        )
    } else if name.starts_with('-') || name.ends_with('-') {
        format!("The {thing} name '{name}' cannot begin or end with '-'")
    } else {
        return Ok(());
    };
    Err(AwsError::new(INVALID, problem))
}

/// Attributes as AWS shows them.
pub(super) fn pairs(attributes: &BTreeMap<String, String>) -> Vec<Value> {
    attributes.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// A list of `Key` and `Value`.
pub(super) fn read_pairs(input: Input<'_>, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
    input
        .each(name)
        .map(|pair| {
            Ok((pair.text("Key")?.to_owned(), pair.text_or_none("Value").unwrap_or_default().to_owned()))
        })
        .collect()
}
