//! Whether a noise rule may be accepted, by what it does to the present run.

use super::{Refusal, refuse};
use crate::words::count;

/// Findings that a sentence names.
const NAMED: usize = 3;

/// What a rule would hide of the answers of the present run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// Probes of which next to nothing would be left to compare.
    pub all_of: Vec<String>,
    /// Titles of open findings that it would hide at other places than the one that it is for.
    pub others: Vec<String>,
    /// Whether it could not be tried on all that was answered.
    pub is_unsure: bool,
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
    if let Some(others) = others(&reach.others) {
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

fn others(titles: &[String]) -> Option<String> {
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

    fn said(reach: &Reach, is_wide: bool) -> String {
        reaches(reach, is_wide).err().map(|it| it.reason).unwrap_or_default()
    }

    #[test]
    fn a_rule_that_hides_everything_is_refused_to_everybody() {
        let all = Reach { all_of: vec!["home".to_owned(), "cart".to_owned()], ..Reach::default() };
        assert_eq!(
            said(&all, true),
            "This rule would hide all that is answered to “home” and of 1 more probe. Name less."
        );
    }

    #[test]
    fn a_rule_that_hides_more_says_what_and_is_for_an_approver_who_wants_that() {
        let others = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let more = Reach { others, ..Reach::default() };
        assert!(said(&more, false).contains("also hides “a”, “b”, “c” and 2 more findings"));
        assert_eq!(said(&more, true), "");
        assert!(!said(&Reach { is_unsure: true, ..Reach::default() }, false).is_empty());
        assert_eq!(said(&Reach::default(), false), "");
    }
}
