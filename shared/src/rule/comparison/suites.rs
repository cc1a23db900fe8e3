//! Whether a suite may be kept, changed, forgotten, or let run by itself.

use super::{Consequence, Refusal, Rule, invalid, known, named, probe, read, refuse, usable};
use crate::{
    command::{DeleteSuite, ImportSuite, MOST_MINUTES, SaveSuite, SetSentinel},
    comparison::{
        Comparison,
        suite::{SuiteBrief, SuiteOrigin},
    },
    snapshot::Snapshot,
    words::count,
};

/// Most probes of a suite.
const MOST_PROBES: usize = 1_000;

impl Rule for SaveSuite {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        named(&self.name, "name of the suite")?;
        if self.suite.probes.is_empty() {
            return invalid("A suite needs a probe.");
        }
        if self.suite.probes.len() > MOST_PROBES {
            return invalid(format!("At most {MOST_PROBES} probes."));
        }
        self.suite.probes.iter().try_for_each(probe)?;
        let probes = count(self.suite.probes.len(), "probe", "probes");
        place(comparison, &self.name, self.from.as_deref())?;
        Ok(match self.from {
            None => format!("The console keeps {} with {probes}.", self.name),
            Some(_) => format!("{} has {probes} from its next run on.", self.name),
        })
    }
}

impl Rule for ImportSuite {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        named(&self.name, "name of the suite")?;
        place(comparison, &self.name, self.from.as_deref())?;
        if self.text.trim().is_empty() {
            return invalid(format!("Paste {}.", self.format.words()));
        }
        Ok(match self.from {
            None => format!("The console keeps {} as made from {}.", self.name, self.format.words()),
            Some(_) => format!("{} is what stands here from its next run on.", self.name),
        })
    }
}

impl Rule for DeleteSuite {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        let suite = known(comparison, &self.name)?;
        own(suite)?;
        same(suite, &self.from)?;
        if is_watched(comparison, &self.name) {
            return refuse("The sentinel runs this suite. Let it run another, or turn it off.");
        }
        Ok(format!("The console forgets {} and its noise rules. Its runs stay.", self.name))
    }
}

impl Rule for SetSentinel {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        if !(1..=MOST_MINUTES).contains(&self.period_minutes) {
            return invalid(format!("1 to {MOST_MINUTES} minutes."));
        }
        if !self.is_on {
            return if comparison.sentinel.is_on {
                Ok("No suite runs by itself any more.".to_owned())
            } else {
                refuse("The sentinel is off already.")
            };
        }
        usable(comparison, &self.suite)?;
        let minutes = count(self.period_minutes as usize, "minute", "minutes");
        Ok(format!(
            "While a window is open, {} runs every {minutes}, without what may change something.",
            self.suite
        ))
    }
}

fn is_watched(comparison: &Comparison, suite: &str) -> bool {
    comparison.sentinel.is_on && comparison.sentinel.suite.as_deref() == Some(suite)
}

/// Whether a suite may be put there: in an empty place, or in that of the version which the person changed.
fn place(comparison: &Comparison, name: &str, from: Option<&str>) -> Result<(), Refusal> {
    match (comparison.suite(name), from) {
        (None, None) => Ok(()),
        (None, Some(_)) => refuse(format!("{name} is gone by now. Look again.")),
        (Some(_), None) => refuse(format!("There is a suite {name} already.")),
        (Some(suite), Some(from)) => {
            own(suite)?;
            same(suite, from)
        }
    }
}

fn own(suite: &SuiteBrief) -> Result<(), Refusal> {
    match &suite.origin {
        SuiteOrigin::Console { .. } => Ok(()),
        SuiteOrigin::Repository { path, .. } => {
            refuse(format!("{} stands in the repository: change {path} by a commit.", suite.name))
        }
    }
}

fn same(suite: &SuiteBrief, from: &str) -> Result<(), Refusal> {
    if suite.digest == from {
        Ok(())
    } else {
        refuse(format!("{} was changed meanwhile. Look again.", suite.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::suite::{ImportFormat, Suite},
        sample,
    };

    fn save(name: &str, from: Option<&str>) -> SaveSuite {
        let suite = Suite { probes: vec![sample::probe()], ..Suite::default() };
        SaveSuite { name: name.to_owned(), suite, from: from.map(str::to_owned) }
    }

    fn said(refusal: Result<Consequence, Refusal>) -> String {
        refusal.unwrap_err().reason
    }

    #[test]
    fn a_suite_of_the_repository_is_changed_by_a_commit_and_not_here() {
        let digest = sample::suite_brief().digest;
        assert!(said(save("smoke", Some(&digest)).judge(&sample::testing())).contains("by a commit"));
        let delete = DeleteSuite { name: "smoke".to_owned(), from: digest };
        assert!(said(delete.judge(&sample::testing())).contains("by a commit"));
    }

    #[test]
    fn two_people_do_not_overwrite_each_other() {
        let snapshot = sample::testing();
        assert!(save("new", None).judge(&snapshot).is_ok());
        assert!(said(save("new", Some("x")).judge(&snapshot)).contains("gone by now"));
        assert!(said(save("mine", None).judge(&snapshot)).contains("already"));
        assert!(said(save("mine", Some("old")).judge(&snapshot)).contains("changed meanwhile"));
    }

    #[test]
    fn a_suite_needs_a_probe_whose_path_is_one() {
        let mut empty = save("new", None);
        empty.suite.probes.clear();
        assert!(empty.judge(&sample::testing()).unwrap_err().is_field);
        let mut elsewhere = save("new", None);
        elsewhere.suite.probes[0].path = "http://169.254.169.254/".to_owned();
        assert!(elsewhere.judge(&sample::testing()).unwrap_err().is_field);
    }

    #[test]
    fn an_import_needs_a_new_name_and_a_text() {
        let import = |name: &str, text: &str| ImportSuite {
            name: name.to_owned(),
            format: ImportFormat::Har,
            text: text.to_owned(),
            from: None,
        };
        assert!(said(import("mine", "{}").judge(&sample::testing())).contains("already"));
        assert_eq!(said(import("new", " ").judge(&sample::testing())), "Paste a HAR file.");
        let edited = |from: &str| ImportSuite { from: Some(from.to_owned()), ..import("mine", "[[probe]]") };
        assert!(said(edited("old").judge(&sample::testing())).contains("changed meanwhile"));
        assert!(edited("0a1b2c3d").judge(&sample::testing()).is_ok());
    }

    #[test]
    fn the_sentinel_runs_what_can_be_run_and_is_not_robbed_of_it() {
        let set = |suite: &str, minutes| SetSentinel {
            is_on: true,
            suite: suite.to_owned(),
            period_minutes: minutes,
        };
        let mut snapshot = sample::testing();
        assert!(set("other", 30).judge(&snapshot).is_err());
        assert!(set("smoke", 0).judge(&snapshot).unwrap_err().is_field);
        assert!(set("smoke", 30).judge(&snapshot).unwrap().contains("smoke runs every 30 minutes"));
        sample::compared(&mut snapshot).sentinel.suite = Some("mine".to_owned());
        let digest = sample::compared(&mut snapshot).suite("mine").unwrap().digest.clone();
        let delete = DeleteSuite { name: "mine".to_owned(), from: digest };
        assert!(said(delete.judge(&snapshot)).contains("sentinel runs this suite"));
    }
}
