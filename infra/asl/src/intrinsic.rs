//! Intrinsic functions: `States.Format('…', $.a)` and the others, nested as deep as AWS allows.

mod argument;
mod array;
mod function;
mod text;

pub(crate) use text::base64;

use std::borrow::Cow;

use fastrand::Rng;
use serde_json::Value;

use crate::{
    cursor::Cursor,
    failure::Failure,
    path::{self, Path},
    scope::Scope,
};

/// How deep calls may be nested; AWS allows ten.
const MAX_DEPTH: usize = 10;

/// A parsed call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// As it was written.
    pub(crate) text: String,
    name: String,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone, PartialEq)]
enum Argument {
    Literal(Value),
    Path(Path),
    Call(Call),
}

impl Call {
    /// Reads a call. `None` where the text is not one, or names no function.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut cursor = Cursor::new(text.trim());
        let call = read(&mut cursor, 0)?;
        cursor.is_done().then_some(call)
    }

    /// Every path among the arguments, those of inner calls too.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let paths = self.arguments.iter().flat_map(|argument| match argument {
            Argument::Literal(_) => Vec::new(),
            Argument::Path(path) => vec![path],
            Argument::Call(call) => call.paths(),
        });
        paths.collect()
    }

    /// The value of the call in a scope.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        scope.limits.time()?;
        let arguments = self
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::Literal(value) => Ok(Cow::Borrowed(value)),
                Argument::Path(path) => {
                    let value = path.get(scope).map_err(|_| self.missing(path, scope))?;
                    scope.limits.spend(&value)?;
                    Ok(Cow::Owned(value))
                }
                Argument::Call(call) => call.value(scope).map(Cow::Owned),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let arguments: Vec<&Value> = arguments.iter().map(AsRef::as_ref).collect();
        function::call(&self.name, &arguments, scope.rng).map_err(|fault| {
            Failure::found(
                "States.IntrinsicFailure",
                format!("The function '{}' had the following error: {fault}", self.text),
            )
        })
    }

    fn missing(&self, path: &Path, scope: &Scope<'_>) -> Failure {
        Failure::runtime(format!(
            "The function '{}' had the following error: The JsonPath argument for the field '{}' could not be found \
             in the input '{}'",
            self.text, path.text, scope.input
        ))
    }
}

/// Calls a function by its name without `States.`; the error says what was wrong with the arguments.
pub(crate) fn call(name: &str, arguments: &[&Value], rng: &std::cell::RefCell<Rng>) -> Result<Value, String> {
    function::call(name, arguments, rng)
}

fn read(cursor: &mut Cursor<'_>, depth: usize) -> Option<Call> {
    let start = cursor.rest();
    if depth > MAX_DEPTH || !cursor.eat("States.") {
        return None;
    }
    let name = cursor.take_while(|c| c.is_ascii_alphanumeric()).to_owned();
    if !function::is_known(&name) || !cursor.eat_word("(") {
        return None;
    }
    let mut arguments = Vec::new();
    while !cursor.eat_word(")") {
        if !arguments.is_empty() && !cursor.eat_word(",") {
            return None;
        }
        cursor.skip_space();
        let template = name == "Format" && arguments.is_empty();
        arguments.push(argument(cursor, depth, template)?);
    }
    let length = start.len() - cursor.rest().len();
    Some(Call { text: start.get(..length)?.to_owned(), name, arguments })
}

