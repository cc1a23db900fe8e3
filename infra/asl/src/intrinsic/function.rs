//! The table of intrinsic functions, and the numeric ones.

use std::cell::RefCell;

use fastrand::Rng;
use serde_json::{Value, json};

use super::{
    argument::{Fault, integer},
    array, text,
};
use crate::random::uuid;

const NAMES: [&str; 18] = [
    "Array",
    "ArrayContains",
    "ArrayGetItem",
    "ArrayLength",
    "ArrayPartition",
    "ArrayRange",
    "ArrayUnique",
    "Base64Decode",
    "Base64Encode",
    "Format",
    "Hash",
    "JsonMerge",
    "JsonToString",
    "MathAdd",
    "MathRandom",
    "StringSplit",
    "StringToJson",
    "UUID",
];

pub(crate) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

pub(crate) fn call(name: &str, arguments: &[&Value], rng: &RefCell<Rng>) -> Result<Value, Fault> {
    match (name, arguments) {
        ("Array", items) => Ok(items.iter().map(|item| (*item).clone()).collect()),
        ("ArrayContains", [list, item]) => array::contains(list, item),
        ("ArrayGetItem", [list, index]) => array::item(list, index),
        ("ArrayLength", [list]) => Ok(json!(array::list(list)?.len())),
        ("ArrayPartition", [list, size]) => array::partition(list, size),
        ("ArrayRange", [first, last, step]) => array::range(first, last, step),
        ("ArrayUnique", [list]) => array::unique(list),
        ("Base64Decode", [text]) => text::decode(text),
        ("Base64Encode", [text]) => text::encode(text),
        ("Format", [template, values @ ..]) => text::format(template, values),
        ("Hash", [data, algorithm]) => text::hash(data, algorithm),
        ("JsonMerge", [first, second, deep]) => text::merge(first, second, deep),
        ("JsonToString", [value]) => Ok(Value::String(value.to_string())),
        ("MathAdd", [left, right]) => add(left, right),
        ("MathRandom", [from, to]) => random(from, to, &mut rng.borrow_mut()),
        ("MathRandom", [from, to, seed]) => {
            random(from, to, &mut Rng::with_seed(integer(seed)?.cast_unsigned()))
        }
        ("StringSplit", [text, separators]) => text::split(text, separators),
        ("StringToJson", [text]) => text::to_json(text),
        ("UUID", []) => Ok(Value::String(uuid(&mut rng.borrow_mut()))),
        (name, arguments) => {
            Err(format!("Invalid number of arguments for StepFunctions.{name}: {}", arguments.len()))
        }
    }
}

fn add(left: &Value, right: &Value) -> Result<Value, Fault> {
    let sum = integer(left)?.checked_add(integer(right)?);
    sum.map(Value::from).ok_or_else(|| "The sum is too large".to_owned())
}

fn random(from: &Value, to: &Value, rng: &mut Rng) -> Result<Value, Fault> {
    let (from, to) = (integer(from)?, integer(to)?);
    let width = to.checked_sub(from).filter(|width| *width > 0);
    let width = width.ok_or_else(|| format!("The start {from} must be smaller than the end {to}"))?;
    let drawn = rng.u64(..width.unsigned_abs());
    Ok(Value::from(from.saturating_add_unsigned(drawn)))
}
