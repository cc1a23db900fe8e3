//! People who sign in by key: what stands in the configuration of a key, and which keys are none.

use serde::{Deserialize, Serialize};
use viridian_domain::digest;
use viridian_shared::{
    people::{Person, Role},
    unseen,
};

/// A person and their key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonConfig {
    /// Unique; what the journal and the page call them.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Where the person belongs, as policies of gates name it.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Names and e-mail addresses under which the person commits, besides their own name.
    #[serde(default)]
    pub commits_as: Vec<String>,
    /// SHA-256 of the person's key, 64 hexadecimal digits.
    pub key_sha256: String,
}

impl PersonConfig {
    /// As everybody else knows them. Everybody may look on.
    pub fn person(&self) -> Person {
        let mut roles = self.roles.clone();
        if !roles.contains(&Role::Viewer) {
            roles.insert(0, Role::Viewer);
        }
        let (name, groups, commits_as) = (self.name.clone(), self.groups.clone(), self.commits_as.clone());
        Person { name, roles, groups, commits_as }
    }
}

const LONGEST_NAME: usize = 100;
/// Keys that everybody knows: none, that of the documentation, and what people try first.
const KNOWN: [&str; 12] = [
    "", "secret", "password", "key", "viridian", "admin", "changeme", "test", "example", "demo", "1234",
    "$KEY",
];

/// What makes a list of people unfit, in a sentence.
pub(super) fn check(people: &[PersonConfig]) -> Result<(), String> {
    for (number, person) in people.iter().enumerate() {
        let PersonConfig { name, key_sha256, .. } = person;
        if name.trim() != name || name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(format!(
                "a person\u{2019}s name has 1 to {LONGEST_NAME} characters and no space around them."
            ));
        }
        if name.contains(['<', '>']) || unseen::first(name).is_some() || name.contains(char::is_control) {
            return Err(format!("the name {name:?} has < or >, or characters that nobody sees."));
        }
        if key_sha256.len() != 64 || !key_sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!("key_sha256 of {name} is not 64 hexadecimal digits."));
        }
        if is_known(&key_sha256.to_ascii_lowercase(), name) {
            return Err(format!(
                "the key of {name} is empty or one that everybody knows. Make one with `openssl rand -hex 32`."
            ));
        }
        let earlier = people.get(..number).unwrap_or_default();
        if earlier.iter().any(|other| other.name == *name) {
            return Err(format!("two people are called {name}."));
        }
        if let Some(other) = earlier.iter().find(|other| other.key_sha256.eq_ignore_ascii_case(key_sha256)) {
            return Err(format!("{} and {name} have the same key. Everybody needs their own.", other.name));
        }
    }
    Ok(())
}

fn is_known(key: &str, name: &str) -> bool {
    let ends = ["", "\n"];
    let known = KNOWN.into_iter().chain([name]);
    known.flat_map(|word| ends.map(|end| format!("{word}{end}"))).any(|word| digest::hex(word) == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, key: &str) -> PersonConfig {
        PersonConfig {
            name: name.to_owned(),
            roles: vec![Role::Approver],
            key_sha256: digest::hex(key),
            ..PersonConfig::default()
        }
    }

    #[test]
    fn keys_that_are_empty_known_or_shared_are_refused() {
        let good = "5f2c8e0b7d1a4c93";
        assert_eq!(check(&[person("kim", good), person("lee", "another 5f2c8e0b7d1a4c93")]), Ok(()));
        for key in ["", "\n", "secret", "kim", "password"] {
            assert!(check(&[person("kim", key)]).unwrap_err().contains("everybody knows"), "{key:?}");
        }
        let mut loud = person("kim", "");
        loud.key_sha256 = loud.key_sha256.to_ascii_uppercase();
        assert!(check(&[loud]).is_err());
        assert!(check(&[person("kim", good), person("lee", good)]).unwrap_err().contains("the same key"));
        assert!(check(&[person("kim", good), person("kim", "other")]).unwrap_err().contains("two people"));
        for name in ["", " kim", "k\nim", "k\u{0}", "k\u{202E}im", "kim <x>"] {
            assert!(check(&[person(name, good)]).is_err(), "{name:?}");
        }
        let short = PersonConfig { key_sha256: "abc".to_owned(), ..person("kim", good) };
        assert!(check(&[short]).unwrap_err().contains("64 hexadecimal digits"));
    }

    #[test]
    fn the_documentations_own_key_is_refused() {
        let key = include_str!("../../../../docs/configuration.md").split_once("key_sha256 = \"").unwrap().1;
        let person = PersonConfig { key_sha256: key[..64].to_owned(), ..person("kim", "") };
        assert!(check(&[person]).is_err());
    }
}
