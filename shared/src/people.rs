//! Persons, their roles, and who looks on.

use serde::{Deserialize, Serialize};

use crate::unseen;

/// What a person may do; a person may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything.
    Viewer,
    /// Starts releases.
    Developer,
    /// Votes on gates.
    Approver,
    /// Does everything else: stops, retries, rolls back, runs state machines, sets the desired count.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Developer, Self::Approver, Self::Operator];

    /// As the configuration writes it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Approver => "approver",
            Self::Operator => "operator",
        }
    }

    /// As in a sentence: "an approver".
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Viewer => "a viewer",
            Self::Developer => "a developer",
            Self::Approver => "an approver",
            Self::Operator => "an operator",
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Unique; as it stands in the journal.
    pub name: String,
    /// What the person may do.
    pub roles: Vec<Role>,
    /// Where the person belongs, as policies of gates name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Names and addresses under which the person commits, besides their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commits_as: Vec<String>,
}

impl Person {
    /// Whether the person has the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the person is in the group of this name, or has the role.
    pub fn counts_as(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group == name) || self.roles.iter().any(|role| role.slug() == name)
    }

    /// Two letters or digits for a small circle: "approver-2" gives "a2".
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// Somebody for whom an identity provider vouches: the name that is shown, and who it is for good. Names change and
/// are given again; the subject of an issuer is not.
pub fn vouched(shown: &str, subject: &str, issuer: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| !matches!(c, '<' | '>')).collect::<String>();
    let shown = plain(&unseen::marked(shown));
    format!("{} <{} at {}>", shown.trim(), coded(subject), coded(issuer))
}

/// Two subjects never become one person: what would end the name is coded and not left out.
fn coded(text: &str) -> String {
    text.replace('%', "%25").replace('<', "%3C").replace('>', "%3E")
}

/// The name as it is shown; older entries hold nothing else.
pub fn shown(name: &str) -> &str {
    name.strip_suffix('>').and_then(|name| name.split_once(" <")).map_or(name, |(shown, _)| shown)
}

/// Who somebody is for good: the subject and its issuer, or the name where nobody vouches.
pub fn identity(name: &str) -> &str {
    name.strip_suffix('>').and_then(|name| name.split_once(" <")).map_or(name, |(_, identity)| identity)
}

/// Whether two names are of one person.
pub fn is_same(one: &str, other: &str) -> bool {
    identity(one) == identity(other)
}

/// Two letters or digits that stand for a name, as they are written there; on screen they are capitals.
pub fn initials(name: &str) -> String {
    shown(name).split(|c: char| !c.is_alphanumeric()).filter_map(|part| part.chars().next()).take(2).collect()
}

/// Somebody who has the service open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Watcher {
    /// The person's name.
    pub name: String,
    /// Open tabs.
    pub tabs: u32,
}

/// What the page learns of its session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// None before somebody signs in.
    pub person: Option<Person>,
    /// Persons to choose from without a key: only in the sandbox.
    pub choices: Vec<Person>,
    /// Whether people sign in before they reach the console, so that the page has only to be loaded anew.
    #[serde(default)]
    pub elsewhere: bool,
}

/// Asks to be somebody: by choice in the sandbox, by key elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The person's name.
    pub name: String,
    /// The person's key, where the console asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_stays_the_same_under_another_name() {
        let before = vouched("kim@example.com", "1234", "https://id.example.com");
        let after = vouched("kim@other.example", "1234", "https://id.example.com");
        assert_eq!(
            (shown(&before), identity(&before)),
            ("kim@example.com", "1234 at https://id.example.com")
        );
        assert!(is_same(&before, &after));
        assert!(!is_same(&before, &vouched("kim@example.com", "1234", "https://evil.example")));
        assert!(!is_same(&before, &vouched("kim@example.com", "5678", "https://id.example.com")));
        assert_eq!((shown("kim"), identity("kim"), shown("a <b")), ("kim", "kim", "a <b"));
        let forged = vouched("lee <1234 at https://id.example.com>", "9", "i");
        assert_eq!(identity(&forged), "9 at i");
        assert!(!vouched("k\u{202E}im", "1", "i").contains('\u{202E}'));
    }

    #[test]
    fn initials_are_two_characters_of_the_name_parts() {
        assert_eq!(initials("approver-2"), "a2");
        assert_eq!(initials("Kim"), "K");
    }

    #[test]
    fn two_subjects_are_never_one_person() {
        let person = |subject: &str| vouched("Kim", subject, "https://idp.example");
        for (one, other) in [("ab", "a<b>"), ("a<b", "a>b"), ("a%3Cb", "a<b")] {
            assert!(!is_same(&person(one), &person(other)), "{one} {other}");
        }
        assert_eq!(person("auth0|5f2c"), "Kim <auth0|5f2c at https://idp.example>");
    }
}
