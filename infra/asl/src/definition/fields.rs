//! One JSON object of a definition while it is read: its members, where it stands, what is wrong with it.

use serde_json::{Map, Value};

use super::{Amount, Code, Diagnostic, Language, Slot};
use crate::{jsonata, path::Path, template::Template};

/// What reading has found wrong so far. Bounded, because a definition may be a mebibyte of mistakes.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) list: Vec<Diagnostic>,
}

const MAX_FAULTS: usize = 100;

impl Faults {
    pub(crate) fn add(&mut self, code: Code, location: impl Into<String>, message: impl Into<String>) {
        self.push(Diagnostic { code, message: message.into(), location: Some(location.into()) });
    }

    /// A fault of the whole, which no place shows.
    pub(crate) fn add_nowhere(&mut self, code: Code, message: impl Into<String>) {
        self.push(Diagnostic { code, message: message.into(), location: None });
    }

    fn push(&mut self, fault: Diagnostic) {
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault);
        }
    }
}

/// The members of one object.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    pub(crate) members: &'a Map<String, Value>,
    pub(crate) at: String,
    pub(crate) language: Language,
}

impl<'a> Fields<'a> {
    /// The object at `at`, or a fault where it is none.
    pub(crate) fn of(value: &'a Value, at: String, language: Language, faults: &mut Faults) -> Option<Self> {
        let members = value.as_object();
        if members.is_none() {
            faults.add(Code::Schema, at.clone(), "Expected value of type Object");
        }
        members.map(|members| Self { members, at, language })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    /// Where a member stands.
    pub(crate) fn place(&self, name: &str) -> String {
        if self.at == "/" { format!("/{name}") } else { format!("{}/{name}", self.at) }
    }

    pub(crate) fn fault(&self, name: &str, message: impl Into<String>, faults: &mut Faults) {
        faults.add(Code::Schema, self.place(name), message);
    }

    /// Members that must be there, complained of together as AWS does.
    pub(crate) fn require(&self, names: &[&str], faults: &mut Faults) {
        let missing: Vec<&str> =
            names.iter().copied().filter(|name| !self.members.contains_key(*name)).collect();
        if !missing.is_empty() {
            let message = format!("These fields are required: [{}]", missing.join(", "));
            faults.add(Code::Schema, self.at.clone(), message);
        }
    }

    /// Complains of members that are not in any of the lists.
    pub(crate) fn allow(&self, lists: &[&[&str]], faults: &mut Faults) {
        for name in self.members.keys() {
            if !lists.iter().any(|list| list.contains(&name.as_str())) {
                self.fault(name, "Field is not supported", faults);
            }
        }
    }

    pub(crate) fn text(&self, name: &str, faults: &mut Faults) -> Option<&'a str> {
        let value = self.get(name)?;
        if value.as_str().is_none() {
            self.fault(name, "Expected value of type String", faults);
        }
        value.as_str()
    }

    pub(crate) fn flag(&self, name: &str, faults: &mut Faults) -> Option<bool> {
        let value = self.get(name)?;
        if value.as_bool().is_none() {
            self.fault(name, "Expected value of type Boolean", faults);
        }
        value.as_bool()
    }

