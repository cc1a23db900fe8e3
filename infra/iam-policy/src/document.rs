//! Policy documents: statements as they are written in templates and requests.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

/// Why a document is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The policy {name}: {reason}")]
pub struct Malformed {
    /// The name under which the policy was to be read.
    pub name: String,
    /// What is wrong with it, as a sentence.
    pub reason: String,
}

/// A document with the name it bears on its role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policy {
    /// Unique on its role.
    pub name: String,
    /// In the order of the document, which does not matter to a judgement.
    pub statements: Vec<Statement>,
    /// As it was given, for whoever asks for it.
    pub document: Value,
}

/// What a statement says to the requests that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// They may, unless another statement denies.
    Allow,
    /// They may not, whatever else is said.
    Deny,
}

/// One statement of a document, under IAM's own names. Patterns may hold `*` and `?`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    /// What its author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What it says to what it fits.
    pub effect: Effect,
    /// Patterns of actions that it is for: `ecs:Describe*`.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub action: Vec<String>,
    /// Patterns of the actions that it is not for; it is for all others.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub not_action: Vec<String>,
    /// Patterns of ARNs that it is for.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<String>,
    /// Patterns of the ARNs that it is not for; it is for all others.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub not_resource: Vec<String>,
    /// By operator and key; several values are alternatives.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<String, BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(deserialize_with = "one_or_list")]
    statement: Vec<Statement>,
}

impl Policy {
    /// Reads a document, given as JSON or as the text of it.
    /// Reads a document, given as JSON or as its text.
    pub fn read(name: &str, document: &Value) -> Result<Self, Malformed> {
        let malformed = |reason: &str| Malformed { name: name.to_owned(), reason: reason.to_owned() };
        let document = match document {
            Value::String(text) => {
                serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?
            }
            value => value.clone(),
        };
        let read: Document =
            serde_json::from_value(document.clone()).map_err(|error| malformed(&error.to_string()))?;
        for statement in &read.statement {
            if statement.action.is_empty() == statement.not_action.is_empty() {
                return Err(malformed("a statement needs Action or NotAction."));
            }
            if statement.resource.is_empty() == statement.not_resource.is_empty() {
                return Err(malformed("a statement needs Resource or NotResource."));
            }
            if let Some(operator) = statement.condition.keys().find(|name| !crate::condition::is_known(name))
            {
                return Err(malformed(&format!("the condition {operator} is not known here.")));
            }
        }
        Ok(Self { name: name.to_owned(), statements: read.statement, document })
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    one_or_list(deserializer)
}

fn one_or_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let list = match Value::deserialize(deserializer)? {
        Value::Array(list) => list,
        one => vec![one],
    };
    list.into_iter().map(serde_json::from_value).collect::<Result<_, _>>().map_err(D::Error::custom)
}
