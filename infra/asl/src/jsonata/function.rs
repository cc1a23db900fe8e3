//! The functions that Step Functions adds to JSONata, and those it takes from the clock and from chance.

use std::{cell::RefCell, rc::Rc};

use fastrand::Rng;
use jiff::Timestamp;
use jsonata_core::{
    evaluator::{Evaluator, EvaluatorError},
    parser,
    value::JValue,
};
use serde_json::Value;

use super::convert;
use crate::{intrinsic, limit::MAX_DATA, random::uuid};

pub(crate) type Answer = Result<JValue, EvaluatorError>;

pub(crate) fn fault(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::EvaluationError(message.into())
}

pub(crate) fn register(
    evaluator: &mut Evaluator,
    now: Timestamp,
    rng: &Rc<RefCell<Rng>>,
) -> Result<(), EvaluatorError> {
    for (name, intrinsic) in [("partition", "ArrayPartition"), ("range", "ArrayRange"), ("hash", "Hash")] {
        let rng = Rc::clone(rng);
        evaluator.register_fn(name, move |arguments: &[JValue]| like(intrinsic, arguments, &rng))?;
    }
    let uuids = Rc::clone(rng);
    evaluator.register_fn("uuid", move |_: &[JValue]| Ok(JValue::from(uuid(&mut uuids.borrow_mut()))))?;
    evaluator.register_fn("parse", parse)?;
    let numbers = Rc::clone(rng);
    evaluator.register_fn_override("random", move |arguments: &[JValue]| {
        Ok(JValue::from(random(arguments, &numbers)))
    })?;
    let millis = now.as_millisecond();
    evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from(millis)))?;
    evaluator.register_fn_override("now", move |arguments: &[JValue]| self::now(millis, arguments))?;
    evaluator.register_fn_override("pad", pad)?;
    evaluator.register_fn_override("base64decode", base64decode)?;
    evaluator.register_fn_override("eval", |_: &[JValue]| Err(fault("$eval is not supported; use $parse")))
}

/// The same as an intrinsic function. Without data it gives nothing, as JSONata's own functions do.
fn like(intrinsic: &str, arguments: &[JValue], rng: &RefCell<Rng>) -> Answer {
    if arguments.first().is_none_or(JValue::is_undefined) {
        return Ok(JValue::Undefined);
    }
    let values = arguments.iter().map(convert::value).collect::<Result<Vec<Value>, _>>();
    let values = values.map_err(|_| fault(format!("Invalid argument for {intrinsic}")))?;
    let values: Vec<&Value> = values.iter().collect();
    intrinsic::call(intrinsic, &values, rng).map(JValue::from).map_err(fault)
}

fn parse(arguments: &[JValue]) -> Answer {
    match arguments.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => {
            let value: Value =
                serde_json::from_str(text).map_err(|error| fault(format!("$parse: {error}")))?;
            Ok(JValue::from(value))
        }
        Some(_) => Err(fault("$parse expects a string")),
    }
}

fn random(arguments: &[JValue], rng: &RefCell<Rng>) -> f64 {
    match arguments.first().and_then(JValue::as_f64) {
        Some(seed) => seeded(seed),
        None => rng.borrow_mut().f64(),
    }
}

/// The first number of `java.util.Random` with a seed, which Step Functions gives bit for bit.
fn seeded(seed: f64) -> f64 {
    const FACTOR: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as Java casts to a long")]
    let mut state = (seed as i64 as u64 ^ FACTOR) & MASK;
    let mut next = |bits: u32| {
        state = state.wrapping_mul(FACTOR).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    let (high, low) = (next(26), next(27));
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let number = ((high << 27) + low) as f64;
    number * (0.5_f64).powi(53)
}

/// What the language's own engine decodes as far as it can; Step Functions' refuses what is no base64. Padding at
/// the end may be missing.
pub(crate) fn base64decode(arguments: &[JValue]) -> Answer {
    let text = match arguments.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(text)) => text,
        Some(_) => return Err(fault("Argument 1 of function \"base64decode\" must be a string")),
    };
    let bytes = intrinsic::base64(text).map_err(fault)?;
    Ok(JValue::from(String::from_utf8_lossy(&bytes).into_owned()))
}

/// The language's own function, but for a bound on the width.
fn pad(arguments: &[JValue]) -> Answer {
    let (text, width) = match (arguments.first(), arguments.get(1).and_then(JValue::as_f64)) {
        (None | Some(JValue::Undefined), _) => return Ok(JValue::Undefined),
        (Some(JValue::String(text)), Some(width)) => (text, width),
        _ => return Err(fault("$pad expects a string and a number")),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast that saturates is refused below"
    )]
    let total = width.abs() as usize;
    if total > MAX_DATA {
        return Err(fault(format!("$pad makes at most {MAX_DATA} characters")));
    }
    let filler = arguments.get(2).and_then(JValue::as_str).filter(|filler| !filler.is_empty()).unwrap_or(" ");
    let missing = total.saturating_sub(text.chars().count());
    let filling: String = filler.chars().cycle().take(missing).collect();
    Ok(JValue::from(if width < 0.0 { filling + text } else { text.to_string() + &filling }))
}

fn now(millis: i64, arguments: &[JValue]) -> Answer {
    let node =
        parser::parse("$fromMillis(millis, picture, zone)").map_err(|error| fault(error.to_string()))?;
    let argument = |number: usize| arguments.get(number).cloned().unwrap_or(JValue::Undefined);
    let mut data = indexmap::IndexMap::new();
    data.insert("millis".to_owned(), JValue::from(millis));
    data.insert("picture".to_owned(), argument(0));
    data.insert("zone".to_owned(), argument(1));
    Evaluator::new().evaluate(&node, &JValue::object(data))
}
