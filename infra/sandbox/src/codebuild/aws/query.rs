//! `--query` of the CLI: `JMESPath`.

use serde_json::Value;

/// What an expression finds in a value; `null` where it finds nothing.
pub(super) fn search(expression: &str, value: &Value) -> Result<Value, String> {
    let refuse = |error: &dyn std::fmt::Display| format!("--query: {error}: {expression}");
    let compiled = jmespath::compile(expression).map_err(|error| refuse(&error))?;
    let found = compiled.search(value).map_err(|error| refuse(&error))?;
    serde_json::to_value(&*found).map_err(|error| refuse(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_expression_is_refused() {
        for expression in ["a[0", "a b", "nothing(a)"] {
            let refused = search(expression, &json!({ "a": [1] })).unwrap_err();
            assert!(refused.starts_with("--query: ") && refused.contains(expression), "{refused}");
        }
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
            ("length(Rules)", json!(2)),
            ("@", value.clone()),
        ] {
            assert_eq!(search(expression, &value).unwrap(), expected, "{expression}");
        }
    }
}
