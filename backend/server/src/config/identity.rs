//! The load balancer that asks people to sign in: whose signature is believed, and what its claims make of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use viridian_shared::people::Role;

/// Whom to believe about who somebody is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// ARN of the load balancer in front of the console.
    pub signer: String,
    /// The identity provider's issuer; any that the load balancer asks unless told.
    pub issuer: Option<String>,
    /// The client that the load balancer is at the identity provider.
    pub client_id: Option<String>,
    /// The claim that names a person; `sub` stands in for it where it is missing.
    #[serde(default = "email")]
    pub name_claim: String,
    /// The claim that says what a person is: a text or a list of texts.
    #[serde(default = "groups")]
    pub roles_claim: String,
    /// Where that claim stands.
    #[serde(default)]
    pub roles_from: RolesFrom,
    /// Roles by what stands in that claim. Whoever has none of them looks on.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<Role>>,
    /// Where the load balancer's keys are; AWS's own place for the signer's region unless told.
    pub keys_url: Option<String>,
}

/// What says which roles somebody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolesFrom {
    /// The claims that the load balancer signs: what the provider's user info says.
    #[default]
    Claims,
    /// The provider's access token, verified by the keys that the provider publishes.
    AccessToken,
}

fn email() -> String {
    "email".to_owned()
}

fn groups() -> String {
    "groups".to_owned()
}

impl IdentityConfig {
    /// An identity by its signer alone: everybody whom it lets pass may look on.
    pub fn of_signer(signer: String) -> Self {
        Self {
            signer,
            issuer: None,
            client_id: None,
            name_claim: email(),
            roles_claim: groups(),
            roles_from: RolesFrom::default(),
            roles: BTreeMap::new(),
            keys_url: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let is_balancer = self.signer.starts_with("arn:") && self.signer.contains(":loadbalancer/app/");
        if !is_balancer || self.region().is_none() {
            return Err("signer of the identity is not the ARN of an application load balancer.".to_owned());
        }
        if self.roles_from == RolesFrom::AccessToken && !self.issuer.as_deref().is_some_and(is_trusted) {
            return Err(
                "roles_from = \"access-token\" of the identity needs its issuer, which begins with https."
                    .to_owned(),
            );
        }
        match &self.keys_url {
            Some(url) if !is_trusted(url) => {
                Err("keys_url of the identity must begin with https.".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The region of the signer.
    pub fn region(&self) -> Option<&str> {
        self.signer.split(':').nth(3).filter(|region| !region.is_empty())
    }

    /// Where a key of the load balancer is: the page "listener-authenticate-users" of its guide.
    pub fn key_url(&self, kid: &str) -> String {
        let region = self.region().unwrap_or_default();
        let base = self.keys_url.clone().unwrap_or_else(|| match self.signer.split(':').nth(1) {
            Some("aws-us-gov") => {
                format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
            }
            _ => format!("https://public-keys.auth.elb.{region}.amazonaws.com"),
        });
        format!("{}/{kid}", base.trim_end_matches('/'))
    }
}

/// Keys come over TLS, or from this very machine.
pub(crate) fn is_trusted(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return url.starts_with("https://") };
    matches!(rest.split(['/', ':']).next(), Some("127.0.0.1" | "localhost"))
}
