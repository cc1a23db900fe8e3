//! Who may sign in: by the load balancer in front, by key, or in the sandbox by choice.

use std::time::Duration;

use viridian_domain::digest;
use viridian_shared::people::{Person, Role, SignIn};

use crate::{
    config::{Config, PersonConfig},
    identity::Gate,
};

/// Everybody who may be somebody here.
#[derive(Debug, Clone)]
pub enum People {
    /// The five of the sandbox: no keys, because there is nothing to protect.
    Free(Vec<Person>),
    Keyed(Vec<PersonConfig>),
    /// Whom the load balancer vouches for; nobody signs in here.
    Vouched(Gate),
}

impl People {
    pub fn of(config: &Config) -> Self {
        if let Some(identity) = &config.identity {
            Self::Vouched(Gate::new(identity.clone()))
        } else if config.people.is_empty() && config.is_sandbox() {
            Self::Free(sandbox())
        } else {
            Self::Keyed(config.people.clone())
        }
    }

    /// Persons to choose from without a key.
    pub fn choices(&self) -> Vec<Person> {
        match self {
            Self::Free(people) => people.clone(),
            Self::Keyed(_) | Self::Vouched(_) => Vec::new(),
        }
    }

    pub fn find(&self, name: &str) -> Option<Person> {
        match self {
            Self::Free(people) => people.iter().find(|person| person.name == name).cloned(),
            Self::Keyed(people) => people.iter().find(|person| person.name == name).map(person),
            // A cookie of ours says nothing where a balancer vouches.
            Self::Vouched(_) => None,
        }
    }

    /// For how long a stream may last before its reader has to be known anew. Our own sessions end it themselves;
    /// a balancer is asked again only with a new connection.
    pub fn patience(&self) -> Duration {
        match self {
            Self::Vouched(_) => Duration::from_hours(1),
            Self::Free(_) | Self::Keyed(_) => Duration::from_hours(14 * 24),
        }
    }

    /// What helps somebody who cannot sign in.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Vouched(_) => Some("Sign in at the identity provider, by the console’s own address."),
            Self::Keyed(people) if people.is_empty() => Some(
                "Nobody can sign in yet: name people with --people FILE, or configure an identity provider.",
            ),
            _ => None,
        }
    }

    /// The person, if the sign-in is theirs.
    pub fn admit(&self, sign_in: &SignIn) -> Option<Person> {
        match self {
            Self::Free(_) => self.find(&sign_in.name),
            Self::Vouched(_) => None,
            Self::Keyed(people) => {
                let known = people.iter().find(|person| person.name == sign_in.name)?;
                let given = digest::hex(sign_in.key.as_deref().unwrap_or_default());
                same(&known.key_sha256.to_ascii_lowercase(), &given).then(|| person(known))
            }
        }
    }
}

/// Compares without telling by its time how much fits.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Everybody may look on.
fn person(config: &PersonConfig) -> Person {
    let mut roles = config.roles.clone();
    if !roles.contains(&Role::Viewer) {
        roles.insert(0, Role::Viewer);
    }
    Person { name: config.name.clone(), roles }
}

fn sandbox() -> Vec<Person> {
    let person = |name: &str, roles: &[Role]| Person { name: name.to_owned(), roles: roles.to_vec() };
    vec![
        person("developer-1", &[Role::Viewer, Role::Developer]),
        person("approver-1", &[Role::Viewer, Role::Approver]),
        person("approver-2", &[Role::Viewer, Role::Approver]),
        person("operator-1", &Role::ALL),
        person("viewer-1", &[Role::Viewer]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_only_its_own_person() {
        let kim = PersonConfig {
            name: "kim".to_owned(),
            roles: vec![Role::Approver],
            key_sha256: digest::hex("open"),
        };
        let people = People::Keyed(vec![kim]);
        let try_in = |name: &str, key: Option<&str>| {
            people.admit(&SignIn { name: name.to_owned(), key: key.map(str::to_owned) })
        };
        assert_eq!(try_in("kim", Some("shut")), None);
        assert_eq!(try_in("kim", None), None);
        assert_eq!(try_in("lee", Some("open")), None);
        assert!(try_in("kim", Some("open")).unwrap().has(Role::Viewer));
        assert!(people.choices().is_empty());
    }
}
