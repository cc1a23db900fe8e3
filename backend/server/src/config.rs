//! The configuration file: read once, typed, checked, never printed with keys in it.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use viridian_aws::Access;
use viridian_compare::probe::{Limits, Tls, guard::Origin};
use viridian_domain::{
    Settings,
    service::{MachineSetting, Pace},
};
use viridian_shared::{people::Role, snapshot::ServiceIdentity};

use crate::comparer::{Compare, End, Secrets};

/// Everything that `viridian serve` needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the console listens.
    #[serde(default = "loopback")]
    pub listen: SocketAddr,
    /// Where the journal is kept.
    pub data_dir: PathBuf,
    /// Host names under which the console may be asked, besides those of loopback.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Whether the console is reached by https, so that cookies are sent by no other way.
    #[serde(default)]
    pub https: bool,
    /// Who may sign in. Without any, and with nothing but sandbox services, a person is chosen freely.
    #[serde(default)]
    pub people: Vec<PersonConfig>,
    pub services: Vec<ServiceConfig>,
}

/// A person and their key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonConfig {
    pub name: String,
    pub roles: Vec<Role>,
    /// SHA-256 of the person's key, 64 hexadecimal digits.
    pub key_sha256: String,
}

/// One service: where its parts are in AWS.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    pub name: String,
    pub region: String,
    /// An endpoint instead of AWS's own.
    pub endpoint_url: Option<String>,
    /// Tells the time of a sandbox; its presence says that the service lives in one.
    pub sandbox_clock_url: Option<String>,
    pub pipeline: String,
    pub cluster: String,
    /// The ECS service's name.
    pub service: String,
    pub production_rule_arn: String,
    pub test_rule_arn: String,
    pub production_url: Option<String>,
    pub test_url: Option<String>,
    pub repository_url: Option<String>,
    /// State machines by name.
    #[serde(default)]
    pub state_machines: BTreeMap<String, String>,
    /// Where the console itself reaches production and the test port, when that is another address than the
    /// one that people use. These two, or else the two above, are all that it ever asks.
    pub probe_production_url: Option<String>,
    pub probe_test_url: Option<String>,
    /// Environment variables that suites may send as secret headers, besides those that begin with `PROBE_`.
    #[serde(default)]
    pub probe_secrets: Vec<String>,
    /// How much of a body is kept, in MiB; 10 unless told, at most 64. The rest is counted and hashed.
    pub probe_body_mib: Option<usize>,
    /// Seconds between readings while something moves; 5 on AWS, 0.5 in the sandbox.
    pub fast_seconds: Option<f64>,
    /// Seconds between readings while nothing does; 60 on AWS, 2 in the sandbox.
    pub slow_seconds: Option<f64>,
}

/// How much of a body is kept, in MiB: unless told, and at most.
const BODY_MIB: usize = 10;
const MOST_BODY_MIB: usize = 64;

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}

impl Config {
    /// Reads and checks a file; an error is a sentence for a person.
    pub fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("The configuration {shown} cannot be read: {error}."))?;
        Self::parse(&text).map_err(|error| format!("The configuration {shown} is not right: {error}"))
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let mut names: Vec<_> = self.services.iter().map(|service| service.name.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(format!("two services are called {}.", twice.concat()));
        }
        if self.services.is_empty() {
            return Err("it names no service.".to_owned());
        }
        let bad_key = |person: &&PersonConfig| {
            person.key_sha256.len() != 64 || !person.key_sha256.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if let Some(person) = self.people.iter().find(bad_key) {
            return Err(format!("key_sha256 of {} is not 64 hexadecimal digits.", person.name));
        }
        for service in &self.services {
            service.check()?;
        }
        if self.people.is_empty() && !self.is_sandbox() {
            return Err("it names no people, so nobody could sign in.".to_owned());
        }
        Ok(())
    }

    /// Whether nothing but sandboxes is served.
    pub fn is_sandbox(&self) -> bool {
        self.services.iter().all(|service| service.sandbox_clock_url.is_some())
    }
}

impl ServiceConfig {
    /// What can be wrong with the addresses that are compared.
    fn check(&self) -> Result<(), String> {
        let urls = [
            ("production_url", &self.production_url),
            ("test_url", &self.test_url),
            ("probe_production_url", &self.probe_production_url),
            ("probe_test_url", &self.probe_test_url),
        ];
        for (setting, url) in urls {
            let Some(url) = url else { continue };
            if let Err(error) = url.parse::<Origin>() {
                return Err(format!("{setting} of {}: {error}.", self.name));
            }
        }
        if self.probe_body_mib.is_some_and(|mib| !(1..=MOST_BODY_MIB).contains(&mib)) {
            return Err(format!("probe_body_mib of {} must lie between 1 and {MOST_BODY_MIB}.", self.name));
        }
        Ok(())
    }

    /// How this service's colours are compared.
    pub fn comparer(&self, tls: Option<Tls>) -> Compare {
        let shown = [&self.production_url, &self.test_url];
        let asked = [&self.probe_production_url, &self.probe_test_url];
        let end = |(shown, asked): (&Option<String>, &Option<String>)| {
            let shown: Origin = shown.as_deref()?.parse().ok()?;
            let asked = asked.as_deref().and_then(|url| url.parse().ok()).unwrap_or_else(|| shown.clone());
            Some(End { shown, asked })
        };
        let ends = shown.into_iter().zip(asked).filter_map(end).collect();
        let kept = self.probe_body_mib.unwrap_or(BODY_MIB).min(MOST_BODY_MIB) << 20;
        let secrets = Secrets::new(self.probe_secrets.clone());
        let limits = Limits { kept, ..Limits::default() };
        Compare::new(ends, self.sandbox_clock_url.is_some(), tls, secrets).within(limits)
    }

    pub fn access(&self) -> Access {
        Access { region: self.region.clone(), endpoint_url: self.endpoint_url.clone() }
    }

    pub fn settings(&self) -> Settings {
        let sandbox = self.sandbox_clock_url.is_some();
        let (fast, slow) = if sandbox { (0.5, 2.0) } else { (5.0, 60.0) };
        let seconds = |given: Option<f64>, default: f64| {
            Duration::try_from_secs_f64(given.unwrap_or(default)).unwrap_or(Duration::from_mins(1))
        };
        let machine =
            |(name, arn): (&String, &String)| MachineSetting { name: name.clone(), arn: arn.clone() };
        Settings {
            identity: ServiceIdentity {
                name: self.name.clone(),
                region: self.region.clone(),
                sandbox,
                production_url: self.production_url.clone(),
                test_url: self.test_url.clone(),
                repository_url: self.repository_url.clone(),
            },
            pipeline: self.pipeline.clone(),
            cluster: self.cluster.clone(),
            service: self.service.clone(),
            production_rule: self.production_rule_arn.clone(),
            test_rule: self.test_rule_arn.clone(),
            machines: self.state_machines.iter().map(machine).collect(),
            pace: Pace {
                fast: seconds(self.fast_seconds, fast),
                slow: seconds(self.slow_seconds, slow),
                deadline: Duration::from_secs(10),
                rest: Duration::from_secs(20),
            },
        }
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
    }
}
