//! What `viridian serve` and `viridian check` need to know: read once, typed, checked, never printed with keys
//! in it.

pub mod gates;
mod identity;
mod options;
mod people;
mod reading;
mod service;
mod stack;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use viridian_aws::calls::Calls;
use viridian_store::Place;

use crate::listen::Crowd;

pub use self::{
    gates::Gates,
    identity::{IdentityConfig, RolesFrom},
    options::Options,
    people::PersonConfig,
    reading::{StackConfig, StackReading},
    service::ServiceConfig,
    stack::{changes, resolve},
};
pub(crate) use self::{
    identity::is_trusted,
    stack::{CREDENTIALS, REACH},
};

/// Everything that the console needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the console listens.
    #[serde(default = "loopback")]
    pub listen: SocketAddr,
    /// Where the journal is kept, on SQLite; `.viridian` unless told.
    pub data_dir: Option<PathBuf>,
    /// Where the journal is kept instead, on PostgreSQL: `postgres://…`. What it leaves out, `PGHOST` and the
    /// other variables of PostgreSQL's own clients say.
    pub database_url: Option<String>,
    /// A file outside of the journal’s place that heads of the journal are appended to, for `viridian verify`.
    pub anchor: Option<PathBuf>,
    /// Host names under which the console may be asked, besides those of loopback.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Whether the console is reached by https, so that cookies are sent by no other way.
    #[serde(default)]
    pub https: bool,
    /// Whether `X-Forwarded-Proto` is believed: only where nobody reaches the console but by a proxy that sets it.
    #[serde(default)]
    pub trust_forwarded_proto: bool,
    /// Where `/metrics` and `/readyz` answer instead, if not beside the page.
    pub metrics_listen: Option<SocketAddr>,
    /// What `/metrics` and `/readyz` want as a bearer token; from the environment only.
    #[serde(skip)]
    pub metrics_token: Option<String>,
    /// How many connections are held in all, and from one address that is not this machine's.
    pub connections: Option<usize>,
    /// How many connections are held from one address that is not this machine's.
    pub connections_per_address: Option<usize>,
    /// Who may sign in by key. Without any, and with nothing but sandbox services, a person is chosen freely.
    #[serde(default)]
    pub people: Vec<PersonConfig>,
    /// The load balancer that asks people to sign in, and whose signature is believed.
    pub identity: Option<IdentityConfig>,
    /// How gates are decided, unless a service says otherwise.
    #[serde(default)]
    pub gates: Gates,
    /// Services whose parts are listed one by one.
    #[serde(default)]
    pub services: Vec<ServiceConfig>,
    /// Services that are described by the outputs of a stack.
    #[serde(default)]
    pub stacks: Vec<StackConfig>,
    /// Counts what AWS is asked.
    #[serde(skip)]
    pub calls: Calls,
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: loopback(),
            data_dir: None,
            database_url: None,
            anchor: None,
            allowed_hosts: Vec::new(),
            https: false,
            trust_forwarded_proto: false,
            metrics_listen: None,
            metrics_token: None,
            connections: None,
            connections_per_address: None,
            people: Vec::new(),
            identity: None,
            gates: Gates::new(),
            services: Vec::new(),
            stacks: Vec::new(),
            calls: Calls::default(),
        }
    }
}

