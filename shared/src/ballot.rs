//! How far the decision on the open gate is: what its policy asks for, whose votes stand, what is missing, whom it
//! excludes. The server counts it over its snapshot and the clock; page and server judge a vote by it alike.

use serde::{Deserialize, Serialize};

use crate::{
    material::EvidenceChange,
    people::{Person, is_same, shown},
    vote::Choice,
};

/// The ballot of the gate that is open; empty while none is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ballot {
    /// [`crate::pipeline::Gate::request`] that it is about; empty while no gate is open.
    pub request: String,
    /// Version of the policy: a vote under another one does not stand.
    pub policy: String,
    /// What the policy asks for, a sentence each.
    pub rules: Vec<String>,
    /// Approvals that it asks for in all.
    #[cfg_attr(feature = "openapi", schema(maximum = 2_147_483_647))]
    pub needed: u32,
    /// Approvals that stand and count.
    #[cfg_attr(feature = "openapi", schema(maximum = 2_147_483_647))]
    pub approvals: u32,
    /// What is missing and from whom, a sentence; empty once nothing is.
    pub missing: String,
    /// Groups and roles of which somebody could give the last approval, none for anybody; absent while more than one
    /// is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_from: Option<Vec<String>>,
    /// Whether enough have approved, and the gate was not answered: it can be answered again.
    pub is_met: bool,
    /// What the votes that stand have decided; absent while they have decided nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Choice>,
    /// What the console does about that, or why it does nothing, a sentence; empty while nothing is decided.
    #[serde(default)]
    pub answering: String,
    /// Whether one more rejection ends it.
    pub rejection_ends: bool,
    /// Whose rejection stands in the way of every approval.
    pub rejected_by: Vec<String>,
    /// Whether every vote needs a comment.
    pub needs_comment: bool,
    /// Who does not vote.
    pub excluded: Vec<Excluded>,
    /// What holds up every approval now, a sentence each, with who can lift it.
    pub obstacles: Vec<String>,
    /// Why it may not happen at this hour, and when it may again: the last approval waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// What each person said last, oldest first.
    pub voices: Vec<Voice>,
}

/// What a person said last on the open gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Voice {
    /// The person's name.
    pub person: String,
    /// Yes or no.
    pub choice: Choice,
    /// Whether it counts still.
    pub stands: bool,
    /// What has changed since, where it has lapsed.
    pub changed: Vec<EvidenceChange>,
}

/// Somebody who does not vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Excluded {
    /// As a commit or AWS names them.
    pub name: String,
    /// As a commit names them; empty where nothing does.
    pub email: String,
    /// As the rest of a sentence: "committed 9c9f1d2 to this release".
    pub why: String,
}

impl Excluded {
    /// Whether it is this person: by name, by e-mail address, by what stands before its @, or by a name that the
    /// configuration gives.
    pub fn is(&self, person: &Person) -> bool {
        if is_same(&self.name, &person.name) && !self.name.is_empty() {
            return true;
        }
        let name = shown(&person.name);
        let mut names = person.commits_as.iter().map(String::as_str).chain([name]);
        let local = self.email.split('@').next().unwrap_or_default();
        names.any(|it| {
            [self.name.as_str(), self.email.as_str(), local]
                .iter()
                .any(|other| !other.is_empty() && it.eq_ignore_ascii_case(other))
        })
    }
}

impl Ballot {
    /// What the person said last, if anything.
    pub fn voice(&self, person: &str) -> Option<&Voice> {
        self.voices.iter().find(|voice| is_same(&voice.person, person))
    }

    /// Whether an approval of this person would be the last that is needed.
    pub fn completes(&self, person: &Person) -> bool {
        let is_one_of = |names: &Vec<String>| names.is_empty() || names.iter().any(|it| person.counts_as(it));
        self.is_met || self.last_from.as_ref().is_some_and(is_one_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::vouched;

    #[test]
    fn a_committer_is_known_by_name_address_or_what_the_configuration_says() {
        let committer =
            Excluded { name: "Kim Lee".to_owned(), email: "kim@example.com".to_owned(), why: String::new() };
        let person = |name: &str| Person { name: name.to_owned(), ..Person::default() };
        for name in ["Kim Lee", "kim lee", "kim@example.com", "KIM@example.com", "kim"] {
            assert!(committer.is(&person(name)), "{name}");
        }
        assert!(committer.is(&person(&vouched("kim@example.com", "1234", "https://id.example.com"))));
        assert!(committer.is(&Person { commits_as: vec!["Kim Lee".to_owned()], ..person("k.lee") }));
        for name in ["lee", "kim@other.example", ""] {
            assert!(!committer.is(&person(name)), "{name}");
        }
        let nameless = Excluded { name: String::new(), email: String::new(), why: String::new() };
        assert!(!nameless.is(&person("")));
    }
}
