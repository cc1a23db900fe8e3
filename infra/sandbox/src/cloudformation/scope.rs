//! What names mean within a stack: parameters, pseudo parameters, conditions, resources, exports of others.

pub(crate) mod function;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Error, Resource,
    template::{Parameter, Template},
};
use crate::arn::Place;
use function::Resolved;

pub(super) struct Scope<'a> {
    pub(super) template: &'a Template,
    pub(super) place: Place,
    pub(super) stack_name: String,
    pub(super) stack_id: String,
    pub(super) parameters: BTreeMap<String, Value>,
    conditions: BTreeMap<String, bool>,
    /// By logical id, as they come to be.
    pub(super) made: BTreeMap<String, Resource>,
    /// Outputs that other stacks export, by the name of the export.
    pub(super) exports: BTreeMap<String, String>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        template: &'a Template,
        (name, id): (&str, &str),
        place: &Place,
        given: &BTreeMap<String, String>,
        exports: BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let mut scope = Self {
            template,
            place: place.clone(),
            stack_name: name.to_owned(),
            stack_id: id.to_owned(),
            parameters: parameters(name, template, given)?,
            conditions: BTreeMap::new(),
            made: BTreeMap::new(),
            exports,
        };
        for name in template.conditions.keys() {
            let holds = function::holds(&scope, &json!({ "Condition": name }), 0)
                .map_err(|reason| Error::function(&format!("The condition {name}"), &reason))?;
            scope.conditions.insert(name.clone(), holds);
        }
        Ok(scope)
    }

    /// Whether something is there at all: it has no condition, or one that holds.
    pub(super) fn is_wanted(&self, condition: Option<&str>) -> bool {
        condition.is_none_or(|name| self.conditions.get(name).copied().unwrap_or(false))
    }

    /// A condition that was decided already.
    pub(super) fn condition(&self, name: &str) -> Option<bool> {
        self.conditions.get(name).copied()
    }

    /// Replaces every function in a value. `whose` begins the sentence of an error.
    pub(super) fn resolve(&self, whose: &str, value: &Value) -> Result<Value, Error> {
        match function::resolve(self, value) {
            Ok(Resolved::Value(value)) => Ok(value),
            Ok(Resolved::Nothing) => Ok(Value::Null),
            Err(reason) => Err(Error::function(whose, &reason)),
        }
    }

    /// What `Ref` gives.
    pub(super) fn reference(&self, name: &str) -> Option<Resolved> {
        let text = |text: &str| Some(Resolved::Value(json!(text)));
        match name {
            "AWS::AccountId" => text(&self.place.account),
            "AWS::NoValue" => Some(Resolved::Nothing),
            "AWS::NotificationARNs" => Some(Resolved::Value(json!([]))),
            "AWS::Partition" => text("aws"),
            "AWS::Region" => text(&self.place.region),
            "AWS::StackId" => text(&self.stack_id),
            "AWS::StackName" => text(&self.stack_name),
            "AWS::URLSuffix" => text("amazonaws.com"),
            _ => match self.parameters.get(name) {
                Some(value) => Some(Resolved::Value(value.clone())),
                None => self.made.get(name).and_then(|resource| text(&resource.reference)),
            },
        }
    }
}

/// The value of each parameter: the one that is given, or its default.
fn parameters(
    stack: &str,
    template: &Template,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Error> {
    let declared = template.parameters(stack)?;
    let known = |name: &str| declared.iter().any(|(known, _)| *known == name);
    if let Some(unknown) = given.keys().find(|name| !known(name)) {
        return Err(Error::Parameter(format!("Parameters: [{unknown}] do not exist in the template")));
    }
    let mut values = BTreeMap::new();
    for (name, parameter) in &declared {
        let value = given.get(*name).cloned().or_else(|| parameter.default.as_ref().map(plain));
        let value =
            value.ok_or_else(|| Error::Parameter(format!("Parameters: [{name}] must have values")))?;
        values.insert((*name).to_owned(), typed(name, parameter, value)?);
    }
    Ok(values)
}

fn typed(name: &str, parameter: &Parameter, value: String) -> Result<Value, Error> {
    let allowed = &parameter.allowed_values;
    if !allowed.is_empty() && !allowed.iter().any(|allowed| plain(allowed) == value) {
        return Err(Error::Parameter(format!(
            "Parameter '{name}' must be one of AllowedValues, not '{value}'"
        )));
    }
    let is_list = parameter.kind == "CommaDelimitedList" || parameter.kind.starts_with("List<");
    Ok(if is_list { value.split(',').map(|item| json!(item.trim())).collect() } else { json!(value) })
}

/// A parameter as it was given.
pub(super) fn shown(value: &Value) -> String {
    match value.as_array() {
        Some(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        None => plain(value),
    }
}

/// The text of a scalar, without quotes.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
