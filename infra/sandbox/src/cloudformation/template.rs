//! A CloudFormation template as it is written: parameters, conditions, resources and outputs in their order.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Error;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Template {
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    parameters: Map<String, Value>,
    #[serde(default)]
    pub(super) mappings: Value,
    #[serde(default)]
    pub(super) conditions: Map<String, Value>,
    resources: Map<String, Value>,
    #[serde(default)]
    outputs: Map<String, Value>,
}

/// What a template asks of whoever deploys it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Parameter {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) default: Option<Value>,
    #[serde(default)]
    pub(super) allowed_values: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Declared {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) properties: Value,
    #[serde(default)]
    pub(super) condition: Option<String>,
    #[serde(default)]
    depends_on: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    pub(super) value: Value,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) condition: Option<String>,
    #[serde(default)]
    export: Value,
}

impl Template {
    pub(super) fn read(stack: &str, text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| Error::unreadable(stack, &error))
    }

    pub(super) fn parameters(&self, stack: &str) -> Result<Vec<(&str, Parameter)>, Error> {
        each(stack, &self.parameters)
    }

    pub(super) fn resources(&self, stack: &str) -> Result<Vec<(&str, Declared)>, Error> {
        each(stack, &self.resources)
    }

    pub(super) fn outputs(&self, stack: &str) -> Result<Vec<(&str, Output)>, Error> {
        each(stack, &self.outputs)
    }
}

impl Declared {
    /// The resources that it names in `DependsOn`: one, or a list.
    pub(super) fn depends_on(&self) -> Vec<&str> {
        match &self.depends_on {
            Value::String(one) => vec![one],
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

impl Output {
    /// The name under which other stacks import it, still to be resolved.
    pub(super) fn export(&self) -> Option<&Value> {
        self.export.get("Name")
    }
}

fn each<'a, T: serde::de::DeserializeOwned>(
    stack: &str,
    members: &'a Map<String, Value>,
) -> Result<Vec<(&'a str, T)>, Error> {
    let read = |(name, value): (&'a String, &Value)| {
        let read = serde_json::from_value(value.clone());
        read.map(|read| (name.as_str(), read))
            .map_err(|error| Error::unreadable(stack, &format!("{name}: {error}")))
    };
    members.iter().map(read).collect()
}
