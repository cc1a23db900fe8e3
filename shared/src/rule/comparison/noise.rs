//! Whether a noise rule may be accepted, by what it does to the present run.

use serde::{Deserialize, Serialize};

use super::{Refusal, refuse};
use crate::words::count;

/// Findings that a sentence names.
const NAMED: usize = 3;

/// What a rule would hide of the answers of the present run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reach {
    /// The run on whose answers it was tried; none where the suite has not run yet.
    pub run: Option<String>,
    /// Titles of open findings that it would hide at the place that it is for.
    pub own: Vec<String>,
    /// Probes of which next to nothing would be left to compare.
    pub all_of: Vec<String>,
    /// Titles of open findings that it would hide at other places than the one that it is for.
    pub others: Vec<String>,
    /// Whether it could not be tried on all that was answered.
    pub is_unsure: bool,
}

impl Reach {
    /// What it would hide, in a sentence for the person who is about to accept it.
    pub fn words(&self) -> String {
        let Some(run) = &self.run else {
            return "There is no run to see in what this rule hides.".to_owned();
        };
        let titles: Vec<_> = self.own.iter().chain(&self.others).cloned().collect();
        match listed(&titles) {
            Some(titles) => format!("Of run {run} it hides {titles}."),
            None => format!("Of run {run} it hides nothing that is open."),
        }
    }
}

/// A rule that hides everything is no rule. One that hides more than it was made for takes an approver, who was
/// told what else it hides and wants that.
pub fn reaches(reach: &Reach, is_wide: bool) -> Result<(), Refusal> {
    if let Some(probe) = reach.all_of.first() {
        let more = match reach.all_of.len() - 1 {
            0 => String::new(),
            more => format!(" and of {}", count(more, "more probe", "more probes")),
        };
        return refuse(format!("This rule would hide all that is answered to “{probe}”{more}. Name less."));
    }
    if is_wide {
        return Ok(());
    }
    if reach.run.is_none() {
        return refuse(
            "The suite has not run yet, so nobody can see what this rule hides. Run it first, or let an approver accept \
             it as one that hides more: it is judged in the first run.",
        );
    }
    if let Some(others) = listed(&reach.others) {
        return refuse(format!(
            "This rule also hides {others}. Name less, or let an approver accept it as one that hides more."
        ));
    }
    if reach.is_unsure {
        return refuse(
            "What this rule hides could not be seen in all answers of the last run. Let an approver accept it as one \
             that hides more.",
        );
    }
    Ok(())
}

fn listed(titles: &[String]) -> Option<String> {
    let mut named: Vec<_> = titles.iter().take(NAMED).map(|it| format!("“{it}”")).collect();
    if titles.len() > NAMED {
        named.push(count(titles.len() - NAMED, "more finding", "more findings"));
    }
    let last = named.pop()?;
    Some(if named.is_empty() { last } else { format!("{} and {last}", named.join(", ")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried() -> Reach {
        Reach { run: Some("17".to_owned()), ..Reach::default() }
    }

    fn said(reach: &Reach, is_wide: bool) -> String {
        reaches(reach, is_wide).err().map(|it| it.reason).unwrap_or_default()
    }

    #[test]
    fn a_rule_that_hides_everything_is_refused_to_everybody() {
        let all = Reach { all_of: vec!["home".to_owned(), "cart".to_owned()], ..tried() };
        assert_eq!(
            said(&all, true),
            "This rule would hide all that is answered to “home” and of 1 more probe. Name less."
        );
    }

    #[test]
    fn a_rule_that_hides_more_says_what_and_is_for_an_approver_who_wants_that() {
        let others = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let more = Reach { others, ..tried() };
        assert!(said(&more, false).contains("also hides “a”, “b”, “c” and 2 more findings"));
        assert_eq!(said(&more, true), "");
        assert!(!said(&Reach { is_unsure: true, ..tried() }, false).is_empty());
        assert_eq!(said(&tried(), false), "");
    }

    #[test]
    fn without_a_run_a_rule_takes_an_approver() {
        assert!(said(&Reach::default(), false).contains("Run it first"));
        assert_eq!(said(&Reach::default(), true), "");
    }

    #[test]
    fn what_it_hides_is_said_before_it_is_accepted() {
        let reach = Reach { own: vec!["a".to_owned()], others: vec!["b".to_owned()], ..tried() };
        assert_eq!(reach.words(), "Of run 17 it hides “a” and “b”.");
        assert_eq!(tried().words(), "Of run 17 it hides nothing that is open.");
        assert!(Reach::default().words().contains("no run"));
    }
}
