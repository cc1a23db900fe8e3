//! Which secrets probes may name: none but those that are meant for them, so that no suite can send the
//! console's own credentials anywhere.

use viridian_compare::probe::named_in;
use viridian_shared::comparison::suite::Suite;

/// What stands before the name of a secret in a header's value.
const REFERENCE: &str = "env:";
/// Environment variables of this beginning are meant for probes.
const PREFIX: &str = "PROBE_";

/// The names that may be used, and where their values are.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Named by the operator, besides those that begin with `PROBE_`.
    named: Vec<String>,
}

impl Secrets {
    /// With the names that the operator lists; `PROBE_…` goes without being listed.
    pub fn new(named: Vec<String>) -> Self {
        Self { named }
    }

    fn allows(&self, name: &str) -> bool {
        name.starts_with(PREFIX) || self.named.iter().any(|it| it == name)
    }

    /// The value behind a name; none if it is not set, or not for probes.
    pub(super) fn look_up(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|_| self.allows(name))
    }

    /// Whether a suite names only secrets that it may.
    pub(super) fn check(&self, suite: &Suite) -> Result<(), String> {
        let mut names = suite.probes.iter().flat_map(|probe| {
            let headers = probe.headers.iter().filter_map(|it| it.value.strip_prefix(REFERENCE));
            headers.chain(named_in(&probe.path)).chain(probe.body.iter().flat_map(|it| named_in(it)))
        });
        match names.find(|name| !self.allows(name)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "`{name}` is not a secret for probes: its name must begin with {PREFIX}, or the operator must \
                 list it in probe_secrets."
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::comparison::suite::{Header, Probe};

    use super::*;

    fn suite(value: &str) -> Suite {
        let headers = vec![Header { name: "authorization".to_owned(), value: value.to_owned() }];
        let (name, method, path) = ("home".to_owned(), "GET".to_owned(), "/".to_owned());
        let probe = Probe { name, method, path, headers, body: None };
        Suite { probes: vec![probe], ..Suite::default() }
    }

    #[test]
    fn the_consoles_own_credentials_cannot_be_sent_by_a_suite() {
        let secrets = Secrets::new(vec!["SHOP_TOKEN".to_owned()]);
        assert!(secrets.check(&suite("env:AWS_SECRET_ACCESS_KEY")).unwrap_err().contains("probe_secrets"));
        assert!(secrets.look_up("PATH").is_none());
        assert!(secrets.check(&suite("env:SHOP_TOKEN")).is_ok());
        assert!(secrets.check(&suite("env:PROBE_TOKEN")).is_ok());
        let within = |path: &str, body: &str| {
            let mut suite = suite("env:PROBE_TOKEN");
            (suite.probes[0].path, suite.probes[0].body) = (path.to_owned(), Some(body.to_owned()));
            secrets.check(&suite)
        };
        assert!(within("/?key={env:AWS_SESSION_TOKEN}", "").unwrap_err().contains("AWS_SESSION_TOKEN"));
        assert!(within("/", "{\"a\": \"{env:HOME}\"}").unwrap_err().contains("HOME"));
        assert!(within("/?key={env:PROBE_KEY}", "tags=env:prod {env:lower}").is_ok());
    }
}
