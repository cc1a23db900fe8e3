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
    /// Those that the configuration names; each signs in with a key.
    Keyed(Vec<PersonConfig>),
    /// Whom the load balancer vouches for; nobody signs in here.
    Vouched(Gate),
}

impl People {
    /// Whom the configuration means; a sentence where it would let anybody be anybody from elsewhere.
    pub fn of(config: &Config) -> Result<Self, String> {
        if let Some(identity) = &config.identity {
            return Ok(Self::Vouched(Gate::new(identity.clone())));
        }
        if config.people.is_empty() && config.is_sandbox() {
            config.may_choose()?;
            return Ok(Self::Free(sandbox()));
        }
        Ok(Self::Keyed(config.people.clone()))
    }

    /// Persons to choose from without a key.
    pub fn choices(&self) -> Vec<Person> {
        match self {
            Self::Free(people) => people.clone(),
            Self::Keyed(_) | Self::Vouched(_) => Vec::new(),
        }
    }

    /// The person of this name, as the configuration has them now.
    pub fn find(&self, name: &str) -> Option<Person> {
        match self {
            Self::Free(people) => people.iter().find(|person| person.name == name).cloned(),
            Self::Keyed(people) => people.iter().find(|person| person.name == name).map(PersonConfig::person),
            // A cookie of ours says nothing where a balancer vouches.
            Self::Vouched(_) => None,
        }
    }

    /// A digest of what makes somebody who they are: a session that began under another one has ended.
    pub fn stamp(&self, name: &str) -> Option<String> {
        match self {
            Self::Free(people) => {
                people.iter().any(|person| person.name == name).then(|| digest::hex(format!("free\n{name}")))
            }
            Self::Keyed(people) => people.iter().find(|person| person.name == name).map(|it| {
                let mut roles = it.roles.clone();
                roles.sort_unstable();
                digest::hex(format!("key\n{name}\n{}\n{roles:?}", it.key_sha256.to_ascii_lowercase()))
            }),
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
            Self::Keyed(_) => Some("Keys have at least 16 characters; shorter ones are not taken."),
            Self::Free(_) => None,
        }
    }

    /// The person, if the sign-in is theirs.
    pub fn admit(&self, sign_in: &SignIn) -> Option<Person> {
        match self {
            Self::Free(_) => self.find(&sign_in.name),
            Self::Vouched(_) => None,
            Self::Keyed(people) => {
                let key = sign_in.key.as_deref().filter(|key| key.len() >= SHORTEST_KEY)?;
                let given = digest::hex(key);
                let known = people.iter().find(|person| person.name == sign_in.name)?;
                same(&known.key_sha256.to_ascii_lowercase(), &given).then(|| known.person())
            }
        }
    }
}

/// A shorter key can be guessed.
const SHORTEST_KEY: usize = 16;

/// Compares without telling by its time how much fits.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn sandbox() -> Vec<Person> {
    let person = |name: &str, roles: &[Role], groups: &[&str]| Person {
        name: name.to_owned(),
        roles: roles.to_vec(),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
        commits_as: Vec::new(),
    };
    vec![
        person("developer-1", &[Role::Viewer, Role::Developer], &[]),
        person("approver-1", &[Role::Viewer, Role::Approver], &["qa"]),
        person("approver-2", &[Role::Viewer, Role::Approver], &["operations"]),
        person("operator-1", &Role::ALL, &["operations"]),
        person("viewer-1", &[Role::Viewer], &[]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a key of many characters";

    fn keyed(key: &str, roles: &[Role]) -> People {
        let name = "kim".to_owned();
        let (roles, key_sha256) = (roles.to_vec(), digest::hex(key));
        People::Keyed(vec![PersonConfig { name, roles, key_sha256, ..PersonConfig::default() }])
    }

    #[test]
    fn a_key_that_is_missing_empty_or_short_opens_nothing_even_where_it_fits() {
        for key in ["", "short", "15 characters.."] {
            let sign_in = SignIn { name: "kim".to_owned(), key: Some(key.to_owned()) };
            assert_eq!(keyed(key, &[]).admit(&sign_in), None, "{key}");
        }
    }

    #[test]
    fn another_key_or_role_is_another_stamp() {
        let stamp = |key: &str, roles: &[Role]| keyed(key, roles).stamp("kim");
        let known = stamp(KEY, &[Role::Approver]);
        assert_eq!(known, stamp(KEY, &[Role::Approver]));
        assert_ne!(known, stamp("another key of many characters", &[Role::Approver]));
        assert_ne!(known, stamp(KEY, &[Role::Operator]));
        assert_ne!(People::Free(sandbox()).stamp("operator-1"), None);
        assert_eq!(keyed(KEY, &[]).stamp("lee"), None);
    }

    #[test]
    fn a_key_opens_only_its_own_person() {
        let kim = PersonConfig {
            name: "kim".to_owned(),
            roles: vec![Role::Approver],
            key_sha256: digest::hex(KEY),
            ..PersonConfig::default()
        };
        let people = People::Keyed(vec![kim]);
        let try_in = |name: &str, key: Option<&str>| {
            people.admit(&SignIn { name: name.to_owned(), key: key.map(str::to_owned) })
        };
        assert_eq!(try_in("kim", Some("shut")), None);
        assert_eq!(try_in("kim", None), None);
        assert_eq!(try_in("lee", Some(KEY)), None);
        assert!(try_in("kim", Some(KEY)).unwrap().has(Role::Viewer));
        assert!(people.choices().is_empty());
    }
}
