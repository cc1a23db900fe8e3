//! Who somebody is, by the load balancer that asked them to sign in.
//!
//! The balancer puts a signed token into every request that it lets through (`x-amzn-oidc-data`). It is believed
//! if the balancer that is configured signed it, for the issuer that is configured, and it has not expired;
//! anything else is nobody. The console's port must be open to that balancer only, as the stack makes it.

mod access;
mod asked;
mod keys;
#[cfg(test)]
mod tests;
mod token;

use std::{net::IpAddr, sync::Arc};

use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use viridian_domain::digest;
use viridian_shared::people::{self, Person, Role};

use self::{access::Provider, keys::Keys, token::Token};
use crate::config::{IdentityConfig, RolesFrom};

/// Where the balancer puts its token.
pub const HEADER: &str = "x-amzn-oidc-data";
/// As long as `sub` may be.
const LONGEST_NAME: usize = 255;
/// Claims by which commits may name a person.
const COMMITS_AS: [&str; 3] = ["email", "name", "preferred_username"];
/// Clocks differ by as much, in seconds.
const LEEWAY: i64 = 30;

/// Believes one load balancer.
#[derive(Debug, Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: IdentityConfig,
    keys: Keys,
    provider: Provider,
}

/// Somebody whom the balancer vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// With the roles that the provider's groups give.
    pub person: Person,
    /// A digest that names the person's session with the balancer.
    pub session: String,
    /// Whether what they may do is known. Where the provider's keys are not reached they look on.
    pub is_sure: bool,
}

