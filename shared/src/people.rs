//! Persons, their roles, and who looks on.

use serde::{Deserialize, Serialize};

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
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Developer, Self::Approver, Self::Operator];

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub name: String,
    pub roles: Vec<Role>,
}

impl Person {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Two letters or digits for a small circle: "approver-2" gives "a2".
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// Two letters or digits that stand for a name, as they are written there; on screen they are capitals.
pub fn initials(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric()).filter_map(|part| part.chars().next()).take(2).collect()
}

/// Somebody who has the service open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Watcher {
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
}

/// Asks to be somebody: by choice in the sandbox, by key elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_characters_of_the_name_parts() {
        assert_eq!(initials("approver-2"), "a2");
        assert_eq!(initials("Kim"), "K");
    }
}
