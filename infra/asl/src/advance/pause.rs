//! Wait states, and every number or time that a definition writes or computes.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Step;
use crate::{
    choice::parse_timestamp,
    definition::{Amount, MAX_SECONDS, Until},
    execution::Doing,
    failure::Failure,
    host::Due,
    jsonata, template,
    turn::Turn,
};

impl Turn<'_> {
    pub(crate) fn pause(&mut self, id: u32, input: &Value, until: &Until) -> Result<Step, Failure> {
        let delay = match until {
            Until::Seconds(amount) => SignedDuration::from_secs(self.seconds(id, input, "Seconds", amount)?),
            Until::Timestamp(amount) => {
                let until = self.timestamp(id, input, amount)?;
                until.duration_since(self.host.now()).max(SignedDuration::ZERO)
            }
        };
        if let Some(branch) = self.branch_mut(id) {
            branch.doing = Doing::Resting;
        }
        self.after(id, delay, Due::Wait);
        Ok(Step::Rest)
    }

    pub(crate) fn wait_is_over(&mut self, id: u32) -> Vec<u32> {
        let step = self.with_state(id, |turn, state| {
            let input = turn.effective_input(id, state)?;
            turn.pass_on(id, state, input, state.next.clone())
        });
        step.map(|step| self.settle(id, step)).unwrap_or_default()
    }

    /// The value of a field that is written out or computed.
    pub(crate) fn amount(
        &mut self,
        id: u32,
        input: &Value,
        field: &str,
        amount: &Amount,
    ) -> Result<Value, Failure> {
        match amount {
            Amount::Fixed(value) => Ok(value.clone()),
            Amount::Path(path) => {
                let field = format!("{field}Path");
                self.evaluate(id, input, |scope| {
                    path.get(scope).map_err(|miss| template::missing(path, &field, scope, &miss))
                })
            }
            Amount::Query(expression) => {
                self.evaluate(id, input, |scope| jsonata::value(expression, field, scope))
            }
        }
    }

    /// A number of seconds that is not negative.
    fn seconds(&mut self, id: u32, input: &Value, field: &str, amount: &Amount) -> Result<i64, Failure> {
        let value = self.amount(id, input, field, amount)?;
        let number = number(amount, &value);
        match amount {
            Amount::Fixed(_) => Ok(number.unwrap_or_default()),
            Amount::Path(path) => match number {
                Some(number) if (0..=MAX_SECONDS).contains(&number) => Ok(number),
                Some(number) if number > MAX_SECONDS => Err(Failure::runtime(format!(
                    "The {field}Path parameter references a value greater than {MAX_SECONDS}: {} == {number}",
                    path.text
                ))),
                Some(number) => Err(Failure::runtime(format!(
                    "The {field}Path parameter references a negative value: {} == {number}",
                    path.text
                ))),
                None => Err(Failure::runtime(format!(
                    "The {field}Path parameter cannot be parsed as a long value: {} == {}",
                    path.text,
                    words(&value)
                ))),
            },
            Amount::Query(expression) => match number {
                Some(number) if (0..=MAX_SECONDS).contains(&number) => Ok(number),
                Some(number) if number > MAX_SECONDS => {
                    let cause = format!("The {field} field must not be greater than {MAX_SECONDS}: {number}");
                    Err(Failure::evaluation(field, cause))
                }
                Some(number) => {
                    let cause = format!("The {field} field must not be negative: {number}");
                    Err(Failure::evaluation(field, cause))
                }
                None => Err(jsonata::wrong_type(expression, field, "number", &value)),
            },
        }
    }

    fn timestamp(&mut self, id: u32, input: &Value, amount: &Amount) -> Result<Timestamp, Failure> {
        let value = self.amount(id, input, "Timestamp", amount)?;
        value.as_str().and_then(parse_timestamp).ok_or_else(|| match amount {
            Amount::Path(path) => Failure::runtime(format!(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format \
                 string: {} == {}",
                path.text,
                words(&value)
            )),
            _ => Failure::evaluation(
                "Timestamp",
                format!(
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {}",
                    words(&value)
                ),
            ),
        })
    }
}

/// The whole number that a field gave. JSONata has to give a number itself; a path may lead to digits in a text.
pub(crate) fn number(amount: &Amount, value: &Value) -> Option<i64> {
    match amount {
        Amount::Query(_) => value.as_i64(),
        Amount::Fixed(_) | Amount::Path(_) => whole(value),
    }
}

/// A whole number, as a number or as digits in a text.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    }
}

/// A value in a sentence: texts without quotes.
pub(crate) fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
