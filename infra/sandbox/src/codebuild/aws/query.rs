//! The part of `JMESPath` that scripts use with `--query`: names, indexes, `[]`, `[*]`, filters by
//! comparison, lists, objects and pipes. <https://jmespath.org/specification.html>

use serde_json::{Map, Value};

/// What an expression finds in a value; `null` where it finds nothing.
pub(super) fn search(expression: &str, value: &Value) -> Result<Value, String> {
    let mut reader = Reader { text: expression, at: 0 };
    let found = reader.pipe(value.clone())?;
    reader.space();
    if reader.at < expression.len() {
        return Err(reader.refuse());
    }
    Ok(found)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// A value on its way, and whether it is a list that further parts apply to one by one.
struct Way {
    value: Value,
    each: bool,
}

impl Reader<'_> {
    fn pipe(&mut self, value: Value) -> Result<Value, String> {
        let mut value = self.path(value)?;
        while self.take("|") {
            value = self.path(value)?;
        }
        Ok(value)
    }

    fn path(&mut self, value: Value) -> Result<Value, String> {
        let mut way = Way { value, each: false };
        self.space();
        if !self.next_is(['[']) {
            self.name(&mut way)?;
        }
        loop {
            self.space();
            if self.take(".") {
                self.name(&mut way)?;
            } else if self.next_is(['[']) {
                self.bracket(&mut way)?;
            } else {
                return Ok(way.value);
            }
        }
    }

    /// A name, a quoted name, `@`, or a list or an object of several.
    fn name(&mut self, way: &mut Way) -> Result<(), String> {
        self.space();
        if self.take("@") {
            return Ok(());
        }
        let start = self.at;
        if self.next_is(['[', '{']) {
            return self.apply(way, Self::several);
        }
        let name = if self.take("\"") {
            self.until('"')?
        } else {
            let rest = &self.text[self.at..];
            let end =
                rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            self.at += end;
            rest[..end].to_owned()
        };
        if name.is_empty() {
            self.at = start;
            return Err(self.refuse());
        }
        if self.next_is(['(']) {
            return Err(format!("--query: the sandbox's aws has no functions: `{name}` in {}", self.text));
        }
        self.apply(way, |_, value| Ok(value.get(&name).cloned().unwrap_or_default()))
    }

    fn bracket(&mut self, way: &mut Way) -> Result<(), String> {
        let start = self.at;
        self.take("[");
        if self.take("*") {
            self.close(']')?;
            way.each_of(|value| value);
        } else if self.take("]") {
            way.each_of(flat);
        } else if self.take("?") {
            let from = self.at;
            let mut end = from;
            way.each_of(|value| value);
            let items = way.value.as_array().cloned().unwrap_or_default();
            let mut kept = Vec::new();
            // Once without an item too, so that the reader comes past the filter in any case.
            for item in items.into_iter().map(Some).chain([None]) {
                self.at = from;
                let holds = self.comparison(item.as_ref().unwrap_or(&Value::Null))?;
                end = self.at;
                kept.extend(item.filter(|_| holds));
            }
            self.at = end;
            self.close(']')?;
            way.value = Value::Array(kept);
        } else if let Some(index) = self.integer()? {
            self.close(']')?;
            self.apply(way, |_, value| Ok(at(&value, index)))?;
        } else {
            self.at = start;
            self.apply(way, Self::several)?;
        }
        Ok(())
    }

    /// `path == 'text'`, `path != 'text'` or a path that holds something.
    fn comparison(&mut self, item: &Value) -> Result<bool, String> {
        let left = self.operand(item)?;
        if self.take("==") {
            return Ok(left == self.operand(item)?);
        }
        if self.take("!=") {
            return Ok(left != self.operand(item)?);
        }
        self.space();
        Ok(!matches!(left, Value::Null | Value::Bool(false)))
    }

    fn operand(&mut self, item: &Value) -> Result<Value, String> {
        self.space();
        let operand = if self.take("'") {
            Value::String(self.until('\'')?)
        } else if self.take("`") {
            let literal = self.until('`')?;
            serde_json::from_str(&literal).unwrap_or(Value::String(literal))
        } else {
            self.path(item.clone())?
        };
        self.space();
        Ok(operand)
    }

    /// `[a, b]` or `{A: a, B: b}`.
    fn several(&mut self, value: Value) -> Result<Value, String> {
        if self.take("[") {
            let mut list = Vec::new();
            loop {
                list.push(self.pipe(value.clone())?);
                if !self.take(",") {
                    break;
                }
            }
            self.close(']')?;
            return Ok(Value::Array(list));
        }
        self.close('{')?;
        let mut members = Map::new();
        loop {
            self.space();
            let rest = &self.text[self.at..];
            let end = rest.find(':').ok_or_else(|| self.refuse())?;
            let name = rest[..end].trim().trim_matches('"').to_owned();
            self.at += end + 1;
            members.insert(name, self.pipe(value.clone())?);
            if !self.take(",") {
                break;
            }
        }
        self.close('}')?;
        Ok(Value::Object(members))
    }

    /// Applies a part to the value, or to each item where the way is one of many. Nulls drop out of many.
    fn apply(
        &mut self,
        way: &mut Way,
        part: impl Fn(&mut Self, Value) -> Result<Value, String>,
    ) -> Result<(), String> {
        let value = std::mem::take(&mut way.value);
        let from = self.at;
        way.value = match value {
            Value::Array(items) if way.each => {
                let mut end = None;
                let mut all = Vec::new();
                for item in items {
                    self.at = from;
                    all.push(part(self, item)?);
                    end = Some(self.at);
                }
                if end.is_none() {
                    part(self, Value::Null)?;
                }
                all.retain(|item| !item.is_null());
                Value::Array(all)
            }
            value => part(self, value)?,
        };
        Ok(())
    }

    fn integer(&mut self) -> Result<Option<i64>, String> {
        self.space();
        let rest = &self.text[self.at..];
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '-').unwrap_or(rest.len());
        if end == 0 {
            return Ok(None);
        }
        let number = rest[..end].parse().map_err(|_| self.refuse())?;
        self.at += end;
        Ok(Some(number))
    }

    fn until(&mut self, end: char) -> Result<String, String> {
        let rest = &self.text[self.at..];
        let length = rest.find(end).ok_or_else(|| self.refuse())?;
        self.at += length + end.len_utf8();
        Ok(rest[..length].to_owned())
    }

    fn take(&mut self, what: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn close(&mut self, what: char) -> Result<(), String> {
        if self.take(what.encode_utf8(&mut [0; 4])) { Ok(()) } else { Err(self.refuse()) }
    }

    fn next_is<const N: usize>(&self, letters: [char; N]) -> bool {
        self.text[self.at..].starts_with(letters)
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn refuse(&self) -> String {
        format!(
            "--query: the sandbox's aws does not understand {} from `{}` on",
            self.text,
            &self.text[self.at..]
        )
    }
}

impl Way {
    fn each_of(&mut self, list: impl Fn(Value) -> Value) {
        let value = std::mem::take(&mut self.value);
        self.value = match (value, self.each) {
            // A wildcard below a wildcard looks into every item.
            (Value::Array(items), true) => list(Value::Array(flat_once(items))),
            (value @ Value::Array(_), false) => list(value),
            _ => Value::Null,
        };
        self.each = true;
    }
}

fn flat_once(items: Vec<Value>) -> Vec<Value> {
    items
        .into_iter()
        .flat_map(|item| match item {
            Value::Array(items) => items,
            other => vec![other],
        })
        .collect()
}

fn flat(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(flat_once(items)),
        other => other,
    }
}

