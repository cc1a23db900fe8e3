//! Findings: what a person rules on. What differs in the same way at the same spot is one finding, across
//! elements, probes and runs.

use serde::{Deserialize, Serialize};

use crate::{time::Timestamp, words::count};

/// One difference in all the places where it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// The same in every run that finds it; made from what it is about and never from values.
    pub id: String,
    /// `$.items[*].price differs`.
    pub title: String,
    /// The part of the answers that differs.
    pub part: Part,
    /// Where, whatever the index or line.
    pub spot: String,
    /// In which way it differs.
    pub change: Change,
    /// The probes that show it, sorted.
    pub probes: Vec<String>,
    /// How many differences it stands for.
    pub count: u32,
    /// One of them, as evidence.
    pub example: Difference,
    /// The run of this release in which it was seen first, and when.
    pub first_seen: String,
    /// When the run began in which it was seen first.
    pub first_seen_at: Timestamp,
    /// Whether the run before of the same suite did not have it.
    pub is_new: bool,
    /// What counts now.
    pub ruling: Option<Ruling>,
    /// What was said of it and does not count any more, with the reason why not.
    pub lapsed: Option<Lapsed>,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// The part of the answers that differs.
    pub part: Part,
    /// Where exactly, as a person would look it up.
    pub place: String,
    /// In which way it differs.
    pub change: Change,
    /// What blue has there, shortened.
    pub blue: Option<String>,
    /// What green has there, shortened.
    pub green: Option<String>,
    /// The finding that it belongs to; none when it is hidden.
    pub finding: Option<String>,
    /// The noise rule that hides it. It does not count and must not look like a difference.
    pub hidden_by: Option<String>,
    /// In how many pairs of samples it was seen, and of how many.
    pub seen: u32,
    /// Pairs of samples that were compared.
    pub of: u32,
}

/// Which part of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The status code.
    Status,
    /// The version of HTTP.
    Version,
    /// A header.
    Header,
    /// A value in a body of JSON.
    Json,
    /// An element, attribute or text of a page.
    Html,
    /// A line of a text.
    Text,
    /// The bytes of a body that has no structure.
    Bytes,
    /// One of the answers is missing or cannot be compared as it should be.
    Trouble,
}

/// In which way two answers differ at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Green has it and blue has not.
    Added,
    /// Blue has it and green has not.
    Removed,
    /// Both have it with different values.
    Changed,
    /// The same number, written otherwise.
    Respelled,
    /// Both have it in different places.
    Moved,
}

impl Change {
    /// What became of a spot, in words that go on after it: "$.price differs".
    pub fn words(self) -> &'static str {
        match self {
            Self::Added => "is new",
            Self::Removed => "is gone",
            Self::Changed => "differs",
            Self::Respelled => "is written otherwise",
            Self::Moved => "has moved",
        }
    }
}

/// What a person says that a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// The release is meant to change this. Ends with the release.
    Intended,
    /// Not to be approved as it is.
    Bug,
    /// Says nothing of the release.
    Noise,
}

impl Judgement {
    /// Every judgement, in the order of the buttons.
    pub const ALL: [Self; 3] = [Self::Intended, Self::Bug, Self::Noise];

    /// As in a sentence: "ruled a bug".
    pub fn word(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Bug => "a bug",
            Self::Noise => "noise",
        }
    }
}

/// What a named person said of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ruling {
    /// [`Finding::id`].
    pub finding: String,
    /// What the person says that it is.
    pub judgement: Judgement,
    /// Name of the person.
    pub by: String,
    /// Why, in the person's words.
    pub reason: String,
    /// When the person ruled.
    pub at: Timestamp,
    /// The release during which it was ruled, and the run that the person had in front of them.
    pub release: String,
    /// Id of the run that the person had in front of them.
    pub run: String,
    /// The probes that showed the finding then. In a probe that showed it later it is open.
    pub probes: Vec<String>,
}

/// A ruling that does not count any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lapsed {
    /// The ruling as it was made.
    pub ruling: Ruling,
    /// "It was intended in an earlier release."
    pub reason: String,
}

/// What a run says in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// Findings on which nobody has ruled.
    pub open: u32,
    /// Findings ruled as intended.
    pub intended: u32,
    /// Findings ruled as bugs.
    pub bugs: u32,
    /// Findings ruled as noise.
    pub noise: u32,
    /// Findings that the run before of the same suite did not have.
    pub new: u32,
    /// Findings that no earlier run of the release has had.
    pub first: u32,
}

impl Verdict {
    /// Whether a person may approve on it with a good conscience: nothing open, no bug.
    pub fn is_clear(&self) -> bool {
        self.open == 0 && self.bugs == 0
    }

    /// Findings on which somebody has ruled.
    pub fn ruled(&self) -> u32 {
        self.intended.saturating_add(self.bugs).saturating_add(self.noise)
    }

    /// "2 differences open, 1 bug, 3 ruled, 2 new since the run before". Where all are new there may be no run before.
    pub fn words(&self) -> String {
        let all = self.open.saturating_add(self.ruled());
        if all == 0 {
            return "no differences".to_owned();
        }
        let mut words = vec![match self.open {
            0 => "nothing open".to_owned(),
            open => format!("{} open", count(open as usize, "difference", "differences")),
        }];
        if self.bugs > 0 {
            words.push(count(self.bugs as usize, "bug", "bugs"));
        }
        if self.ruled() > 0 {
            words.push(format!("{} ruled", self.ruled()));
        }
        words.push(match self.new {
            0 => "nothing new since the run before".to_owned(),
            new if new < all => format!("{new} new since the run before"),
            1 => "new".to_owned(),
            _ => "all new".to_owned(),
        });
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_clear_when_nothing_is_open_and_no_bug_is_there() {
        assert!(Verdict { intended: 2, noise: 1, ..Verdict::default() }.is_clear());
        assert!(!Verdict { open: 1, ..Verdict::default() }.is_clear());
        assert!(!Verdict { bugs: 1, ..Verdict::default() }.is_clear());
    }

    #[test]
    fn the_words_name_bugs_only_where_there_are_some() {
        let verdict = Verdict { open: 2, bugs: 1, intended: 1, new: 2, ..Verdict::default() };
        assert_eq!(verdict.words(), "2 differences open, 1 bug, 2 ruled, 2 new since the run before");
        assert_eq!(Verdict::default().words(), "no differences");
    }

    #[test]
    fn no_run_before_is_spoken_of_where_all_is_new() {
        let verdict = Verdict { open: 2, noise: 1, new: 3, ..Verdict::default() };
        assert_eq!(verdict.words(), "2 differences open, 1 ruled, all new");
        let verdict = Verdict { open: 1, new: 1, ..Verdict::default() };
        assert_eq!(verdict.words(), "1 difference open, new");
    }

    #[test]
    fn what_is_not_there_is_not_counted() {
        let verdict = Verdict { intended: 2, ..Verdict::default() };
        assert_eq!(verdict.words(), "nothing open, 2 ruled, nothing new since the run before");
    }
}
