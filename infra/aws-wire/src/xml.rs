//! JSON as the XML that query services answer: members by name, lists as `<member>`.

use std::fmt::Write as _;

use serde_json::Value;

/// `<OperationResponse><OperationResult>…` around a result.
pub(crate) fn response(operation: &str, namespace: &str, id: &str, result: &Value) -> String {
    let mut text = format!("<{operation}Response xmlns=\"{namespace}\">\n  <{operation}Result>");
    inside(&mut text, result);
    let _ = write!(
        text,
        "</{operation}Result>\n  <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\n</{operation}Response>\n"
    );
    text
}

/// `<ErrorResponse>` around an error.
pub(crate) fn error(namespace: &str, id: &str, code: &str, message: &str, by_sender: bool) -> String {
    let side = if by_sender { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error><Type>{side}</Type><Code>{}</Code><Message>{}</Message></Error>\n  <RequestId>{id}</RequestId>\n</ErrorResponse>\n",
        escape(code),
        escape(message)
    )
}

/// `<Error>` alone, as S3 answers.
pub(crate) fn bare_error(id: &str, code: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message><RequestId>{id}</RequestId></Error>",
        escape(code),
        escape(message)
    )
}

fn inside(text: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => text.push_str(&escape(string)),
        Value::Array(list) => list.iter().for_each(|value| element(text, "member", value)),
        Value::Object(members) => {
            members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .for_each(|(name, value)| element(text, name, value));
        }
    }
}

fn element(text: &mut String, name: &str, value: &Value) {
    let _ = write!(text, "<{name}>");
    inside(text, value);
    let _ = write!(text, "</{name}>");
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A reader would turn a bare carriage return into a line feed.
            '\r' => escaped.push_str("&#13;"),
            // XML 1.0 has no way to write the other control characters.
            control if control.is_control() && control != '\n' && control != '\t' => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_become_members_and_text_is_escaped() {
        let mut text = String::new();
        inside(
            &mut text,
            &json!({"Rules": [{"Path": "/a&<b>", "IsDefault": false, "None": null}], "Empty": []}),
        );
        assert_eq!(
            text,
            "<Rules><member><Path>/a&amp;&lt;b&gt;</Path><IsDefault>false</IsDefault></member></Rules><Empty></Empty>"
        );
    }
}