impl Config {
    /// Reads and checks a file; an error is a sentence for a person.
    pub fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("The configuration {shown} cannot be read: {error}."))?;
        Self::parse(&text).map_err(|error| format!("The configuration {shown} is not right: {error}"))
    }

    /// Reads and checks the text of a file; an error is a sentence for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.services.is_empty() && self.stacks.is_empty() {
            return Err("it names no service and no stack.".to_owned());
        }
        let mut names: Vec<_> = self.services.iter().map(|service| service.name.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(format!("two services are called {}.", twice.first().unwrap_or(&"")));
        }
        people::check(&self.people)?;
        self.check_doors()?;
        if let Some(identity) = &self.identity {
            identity.check()?;
        }
        for service in &self.services {
            service.check()?;
        }
        self.check_gates()?;
        let has_people = !self.people.is_empty() || self.identity.is_some() || !self.stacks.is_empty();
        if !has_people && !self.is_sandbox() {
            return Err("it names no people and no identity, so nobody could sign in.".to_owned());
        }
        Ok(())
    }

    /// Where the journal is kept.
    pub fn journal(&self) -> Place {
        journal(self.data_dir.as_deref(), self.database_url.as_deref())
    }

    /// What is wrong with policies. Whom an identity provider will vouch for nobody knows before.
    fn check_gates(&self) -> Result<(), String> {
        let people: Vec<_> = match &self.identity {
            Some(_) => Vec::new(),
            None => self.people.iter().map(PersonConfig::person).collect(),
        };
        gates::check(&self.gates, &people)?;
        self.services.iter().try_for_each(|service| gates::check(&service.gates, &people))
    }

    fn check_doors(&self) -> Result<(), String> {
        if self.metrics_listen == Some(self.listen) {
            return Err("metrics_listen is the address of the console itself.".to_owned());
        }
        if self.connections.is_some_and(|number| number < 16) || self.connections_per_address == Some(0) {
            return Err("connections must be at least 16, and connections_per_address at least 1.".to_owned());
        }
        match &self.metrics_token {
            Some(token) if token.len() < SHORTEST_TOKEN => {
                Err(format!("VIRIDIAN_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters."))
            }
            _ => Ok(()),
        }
    }

    /// How many connections are held. Behind a load balancer everybody comes from its few addresses.
    pub fn crowd(&self) -> Crowd {
        let each = if self.identity.is_some() { usize::MAX } else { CONNECTIONS_EACH };
        Crowd::of(self.connections.unwrap_or(CONNECTIONS), self.connections_per_address.unwrap_or(each))
    }

    /// Whether a person may be chosen freely: only what stays on this machine needs no key.
    pub fn may_choose(&self) -> Result<(), String> {
        const MEND: &str = "Name people with --people FILE or [[people]], or configure [identity].";
        if !self.listen.ip().to_canonical().is_loopback() {
            let listen = self.listen;
            return Err(format!(
                "Nobody needs a key to be anybody in a sandbox, so the console may not listen on {listen}: \
                 listen on 127.0.0.1. {MEND}"
            ));
        }
        for service in &self.services {
            let urls = [&service.endpoint_url, &service.sandbox_clock_url];
            if !urls.into_iter().all(|url| url.as_deref().is_some_and(is_loopback)) {
                let name = &service.name;
                return Err(format!(
                    "Nobody needs a key to be anybody in a sandbox, and that of {name} is not on this machine: \
                     its endpoint_url has to be one of 127.0.0.1, [::1] or localhost. {MEND}"
                ));
            }
        }
        Ok(())
    }

    /// Whether nothing but sandboxes is served.
    pub fn is_sandbox(&self) -> bool {
        self.stacks.is_empty()
            && !self.services.is_empty()
            && self.services.iter().all(|service| service.sandbox_clock_url.is_some())
    }
}

const SHORTEST_TOKEN: usize = 16;
/// Connections that are held unless told, in all and from one address.
const CONNECTIONS: usize = 4_096;
const CONNECTIONS_EACH: usize = 256;

/// Whether an address leads to this machine.
fn is_loopback(url: &str) -> bool {
    let uri: Option<http::Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<std::net::IpAddr> = bare.parse().ok();
    let is_own =
        host.eq_ignore_ascii_case("localhost") || address.is_some_and(|it| it.to_canonical().is_loopback());
    is_own && uri.is_some_and(|uri| uri.scheme().is_some())
}

