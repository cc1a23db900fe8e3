//! The input of an execution, as it is sent.

mod complaint;

use serde_json::Value;

use crate::limit::{MAX_DATA, MAX_DEPTH, is_shallow};

/// Reads an input. The error is the reason why it is none, in the words of Step Functions.
pub fn read_input(text: &str) -> Result<Value, String> {
    if text.len() > MAX_DATA {
        return Err(format!("The input must not be larger than {MAX_DATA} bytes"));
    }
    let data: Value = serde_json::from_str(text)
        .map_err(|error| complaint::complaint(text).unwrap_or_else(|| error.to_string()))?;
    if !is_shallow(&data, MAX_DEPTH) {
        return Err(format!("The input must not be nested deeper than {MAX_DEPTH} levels"));
    }
    Ok(data)
}
