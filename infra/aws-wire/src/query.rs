//! The query protocol's forms as nested JSON: `A.member.1.B` are lists, `A.entry.1.key` maps.

use std::collections::BTreeMap;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::error::AwsError;

/// More members than any request of AWS has.
const MOST: usize = 20_000;

/// A form as it is nested: text at the leaves, or members by name.
#[derive(Debug, Default)]
struct Node {
    text: Option<String>,
    members: BTreeMap<String, Node>,
}

/// Nests a form. An empty text stands for itself; a list that is sent empty reads as empty text.
pub(crate) fn nest(form: &[u8]) -> Result<Value, AwsError> {
    let mut root = Node::default();
    for (number, pair) in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
        if number == MOST {
            let message = format!("The form has more than {MOST} members.");
            return Err(AwsError::new("MalformedInput", message));
        }
        let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = decode(&pair[..cut]);
        let text = decode(pair.get(cut + 1..).unwrap_or_default());
        let mut node = &mut root;
        // Deeper than any AWS shape: the rest of such a name is dropped rather than followed.
        for part in name.split('.').take(16) {
            node = node.members.entry(part.to_owned()).or_default();
        }
        node.text = Some(text);
    }
    Ok(root.value())
}

impl Node {
    fn value(self) -> Value {
        if self.members.is_empty() {
            return Value::String(self.text.unwrap_or_default());
        }
        let mut members = self.members;
        if members.len() == 1 {
            if let Some(list) = members.remove("member") {
                return Value::Array(list.ordered().map(Node::value).collect());
            }
            if let Some(entries) = members.remove("entry") {
                return Value::Object(entries.ordered().filter_map(Node::entry).collect());
            }
        }
        Value::Object(members.into_iter().map(|(name, node)| (name, node.value())).collect::<Map<_, _>>())
    }

    /// The members of a list by number, so that 10 follows 9.
    fn ordered(self) -> impl Iterator<Item = Node> {
        let mut numbered: Vec<(u64, Node)> = self
            .members
            .into_iter()
            .map(|(number, node)| (number.parse().unwrap_or(u64::MAX), node))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, node)| node)
    }

    /// An entry is a key and a value; the attributes of SNS call them a name and a value.
    fn entry(mut self) -> Option<(String, Value)> {
        let key = self.members.remove("key").or_else(|| self.members.remove("Name"))?.text?;
        let value = self.members.remove("value").or_else(|| self.members.remove("Value"));
        Some((key, value.unwrap_or_default().value()))
    }
}

fn decode(text: &[u8]) -> String {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_without_end_is_refused() {
        let form: Vec<String> = (0..=MOST).map(|number| format!("a{number}=")).collect();
        assert_eq!(nest(form.join("&").as_bytes()).unwrap_err().code, "MalformedInput");
    }

    #[test]
    fn lists_keep_their_order_past_nine() {
        let form: Vec<String> = (1..=11).rev().map(|n| format!("Arns.member.{n}=a{n}")).collect();
        let value = nest(form.join("&").as_bytes()).unwrap();
        assert_eq!(value["Arns"][8], "a9");
        assert_eq!(value["Arns"][10], "a11");
    }

    #[test]
    fn structures_in_lists_and_maps_are_nested() {
        let value = nest(
            b"Action=ModifyRule&Actions.member.1.Type=forward\
              &Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=1\
              &Attributes.entry.1.key=a+b&Attributes.entry.1.value=%E2%9C%93&Empty=\
              &Named.entry.1.Name=a&Named.entry.1.Value.DataType=String",
        )
        .unwrap();
        assert_eq!(
            value,
            json!({
                "Action": "ModifyRule",
                "Actions": [{"ForwardConfig": {"TargetGroups": [{"Weight": "1"}]}, "Type": "forward"}],
                "Attributes": {"a b": "✓"},
                "Empty": "",
                "Named": {"a": {"DataType": "String"}},
            })
        );
    }
}
