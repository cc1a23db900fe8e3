//! JSONPath as Step Functions reads it: a definite path gives one value and fails where there is none, any
//! other path gives a list.

mod filter;
mod parse;
mod select;

use serde_json::Value;

pub(crate) use filter::Filter;

use crate::{cursor::Cursor, scope::Scope};

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// As it was written.
    pub(crate) text: String,
    pub(crate) root: Root,
    pub(crate) steps: Vec<Step>,
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Root {
    /// `$`: the data at hand.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a variable.
    Variable(String),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// `.name`, `['name']`, `['a', 'b']`.
    Names(Vec<String>),
    /// `[0]`, `[-1]`, `[0, 2]`.
    Indexes(Vec<i64>),
    /// `[1:5:2]`.
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    /// `.*`, `[*]`.
    Any,
    /// `..` before another step.
    Descend(Box<Step>),
    /// `[?(…)]`.
    Filter(Filter),
    /// `.length()`.
    Length,
}

/// Why a path gives nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Miss {
    /// There is no such value; the sentence names the first step that failed.
    Missing(String),
    /// The path reaches more than may be carried.
    TooMuch,
}

impl Miss {
    pub(crate) fn sentence(&self) -> &str {
        match self {
            Self::Missing(sentence) => sentence,
            Self::TooMuch => "The path selects more data than an execution may carry.",
        }
    }
}

/// Reads the longest path at the cursor.
pub(crate) fn parse_at(cursor: &mut Cursor<'_>) -> Option<Path> {
    parse::path(cursor, 0)
}

impl Path {
    /// Reads a path. `None` where the text is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse::whole(text)
    }

    /// Whether the path names exactly one place.
    pub(crate) fn is_definite(&self) -> bool {
        self.steps.iter().all(|step| match step {
            Step::Names(names) => names.len() == 1,
            Step::Indexes(indexes) => indexes.len() == 1,
            Step::Length => true,
            _ => false,
        })
    }

    /// Whether the path may be written to: `$`, `$.a.b`, `$.a[0]`.
    pub(crate) fn is_reference(&self) -> bool {
        self.root == Root::Input && self.is_definite() && !self.steps.contains(&Step::Length)
    }

    /// The value that the path gives in a scope.
    pub(crate) fn get(&self, scope: &Scope<'_>) -> Result<Value, Miss> {
        let root = match &self.root {
            Root::Input => scope.input,
            Root::Context => scope.context,
            Root::Variable(name) => scope.variable(name).ok_or_else(|| missing_variable(name))?,
        };
        self.get_from(root)
    }

    /// The value that the path gives in `root`, whatever its own root is.
    pub(crate) fn get_from(&self, root: &Value) -> Result<Value, Miss> {
        if self.is_definite() { select::one(&self.steps, root) } else { select::many(&self.steps, root) }
    }
}

fn missing_variable(name: &str) -> Miss {
    Miss::Missing(format!("No results for path: ${name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn get(path: &str, value: &Value) -> Result<Value, Miss> {
        Path::parse(path).unwrap_or_else(|| panic!("{path} is not a path")).get_from(value)
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a.b", "$.", "$.a[", "$.a['b", "$[?(@.a ==]", "$.a b", "$..", "$.a[1:2:0]", "$[]"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_definite_path_without_a_value_fails_and_names_the_step() {
        let miss = get("$.a.b", &json!({})).unwrap_err();
        assert_eq!(miss, Miss::Missing("Missing property in path $['a']".to_owned()));
        let miss = get("$.a", &json!({})).unwrap_err();
        assert_eq!(miss, Miss::Missing("No results for path: $['a']".to_owned()));
    }

    #[test]
    fn a_definite_path_gives_the_value_itself() {
        let value = json!({"Services": [{"TaskSets": []}], "a b": {"c-d": 1}, "n": null});
        assert_eq!(get("$", &value).unwrap(), value);
        assert_eq!(get("$.Services[0].TaskSets", &value).unwrap(), json!([]));
        assert_eq!(get("$.Services[-1]", &value).unwrap(), json!({"TaskSets": []}));
        assert_eq!(get("$['a b'].c-d", &value).unwrap(), json!(1));
        assert_eq!(get("$.n", &value).unwrap(), Value::Null);
        assert_eq!(get("$.Services.length()", &value).unwrap(), json!(1));
    }

    #[test]
    fn any_other_path_gives_a_list_even_an_empty_one() {
        let value = json!({"items": [{"id": 1, "on": true}, {"id": 2}, {"id": 3, "on": true}]});
        assert_eq!(get("$.items[*].id", &value).unwrap(), json!([1, 2, 3]));
        assert_eq!(get("$.items[1:]", &value).unwrap(), json!([{"id": 2}, {"id": 3, "on": true}]));
        assert_eq!(get("$.items[:-1].id", &value).unwrap(), json!([1, 2]));
        assert_eq!(get("$.items[0,2].id", &value).unwrap(), json!([1, 3]));
        assert_eq!(get("$..id", &value).unwrap(), json!([1, 2, 3]));
        assert_eq!(get("$.items[?(@.on)].id", &value).unwrap(), json!([1, 3]));
        assert_eq!(get("$.items[?(@.on == true && @.id > 1)].id", &value).unwrap(), json!([3]));
        assert_eq!(get("$.items[?(@.id in [1, 2])].id", &value).unwrap(), json!([1, 2]));
        assert_eq!(get("$.items[?(!@.on)].id", &value).unwrap(), json!([2]));
        assert_eq!(get("$.items[?(@.id < $.items[2].id)].id", &value).unwrap(), json!([1, 2]));
        assert_eq!(get("$.nothing[*]", &value).unwrap(), json!([]));
        assert_eq!(get("$.nothing[1:5]", &value).unwrap(), json!([]));
    }

    #[test]
    fn filters_have_the_operators_of_jayway() {
        let value = json!([{"n": "Anna", "t": ["a", "b"]}, {"n": "bob", "t": []}, {"n": "Otto", "t": ["b"]}]);
        for (filter, names) in [
            ("@.n =~ /.*o/", json!(["Otto"])),
            ("@.n =~ /b.*/i", json!(["bob"])),
            ("@.n =~ /nn/", json!([])),
            ("@.t subsetof ['b', 'c']", json!(["bob", "Otto"])),
            ("@.t anyof ['a', 'c']", json!(["Anna"])),
            ("@.t noneof ['a']", json!(["bob", "Otto"])),
            ("@.t contains 'b'", json!(["Anna", "Otto"])),
            ("@.n contains 'nn'", json!(["Anna"])),
            ("@.t size 2", json!(["Anna"])),
            ("@.t empty true", json!(["bob"])),
            ("@.n nin ['bob']", json!(["Anna", "Otto"])),
        ] {
            assert_eq!(get(&format!("$[?({filter})].n"), &value).unwrap(), names, "{filter}");
        }
        assert_eq!(Path::parse("$[?(@.n =~ /(/)]"), None);
    }

    #[test]
    fn escapes_in_brackets_are_read() {
        let value = json!({r#"Test\""Name""#: "found", "it's": 1});
        assert_eq!(get(r#"$['Test\""Name"']"#, &value).unwrap(), json!("found"));
        assert_eq!(get(r"$['it\'s']", &value).unwrap(), json!(1));
    }

    #[test]
    fn a_path_that_multiplies_is_stopped() {
        let value = (0..60).fold(json!(0), |inner, _| json!([inner, 0]));
        assert_eq!(get("$..*..*..*..*..*", &value).unwrap_err(), Miss::TooMuch);
    }
}