/// Why a token is not believed. The token itself is in no message.
#[derive(Debug, thiserror::Error)]
pub enum Doubt {
    /// Two headers came, so one of them is not the balancer's.
    #[error("there is more than one token")]
    Twice,
    /// With what is wrong with it.
    #[error("the token is not one: {0}")]
    Malformed(&'static str),
    /// With the ARN of the load balancer that signed it.
    #[error("it was signed by {0}, which is not the configured load balancer")]
    Signer(String),
    /// With which of its claims it is.
    #[error("its {0} is not the configured one")]
    Foreign(&'static str),
    /// It is older than it says that it may become.
    #[error("it has expired")]
    Expired,
    /// With the reason; a moment later it may go.
    #[error("the load balancer's key cannot be fetched: {0}")]
    Key(String),
    /// With the reason; the console's network does not lead there.
    #[error("where the load balancer's keys are is not reached: {0}")]
    Unreached(String),
    /// With the reason; a moment later it may go.
    #[error("the identity provider’s keys cannot be fetched: {0}")]
    Provider(String),
    /// The key is the balancer's, and the token was not signed with it.
    #[error("its signature does not fit")]
    Forged,
    /// It holds none of the claims that people are named by.
    #[error("it names nobody")]
    Nameless,
}

impl Gate {
    /// Fetches nothing yet: keys are fetched when the first token comes.
    pub fn new(config: IdentityConfig) -> Self {
        Self { inner: Arc::new(Inner { config, keys: Keys::default(), provider: Provider::default() }) }
    }

    /// Who sends a request that came from there; none if no balancer vouches for anybody.
    pub async fn know(
        &self,
        headers: &HeaderMap,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Option<Known>, Doubt> {
        let mut sent = headers.get_all(HEADER).iter();
        let Some(first) = sent.next() else { return Ok(None) };
        if sent.next().is_some() {
            return Err(Doubt::Twice);
        }
        let text = first.to_str().map_err(|_| Doubt::Malformed("it is not text"))?;
        let token = Token::read(text)?;
        // What costs nothing is checked first: nobody makes the console fetch keys for a foreign balancer.
        self.check(&token, now)?;
        let key = self.inner.keys.get(&self.inner.config, &token.header.kid, from).await?;
        token.verify(&key)?;
        self.inner.keys.proven(&token.header.kid, from);
        let (groups, is_sure) = match self.inner.config.roles_from {
            RolesFrom::Claims => (self.groups(&token.claims), true),
            RolesFrom::AccessToken => {
                let claims = self.access(headers, &token, now).await;
                let is_sure = !matches!(claims, Err(Doubt::Provider(_)));
                (self.groups(&claims.unwrap_or_default()), is_sure)
            }
        };
        self.known(&token, groups, is_sure).map(Some)
    }

    /// Whether the provider's keys are not reached, as it was found out last.
    pub fn silence(&self) -> watch::Receiver<bool> {
        self.inner.provider.silence()
    }

    fn check(&self, token: &Token<'_>, now: Timestamp) -> Result<(), Doubt> {
        let config = &self.inner.config;
        let header = &token.header;
        if header.alg != "ES256" {
            return Err(Doubt::Malformed("its algorithm is not ES256"));
        }
        if header.signer != config.signer {
            return Err(Doubt::Signer(header.signer.clone()));
        }
        let differs = |wanted: &Option<String>, given: &Option<String>| {
            wanted.as_ref().is_some_and(|wanted| given.as_ref() != Some(wanted))
        };
        if differs(&config.issuer, &header.iss) {
            return Err(Doubt::Foreign("issuer"));
        }
        if differs(&config.client_id, &header.client) {
            return Err(Doubt::Foreign("client"));
        }
        if header.exp.saturating_add(LEEWAY) < now.as_second() {
            return Err(Doubt::Expired);
        }
        Ok(())
    }

    /// The claims of the access token. Without one that is believed somebody looks on: who they are is known by the
    /// balancer's own.
    async fn access(&self, headers: &HeaderMap, token: &Token<'_>, now: Timestamp) -> Result<Value, Doubt> {
        let subject = token.claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let mut sent = headers.get_all(access::HEADER).iter();
        let claims = match (sent.next().and_then(|it| it.to_str().ok()), sent.next()) {
            (Some(text), None) => self.inner.provider.claims(&self.inner.config, text, subject, now).await,
            (None, _) => Err(Doubt::Malformed("there is no access token")),
            (Some(_), Some(_)) => Err(Doubt::Twice),
        };
        claims.inspect_err(|doubt| {
            tracing::warn!(%doubt, "the access token is not believed: whoever sent it looks on");
        })
    }

    fn known(&self, token: &Token<'_>, groups: Vec<String>, is_sure: bool) -> Result<Known, Doubt> {
        let config = &self.inner.config;
        let text = |claim: &str| {
            let text = token.claims.get(claim).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let subject = text("sub").ok_or(Doubt::Nameless)?;
        let shown = text(&config.name_claim).unwrap_or_else(|| subject.clone());
        let issuer = token.header.iss.as_deref().unwrap_or_default();
        if shown.len() > LONGEST_NAME || subject.len() > LONGEST_NAME || issuer.len() > LONGEST_NAME {
            return Err(Doubt::Nameless);
        }
        let name = people::vouched(&shown, &subject, issuer);
        let session = digest::hex(format!("{issuer}\n{subject}"));
        let commits_as = COMMITS_AS.iter().filter_map(|claim| text(claim)).collect();
        let person = Person { name, roles: self.roles(&groups), groups, commits_as };
        Ok(Known { person, session, is_sure })
    }

    /// What stands in the claim that says what somebody is.
    fn groups(&self, claims: &Value) -> Vec<String> {
        let given: Vec<&str> = match claims.get(&self.inner.config.roles_claim) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => text.split([',', ' ']).chain([text.as_str()]).collect(),
            _ => Vec::new(),
        };
        given.into_iter().map(str::to_owned).collect()
    }

    /// Everybody looks on; what else somebody may do is said of their groups.
    fn roles(&self, groups: &[String]) -> Vec<Role> {
        let known = &self.inner.config.roles;
        let mut roles: Vec<Role> =
            groups.iter().filter_map(|name| known.get(name)).flatten().copied().collect();
        roles.push(Role::Viewer);
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}
