//! What has to be so before a gate is answered: how many decide and who, on what evidence, and when it may happen.
//!
//! It comes from the configuration. Each vote names the version under which it was given, and the journal holds what
//! that version said.

use serde::{Deserialize, Serialize};

use crate::words::list;

/// The policy of one gate. Without one, a single approval decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each stands in the configuration by itself")]
pub struct Policy {
    /// Approvals by different people in all; at least as many as `from` asks for.
    pub approvals: u32,
    /// From whom some of them must come.
    pub from: Vec<Quota>,
    /// What a rejection does.
    pub rejection: Rejection,
    /// Whether those vote who committed to the release since blue.
    pub committers_vote: bool,
    /// Whether the person votes who started the release.
    pub starter_votes: bool,
    /// Whether every vote needs a comment. A rejection always does.
    pub comment: bool,
    /// How old the newest whole comparison may be, in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_within_hours: Option<u32>,
    /// Whether every finding must have a ruling, and none be a bug.
    pub no_open_findings: bool,
    /// For how long nothing new must have been found, in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<u32>,
    /// When it may happen; at any time where this is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
}

/// Approvals that must come from certain people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Names of groups and roles, of which a voter has one.
    pub of: Vec<String>,
    /// How many.
    #[serde(default = "one")]
    pub approvals: u32,
}

/// What a rejection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rejection {
    /// One ends the release.
    #[default]
    Any,
    /// It ends once as many have voted as approvals are needed, and more of them against it than for it.
    Majority,
}

/// Hours and days in which what stands behind the gate may happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// A name of the IANA time zone database: `Europe/Berlin`.
    pub zone: String,
    /// Every day where none is named.
    #[serde(default)]
    pub days: Vec<Day>,
    /// From when on: `09:00`.
    #[serde(default = "midnight")]
    pub from: String,
    /// Until when: `16:00`, at the latest `24:00`.
    #[serde(default = "end_of_day")]
    pub until: String,
    /// Days on which it may not happen.
    #[serde(default)]
    pub freezes: Vec<Freeze>,
}

/// Days on which it may not happen, the first and the last among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// `2026-12-20`.
    pub from: String,
    /// `2027-01-06`.
    pub until: String,
    /// Why: "Christmas".
    #[serde(default)]
    pub why: String,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

fn one() -> u32 {
    1
}

fn midnight() -> String {
    "00:00".to_owned()
}

fn end_of_day() -> String {
    "24:00".to_owned()
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approvals: 1,
            from: Vec::new(),
            rejection: Rejection::Any,
            committers_vote: true,
            starter_votes: true,
            comment: false,
            run_within_hours: None,
            no_open_findings: false,
            quiet_hours: None,
            hours: None,
        }
    }
}

impl Policy {
    /// Approvals in all.
    pub fn needed(&self) -> u32 {
        let asked = self.from.iter().fold(0_u32, |sum, quota| sum.saturating_add(quota.approvals));
        self.approvals.max(asked).max(1)
    }

    /// What it asks for, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = vec![match self.needed() {
            1 => format!("One approval decides{}.", self.quotas()),
            needed => format!("{needed} approvals of different people decide{}.", self.quotas()),
        }];
        match self.rejection {
            Rejection::Majority => said.push("A majority of noes ends it.".to_owned()),
            Rejection::Any if self.needed() > 1 => said.push("One rejection ends it.".to_owned()),
            Rejection::Any => {}
        }
        let excluded = match (self.committers_vote, self.starter_votes) {
            (true, true) => None,
            (false, true) => Some("Whoever committed to the release does not vote."),
            (true, false) => Some("Whoever started the release does not vote."),
            (false, false) => Some("Whoever committed to the release or started it does not vote."),
        };
        said.extend(excluded.map(str::to_owned));
        if self.comment {
            said.push("Every vote needs a comment.".to_owned());
        }
        said.extend(
            self.run_within_hours.map(|hours| format!("A comparison of the last {hours} h is needed.")),
        );
        if self.no_open_findings {
            said.push("No finding may be open or a bug.".to_owned());
        }
        said.extend(self.quiet_hours.map(|hours| format!("Nothing new may have been found for {hours} h.")));
        said.extend(self.hours.iter().map(Hours::sentence));
        said
    }

    /// ": 1 from qa and 1 from operations".
    fn quotas(&self) -> String {
        let parts: Vec<_> = self
            .from
            .iter()
            .map(|quota| format!("{} from {}", quota.approvals, list(&quota.of, "or")))
            .collect();
        if parts.is_empty() { String::new() } else { format!(", {}", list(&parts, "and")) }
    }
}

impl Hours {
    fn sentence(&self) -> String {
        let days: Vec<_> = self.days.iter().map(|day| format!("{day:?}")).collect();
        let days = if days.is_empty() { "every day".to_owned() } else { list(&days, "and") };
        let freezes: Vec<_> = self.freezes.iter().map(Freeze::words).collect();
        let but =
            if freezes.is_empty() { String::new() } else { format!(", but not {}", list(&freezes, "or")) };
        format!("It may happen {days}, {} to {} ({}){but}.", self.from, self.until, self.zone)
    }
}

impl Freeze {
    /// "2026-12-20 to 2027-01-06 (Christmas)".
    pub fn words(&self) -> String {
        let why = if self.why.is_empty() { String::new() } else { format!(" ({})", self.why) };
        if self.from == self.until {
            format!("{}{why}", self.from)
        } else {
            format!("{} to {}{why}", self.from, self.until)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_what_it_asks_for() {
        assert_eq!(Policy::default().sentences(), ["One approval decides."]);
        let quota = |of: &str| Quota { of: vec![of.to_owned()], approvals: 1 };
        let freeze = Freeze {
            from: "2026-12-20".to_owned(),
            until: "2027-01-06".to_owned(),
            why: "Christmas".to_owned(),
        };
        let hours = Hours {
            zone: "Europe/Berlin".to_owned(),
            days: vec![Day::Mon, Day::Fri],
            from: "09:00".to_owned(),
            until: "16:00".to_owned(),
            freezes: vec![freeze],
        };
        let strict = Policy {
            from: vec![quota("qa"), quota("operations")],
            committers_vote: false,
            comment: true,
            quiet_hours: Some(48),
            hours: Some(hours),
            ..Policy::default()
        };
        assert_eq!(strict.needed(), 2);
        assert_eq!(
            strict.sentences(),
            [
                "2 approvals of different people decide, 1 from qa and 1 from operations.",
                "One rejection ends it.",
                "Whoever committed to the release does not vote.",
                "Every vote needs a comment.",
                "Nothing new may have been found for 48 h.",
                "It may happen Mon and Fri, 09:00 to 16:00 (Europe/Berlin), but not 2026-12-20 to 2027-01-06 (Christmas).",
            ]
        );
    }
}