fn at(value: &Value, index: i64) -> Value {
    let Some(items) = value.as_array() else { return Value::Null };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let index = if index < 0 { length + index } else { index };
    usize::try_from(index).ok().and_then(|index| items.get(index)).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_beyond_the_part_is_refused() {
        let refused = |expression| search(expression, &json!({ "a": [1] })).unwrap_err();
        assert!(refused("length(a)").contains("no functions"));
        assert!(refused("a[0").contains("does not understand"));
        assert!(refused("a b").contains("from `b` on"));
        assert!(refused("").contains("does not understand"));
    }

    #[test]
    fn expressions_find_what_the_cli_finds() {
        let value = json!({
            "Rules": [
                { "Arn": "a", "Actions": [{ "Group": "g" }], "Priority": "1" },
                { "Arn": "b", "Actions": [], "Priority": "2" },
            ],
            "Name": "n",
        });
        for (expression, expected) in [
            ("Name", json!("n")),
            ("None.Name", json!(null)),
            ("Rules[0].Actions[0].Group", json!("g")),
            ("Rules[-1].Arn", json!("b")),
            ("Rules[9].Arn", json!(null)),
            ("Rules[].Arn", json!(["a", "b"])),
            ("Rules[*].Arn | [0]", json!("a")),
            ("Rules[].Actions[].Group", json!(["g"])),
            ("Rules[?Arn=='b'].Priority", json!(["2"])),
            ("Rules[?Arn == 'b'] | [0].Priority", json!("2")),
            ("Rules[?Arn!='b'].[Arn, Priority]", json!([["a", "1"]])),
            ("Rules[0].{A: Arn, P: Priority}", json!({ "A": "a", "P": "1" })),
            ("[Name, Rules[0].Arn]", json!(["n", "a"])),
            ("Rules[?Arn=='x'].Priority | [0]", json!(null)),
            ("@", value.clone()),
        ] {
            assert_eq!(search(expression, &value).unwrap(), expected, "{expression}");
        }
    }
}
