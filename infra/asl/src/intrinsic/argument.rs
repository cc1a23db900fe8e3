//! What functions take.

use serde_json::Value;

/// A sentence saying what was wrong with the arguments.
pub(crate) type Fault = String;

/// A number, rounded to a whole one as Java's `Math.round` does.
pub(crate) fn integer(value: &Value) -> Result<i64, Fault> {
    if let Some(whole) = value.as_i64() {
        return Ok(whole);
    }
    let number = value.as_f64().ok_or_else(|| format!("Expected a number but got {value}"))?;
    #[expect(clippy::cast_possible_truncation, reason = "a cast that saturates is what Java does too")]
    Ok((number + 0.5).floor() as i64)
}
