//! JSONata's values as JSON, as far as an execution may carry them.

use jsonata_core::value::JValue;
use serde_json::{Map, Number, Value};

use crate::limit::{MAX_DATA, MAX_DEPTH};

/// Why a value is no JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Function,
    TooLarge,
}

/// Nodes and text bytes that a result may have: each of them is at least one byte when it is written out. Parts
/// of a value may be shared many times over, so that a small one in memory is a huge one then.
const MAX_WEIGHT: usize = MAX_DATA + 1;

pub(crate) fn value(value: &JValue) -> Result<Value, Fault> {
    convert(value, 0, &mut MAX_WEIGHT.clone())
}

fn convert(value: &JValue, depth: usize, room: &mut usize) -> Result<Value, Fault> {
    let weight = 1 + value.as_str().map_or(0, str::len);
    *room = room.checked_sub(weight).filter(|_| depth <= MAX_DEPTH).ok_or(Fault::TooLarge)?;
    match value {
        JValue::Null | JValue::Undefined => Ok(Value::Null),
        JValue::Bool(flag) => Ok(Value::Bool(*flag)),
        JValue::Number(number) => Ok(self::number(*number)),
        JValue::String(text) => Ok(Value::from(text.as_ref())),
        JValue::Array(list) => list.iter().map(|item| convert(item, depth + 1, room)).collect(),
        JValue::Object(members) => {
            let mut object = Map::new();
            for (name, member) in members.iter() {
                object.insert(name.clone(), convert(member, depth + 1, room)?);
            }
            Ok(Value::Object(object))
        }
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => Err(Fault::Function),
    }
}

/// JSONata knows only doubles; whole ones are written without a fraction.
fn number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
