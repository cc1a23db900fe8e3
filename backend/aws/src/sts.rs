//! Clients that act in a person's name: a role is taken up with the person as the name of its session, so that
//! AWS's own records show who it was.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_codepipeline::Client;
use tokio::sync::Mutex;
use viridian_domain::digest;
use viridian_shared::people;

use crate::{
    calls::{Calls, Counting},
    client::{Clients, Role, assume, client},
};

/// As much as AWS takes.
const LONGEST: usize = 64;
/// Persons whose clients are kept.
const KEPT: usize = 64;

pub(crate) struct Voters {
    config: SdkConfig,
    calls: Calls,
    role_arn: String,
    /// By person.
    clients: Mutex<HashMap<String, Client>>,
}

impl Voters {
    /// None where no role is configured.
    pub(crate) fn new(clients: &Clients) -> Option<Self> {
        let role_arn = clients.voter_role_arn.clone()?;
        let (config, calls) = (clients.config.clone(), clients.calls.clone());
        Some(Self { config, calls, role_arn, clients: Mutex::default() })
    }

    pub(crate) async fn client(&self, person: &str) -> Client {
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(person) {
            return client.clone();
        }
        let session_name = session_name(person);
        let role = Role { arn: self.role_arn.clone(), external_id: None, session_name };
        let config = assume(&self.config, &role).await;
        let client = client!(aws_sdk_codepipeline, &config, &self.calls);
        if clients.len() >= KEPT {
            clients.clear();
        }
        clients.insert(person.to_owned(), client.clone());
        client
    }
}

/// A person's name as AWS takes it for a session: 2 to 64 of `A-Za-z0-9_=,.@-`. `+` is not used, because it
/// stands for a character that does not fit; a name that had to be changed carries a digest of the real one, so
/// that no two persons look the same.
fn session_name(person: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_=,.@-".contains(c);
    let shown = people::shown(person);
    let plain: String = shown.chars().map(|c| if fits(c) { c } else { '+' }).collect();
    if plain == person && (2..=LONGEST).contains(&plain.len()) {
        return plain;
    }
    let digest: String = digest::hex(people::identity(person)).chars().take(8).collect();
    let start: String = plain.chars().take(LONGEST - digest.len() - 1).collect();
    format!("{start}-{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_bears_the_persons_name_as_far_as_aws_takes_it() {
        assert_eq!(session_name("kim@example.com"), "kim@example.com");
        let vouched = people::vouched("kim@example.com", "1234", "https://id.example.com");
        let renamed = people::vouched("lee@example.com", "1234", "https://id.example.com");
        assert!(session_name(&vouched).starts_with("kim@example.com-"));
        assert_eq!(session_name(&vouched)[15..], session_name(&renamed)[15..], "the same person");
        let long = "x".repeat(80);
        let names = ["k", "", "Käthe Kim", "Kathe Kim", "a/b", "a b", "a+b", "田中", long.as_str()];
        let mut seen = std::collections::HashSet::new();
        for name in names {
            let session = session_name(name);
            assert!((2..=64).contains(&session.len()), "{session}");
            assert!(session.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)), "{session}");
            assert!(seen.insert(session), "{name}");
        }
    }
}