    pub(crate) fn list(&self, name: &str, faults: &mut Faults) -> Option<&'a Vec<Value>> {
        let value = self.get(name)?;
        if value.as_array().is_none() {
            self.fault(name, "Expected value of type Array", faults);
        }
        value.as_array()
    }

    pub(crate) fn path(&self, name: &str, faults: &mut Faults) -> Option<Path> {
        let path = Path::parse(self.text(name, faults)?);
        if path.is_none() {
            self.fault(name, "Value is not a valid JSONPath", faults);
        }
        path
    }

    /// A path, or null, or nothing.
    pub(crate) fn slot(&self, name: &str, reference: bool, faults: &mut Faults) -> Slot {
        match self.get(name) {
            None => Slot::Whole,
            Some(Value::Null) => Slot::Nothing,
            Some(_) => match self.path(name, faults) {
                Some(path) if reference && !path.is_reference() => {
                    self.fault(name, "Value is not a Reference Path", faults);
                    Slot::Whole
                }
                Some(path) => Slot::At(path),
                None => Slot::Whole,
            },
        }
    }

    /// A value with expressions of the state's language.
    pub(crate) fn template(&self, name: &str, faults: &mut Faults) -> Option<Template> {
        let value = self.get(name)?;
        match self.language {
            Language::Queries => {
                self.check_queries(name, name, value, faults);
                Some(Template::of_queries(value, name))
            }
            Language::Paths => match Template::of_paths(value) {
                Ok(template) => Some(template),
                Err(field) => {
                    let message = format!(
                        "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
                    );
                    self.fault(name, message, faults);
                    None
                }
            },
        }
    }

    /// Checks every expression in the field `name`; `place` is where in it the value stands.
    fn check_queries(&self, name: &str, place: &str, value: &Value, faults: &mut Faults) {
        match value {
            Value::Object(members) => {
                for (inner, member) in members {
                    self.check_queries(name, &format!("{place}/{inner}"), member, faults);
                }
            }
            Value::Array(list) => {
                for (number, item) in list.iter().enumerate() {
                    self.check_queries(name, &format!("{place}[{number}]"), item, faults);
                }
            }
            Value::String(text) => {
                let fault = |expression| jsonata::fault(expression, self.sees(name));
                if let Some(fault) = jsonata::expression(text).and_then(fault) {
                    self.fault(place, fault, faults);
                }
            }
            _ => {}
        }
    }

    /// What expressions in a field see of `$states`.
    fn sees(&self, name: &str) -> jsonata::Sees {
        let is_late = matches!(name, "Output" | "Assign");
        let kind = self.get("Type").and_then(Value::as_str).unwrap_or_default();
        jsonata::Sees {
            result: is_late && matches!(kind, "Task" | "Parallel" | "Map"),
            error: is_late && self.members.contains_key("ErrorEquals"),
        }
    }

    /// The variables that a state assigns.
    pub(crate) fn assignments(&self, faults: &mut Faults) -> Vec<(String, Template)> {
        let Some(value) = self.get("Assign") else { return Vec::new() };
        if !value.is_object() {
            self.fault("Assign", "Expected value of type Object", faults);
            return Vec::new();
        }
        let Some(Template::Members(members)) = self.template("Assign", faults) else { return Vec::new() };
        for (name, _) in &members {
            if let Some(fault) = variable_fault(name) {
                self.fault(&format!("Assign/{name}"), fault, faults);
            }
        }
        members
    }

    /// A JSONata expression without its marks.
    pub(crate) fn query(&self, name: &str, faults: &mut Faults) -> Option<String> {
        let expression = jsonata::expression(self.get(name)?.as_str()?)?;
        if let Some(fault) = jsonata::fault(expression, self.sees(name)) {
            self.fault(name, fault, faults);
        }
        Some(expression.to_owned())
    }

    /// A whole number not below `least`: written out, or computed by the state's language.
    pub(crate) fn amount(&self, name: &str, least: i64, most: i64, faults: &mut Faults) -> Option<Amount> {
        if self.is_computed(name) {
            return self.computed(name, faults);
        }
        let value = self.get(name)?;
        let message = match value.as_i64() {
            Some(number) if (least..=most).contains(&number) => return Some(Amount::Fixed(value.clone())),
            Some(_) => format!("Value must be between {least} and {most}"),
            None => "Expected value of type Integer".to_owned(),
        };
        self.fault(name, message, faults);
        None
    }

    /// A percentage, which may have a fraction: written out, or computed by the state's language.
    pub(crate) fn share(&self, name: &str, faults: &mut Faults) -> Option<Amount> {
        if self.is_computed(name) {
            return self.computed(name, faults);
        }
        let value = self.get(name)?;
        let message = match value.as_f64() {
            Some(number) if (0.0..=100.0).contains(&number) => return Some(Amount::Fixed(value.clone())),
            Some(_) => "Value must be between 0 and 100",
            None => "Expected value of type Number",
        };
        self.fault(name, message, faults);
        None
    }

    /// Whether a number is written as a path or an expression.
    fn is_computed(&self, name: &str) -> bool {
        match self.language {
            Language::Paths => self.members.contains_key(&format!("{name}Path")),
            Language::Queries => {
                self.get(name).and_then(Value::as_str).and_then(jsonata::expression).is_some()
            }
        }
    }

    fn computed(&self, name: &str, faults: &mut Faults) -> Option<Amount> {
        if self.language == Language::Queries {
            return self.query(name, faults).map(Amount::Query);
        }
        let by_path = format!("{name}Path");
        if self.members.contains_key(name) {
            self.fault(&by_path, format!("Only one of [{name}, {by_path}] may be given"), faults);
        }
        let path = self.path(&by_path, faults)?;
        if !path.is_definite() {
            self.fault(&by_path, "Value is not a Reference Path", faults);
        }
        Some(Amount::Path(path))
    }
}

/// What is wrong with the name of a variable. AWS takes Unicode identifiers of at most 80 characters.
fn variable_fault(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let starts_well = letters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    if name == "states" {
        Some("The variable name 'states' is reserved".to_owned())
    } else if name.chars().count() > 80 {
        Some("A variable name must not have more than 80 characters".to_owned())
    } else if !starts_well || !letters.all(|letter| letter.is_alphanumeric() || letter == '_') {
        Some(format!(
            "The variable name '{name}' must consist of letters, digits and _, and begin with a letter or _"
        ))
    } else {
        None
    }
}
