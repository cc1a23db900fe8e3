//! Intrinsic functions over arrays.

use serde_json::{Value, json};

use super::argument::{Fault, integer};

/// The longest array that `States.ArrayRange` makes.
const MAX_RANGE: usize = 1000;

pub(crate) fn list(value: &Value) -> Result<&Vec<Value>, Fault> {
    value.as_array().ok_or_else(|| format!("Expected an array but got {value}"))
}

/// Equal as JSON, numbers by value.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}

pub(crate) fn contains(array: &Value, wanted: &Value) -> Result<Value, Fault> {
    Ok(json!(list(array)?.iter().any(|item| same(item, wanted))))
}

pub(crate) fn item(array: &Value, index: &Value) -> Result<Value, Fault> {
    let (array, index) = (list(array)?, integer(index)?);
    let found = usize::try_from(index).ok().and_then(|index| array.get(index));
    found
        .cloned()
        .ok_or_else(|| format!("The index {index} is out of bounds for an array of {}", array.len()))
}

pub(crate) fn partition(array: &Value, size: &Value) -> Result<Value, Fault> {
    let (array, size) = (list(array)?, integer(size)?);
    let size = usize::try_from(size).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| "The chunk size must be a positive integer".to_owned())?;
    Ok(array.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect())
}

pub(crate) fn range(first: &Value, last: &Value, step: &Value) -> Result<Value, Fault> {
    let (first, last, step) = (integer(first)?, integer(last)?, integer(step)?);
    if step == 0 {
        return Err("The step of the range must not be zero".to_owned());
    }
    let mut numbers = Vec::new();
    let mut next = Some(first);
    while let Some(number) = next.filter(|number| if step > 0 { *number <= last } else { *number >= last }) {
        if numbers.len() == MAX_RANGE {
            return Err(format!("The range must not have more than {MAX_RANGE} elements"));
        }
        numbers.push(Value::from(number));
        next = number.checked_add(step);
    }
    Ok(Value::Array(numbers))
}

pub(crate) fn unique(array: &Value) -> Result<Value, Fault> {
    let mut seen = std::collections::HashSet::new();
    let items = list(array)?.iter().filter(|item| {
        // Two ways to write one number are one number.
        let key = item
            .as_number()
            .and_then(serde_json::Number::as_f64)
            .map_or_else(|| item.to_string(), |n| n.to_string());
        seen.insert(key)
    });
    Ok(Value::Array(items.cloned().collect()))
}