/// A folder that is named wins over the variables of PostgreSQL's clients, and an address over both.
pub fn journal(folder: Option<&Path>, database_url: Option<&str>) -> Place {
    match (database_url, folder) {
        (Some(url), _) => Place::Database(url.to_owned()),
        (None, Some(folder)) => Place::Folder(folder.to_owned()),
        (None, None) if std::env::var_os("PGHOST").is_some() => Place::Database("postgres://".to_owned()),
        (None, None) => Place::Folder(PathBuf::from(".viridian")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = r#"
        data_dir = "data"
        [[services]]
        name = "web"
        region = "eu-central-1"
        pipeline = "p"
        cluster = "c"
        service = "s"
        production_rule_arn = "a"
        test_rule_arn = "b"
    "#;

    #[test]
    fn a_service_of_aws_needs_people_and_a_sandbox_does_not() {
        assert!(Config::parse(SERVICE).unwrap_err().contains("no people"));
        let sandbox = format!("{SERVICE}\nsandbox_clock_url = \"http://127.0.0.1:4566/_sandbox/clock\"");
        assert!(Config::parse(&sandbox).unwrap().is_sandbox());
    }

    #[test]
    fn a_person_is_chosen_freely_only_where_everything_stays_on_this_machine() {
        let sandbox = |listen: &str, endpoint: &str, clock: &str| {
            Config::parse(&format!(
                "listen = \"{listen}\"\n{SERVICE}\nendpoint_url = \"{endpoint}\"\nsandbox_clock_url = \"{clock}\""
            ))
            .unwrap()
        };
        let own = "http://127.0.0.1:4566";
        for listen in ["127.0.0.1:3000", "[::1]:3000", "127.8.8.8:1"] {
            assert_eq!(sandbox(listen, own, own).may_choose(), Ok(()));
        }
        for url in ["http://localhost:1", "http://[::1]:1/x", "http://127.0.0.2"] {
            assert_eq!(sandbox("127.0.0.1:1", url, own).may_choose(), Ok(()), "{url}");
        }
        for listen in ["0.0.0.0:3000", "[::]:3000", "192.168.1.4:3000"] {
            let refused = sandbox(listen, own, own).may_choose().unwrap_err();
            assert!(refused.contains(listen) && refused.contains("--people FILE"), "{refused}");
        }
        for url in [
            "http://sandbox.internal:4566",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "http://10.0.0.1",
            "https://ecs.eu-central-1.amazonaws.com",
            "localhost",
            "",
        ] {
            assert!(sandbox("127.0.0.1:1", url, own).may_choose().is_err(), "{url}");
            assert!(sandbox("127.0.0.1:1", own, url).may_choose().is_err(), "{url}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_asked_is_refused_at_the_start() {
        let sandbox = format!("{SERVICE}\nsandbox_clock_url = \"http://127.0.0.1:4566/_sandbox/clock\"");
        let with = |line: &str| Config::parse(&format!("{sandbox}\n{line}"));
        assert!(with("production_url = \"ftp://shop\"").unwrap_err().contains("production_url of web"));
        assert!(with("probe_body_mib = 1000").unwrap_err().contains("between 1 and 64"));
        assert!(with("production_url = \"https://shop.example.com\"").is_ok());
    }

    #[test]
    fn a_setting_that_nobody_knows_and_a_short_key_are_refused() {
        assert!(Config::parse(&format!("colour = 1\n{SERVICE}")).is_err());
        let people = "[[people]]\nname = \"kim\"\nroles = [\"approver\"]\nkey_sha256 = \"abc\"";
        assert!(Config::parse(&format!("{SERVICE}\n{people}")).unwrap_err().contains("kim"));
        assert!(Config::parse("").unwrap_err().contains("no service"));
    }

    #[test]
    fn a_role_and_an_identity_are_taken_as_they_are_written() {
        let text = format!(
            "{SERVICE}\nrole_arn = \"arn:aws:iam::2:role/reader\"\nexternal_id = \"x\"\n\
             [identity]\nsigner = \"arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/a/b\"\n\
             [identity.roles]\nreleasers = [\"approver\"]"
        );
        let config = Config::parse(&text).unwrap();
        let role = config.services.first().unwrap().access().role.unwrap();
        assert_eq!(
            (role.arn.as_str(), role.session_name.as_str()),
            ("arn:aws:iam::2:role/reader", "viridian")
        );
        assert_eq!(config.identity.unwrap().region(), Some("eu-central-1"));
    }
}
