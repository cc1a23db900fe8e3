//! What a rule does with a request: forward by weights, answer, or redirect; and who may ask at all.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "what a variant says names its values")]
pub enum Action {
    /// To target groups by their weights; `sticky` is for how many seconds a client keeps its group.
    Forward { groups: Vec<(String, u32)>, sticky: Option<u32> },
    /// The same answer for everybody.
    Fixed { status: u16, kind: Option<String>, body: Option<String> },
    /// Somewhere else; `#{host}` and its like stand for parts of the request.
    Redirect { status: u16, protocol: String, host: String, port: String, path: String, query: String },
    /// Whoever asks has to sign in first.
    Authenticate { oidc: Box<Oidc>, then: Box<Action> },
}

/// How people sign in at an identity provider, as AWS's action `authenticate-oidc` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oidc {
    /// Who the provider says that it is, as its tokens name it.
    pub issuer: String,
    /// Where a browser is sent to sign in.
    pub authorization_endpoint: String,
    /// Where the code that it comes back with is changed into tokens.
    pub token_endpoint: String,
    /// Where the claims are asked for.
    pub user_info_endpoint: String,
    /// As which client the load balancer is known to the provider.
    pub client_id: String,
    /// Proves that it is that client.
    pub client_secret: Secret,
    /// What is asked for, parted by spaces: `openid profile`.
    pub scope: String,
    /// The name of the cookie that holds a session.
    pub cookie: String,
    /// How long a session lasts, in seconds.
    pub timeout: u32,
    /// What else the authorization endpoint is told.
    pub extra: BTreeMap<String, String>,
    /// What becomes of a request without a session.
    pub unauthenticated: Unauthenticated,
}

/// What becomes of a request without a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unauthenticated {
    /// 401.
    Deny,
    /// It passes, without anybody's name.
    Allow,
    /// It is led to the identity provider.
    Authenticate,
}

/// A text that no log shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Action {
    /// The target groups that it forwards to, with their weights.
    pub fn groups(&self) -> &[(String, u32)] {
        match self {
            Self::Forward { groups, .. } => groups,
            Self::Authenticate { then, .. } => then.groups(),
            _ => &[],
        }
    }
}
