//! Whether the desired count may be changed.

use super::{Consequence, Refusal, Rule, invalid, refuse};
use crate::{
    command::{DESIRED_COUNT_LIMIT, SetDesiredCount},
    snapshot::Snapshot,
};

impl Rule for SetDesiredCount {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let Some(tasks) = snapshot.tasks() else { return refuse("The service was not read yet.") };
        if self.to > DESIRED_COUNT_LIMIT {
            return invalid(format!("At most {DESIRED_COUNT_LIMIT} tasks."));
        }
        if tasks.desired_count != self.from {
            return refuse(format!("The desired count is {} by now. Look again.", tasks.desired_count));
        }
        if self.to == self.from {
            return invalid(format!("The desired count is already {}.", self.to));
        }
        if self.to == 0 && tasks.primary().is_some() {
            return Ok("Every task stops: production answers 503.".to_owned());
        }
        let colours = tasks.present_sets().count();
        Ok(match colours {
            0 => format!("A release will run {} tasks.", self.to),
            1 => format!("Production runs {} tasks instead of {}.", self.to, self.from),
            _ => format!("Blue and green each run {} tasks instead of {}.", self.to, self.from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn set(from: u32, to: u32) -> Result<Consequence, Refusal> {
        SetDesiredCount { from, to }.judge(&sample::testing())
    }

    #[test]
    fn a_count_that_changed_meanwhile_or_is_too_large_is_not_set() {
        assert!(set(5, 3).unwrap_err().reason.contains("is 2 by now"));
        assert!(set(2, 2).unwrap_err().reason.contains("already 2"));
        assert!(set(2, DESIRED_COUNT_LIMIT + 1).unwrap_err().is_field);
    }

    #[test]
    fn the_consequence_names_both_colours_while_there_are_two() {
        assert_eq!(set(2, 3).unwrap(), "Blue and green each run 3 tasks instead of 2.");
        assert!(set(2, 0).unwrap().contains("503"));
    }
}