fn argument(cursor: &mut Cursor<'_>, depth: usize, template: bool) -> Option<Argument> {
    match cursor.peek()? {
        '\'' => {
            cursor.next();
            text::quoted(cursor, template).map(|text| Argument::Literal(Value::String(text)))
        }
        '$' => path::parse_at(cursor).map(Argument::Path),
        'S' => read(cursor, depth + 1).map(Argument::Call),
        _ if cursor.eat("true") => Some(Argument::Literal(Value::Bool(true))),
        _ if cursor.eat("false") => Some(Argument::Literal(Value::Bool(false))),
        _ if cursor.eat("null") => Some(Argument::Literal(Value::Null)),
        _ => cursor.number().map(|number| Argument::Literal(Value::Number(number))),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{LazyCell, RefCell};

    use serde_json::json;

    use super::*;
    use crate::{
        limit::{Limits, PATIENCE},
        scope::Context,
    };

    fn value(text: &str, input: &Value) -> Result<Value, String> {
        let rng = RefCell::new(Rng::with_seed(7));
        let context: Context<'_> = LazyCell::new(Box::new(|| Value::Null));
        let scope = Scope {
            input,
            context: &context,
            variables: &[],
            result: None,
            error: None,
            now: jiff::Timestamp::UNIX_EPOCH,
            rng: &rng,
            limits: &Limits::until(std::time::Instant::now() + PATIENCE),
        };
        let call = Call::parse(text).unwrap_or_else(|| panic!("{text} is not a call"));
        call.value(&scope).map_err(|failure| failure.cause.unwrap_or_default())
    }

    #[test]
    fn what_is_no_call_is_refused() {
        let illegal = r#"States.StringToJson('{"text":"An \"escaped\" quote"}')"#;
        for text in ["States.Nothing()", "States.Array(", "States.Array(a)", "States.UUID() x", illegal] {
            assert_eq!(Call::parse(text), None, "{text}");
        }
        let deep = format!("{}1{}", "States.Array(".repeat(40), ")".repeat(40));
        assert_eq!(Call::parse(&deep), None);
    }

    #[test]
    fn a_wrong_argument_is_an_intrinsic_failure() {
        for text in [
            "States.ArrayRange(1, 100000000, 1)",
            "States.ArrayRange(1, 10, 0)",
            "States.ArrayPartition($, 0)",
            "States.ArrayGetItem($, 3)",
            "States.ArrayGetItem($, -1)",
            "States.MathAdd('a', 1)",
            "States.Format('{}')",
            "States.Hash('a', 'CRC')",
            "States.Base64Decode('*')",
            "States.JsonMerge($, $, true)",
            "States.StringToJson('{')",
            "States.ArrayLength(1)",
        ] {
            let cause = value(text, &json!([1, 2, 3])).unwrap_err();
            assert!(cause.contains("had the following error"), "{text}: {cause}");
        }
    }

    #[test]
    fn arrays_are_cut_searched_and_made() {
        let input = json!([1, 2, 2, 3]);
        assert_eq!(
            value("States.Array(1, 'a', $, States.Array())", &input),
            Ok(json!([1, "a", [1, 2, 2, 3], []]))
        );
        assert_eq!(value("States.ArrayPartition($, 3)", &input), Ok(json!([[1, 2, 2], [3]])));
        assert_eq!(value("States.ArrayContains($, 3)", &input), Ok(json!(true)));
        assert_eq!(value("States.ArrayRange(1, 9, 4)", &input), Ok(json!([1, 5, 9])));
        assert_eq!(value("States.ArrayRange(3, 1, -1)", &input), Ok(json!([3, 2, 1])));
        assert_eq!(value("States.ArrayGetItem($, 3)", &input), Ok(json!(3)));
        assert_eq!(value("States.ArrayLength($)", &input), Ok(json!(4)));
        assert_eq!(value("States.ArrayUnique($)", &input), Ok(json!([1, 2, 3])));
    }

    #[test]
    fn texts_are_formatted_split_and_coded() {
        let input = json!({"a": {"Arg1": 1, "Arg2": ["x"]}, "b": null});
        assert_eq!(
            value(r"States.Format('{} and {} it\'s \{\}', $.a, $.b)", &input),
            Ok(json!("{Arg1=1, Arg2=[x]} and null it's {}"))
        );
        assert_eq!(value("States.StringSplit(', , ,', ',')", &input), Ok(json!([" ", " "])));
        assert_eq!(value("States.StringSplit('1.2+3', '.+')", &input), Ok(json!(["1", "2", "3"])));
        assert_eq!(value("States.Base64Decode(States.Base64Encode('Data'))", &input), Ok(json!("Data")));
        assert_eq!(value("States.StringToJson('')", &input), Ok(Value::Null));
        assert_eq!(value("States.JsonToString($.a)", &input), Ok(json!(r#"{"Arg1":1,"Arg2":["x"]}"#)));
        assert_eq!(
            value("States.JsonMerge($.a, States.StringToJson('{\"Arg1\":2}'), false)", &input),
            Ok(json!({"Arg1": 2, "Arg2": ["x"]}))
        );
        assert_eq!(
            value("States.Hash('input data', 'MD5')", &input),
            Ok(json!("812f45842bc6d66ee14572ce20db8e86"))
        );
    }

    #[test]
    fn numbers_are_rounded_as_java_rounds() {
        for (left, right, sum) in
            [("1.49", "1.5", 3), ("-1.5", "-1.51", -3), ("0.5", "0", 1), ("3.5", "0", 4)]
        {
            assert_eq!(value(&format!("States.MathAdd({left}, {right})"), &Value::Null), Ok(json!(sum)));
        }
        let drawn = value("States.MathRandom(3, 5)", &Value::Null).unwrap();
        assert!([json!(3), json!(4)].contains(&drawn));
        assert_eq!(
            value("States.MathRandom(0, 1000, 5)", &Value::Null),
            value("States.MathRandom(0, 1000, 5)", &Value::Null)
        );
    }
}
