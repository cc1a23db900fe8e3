//! Signing in: who has a session is let through with a signed word of who they are, everybody else is denied, let
//! through nameless, or led to the identity provider and back.
//!
//! By the page "Authenticate users using an Application Load Balancer" of AWS's guide. The load balancer remembers
//! nobody: a session is what its own sealed cookie says. Two things differ, because listeners here speak HTTP: the
//! identity provider is asked by HTTP too, and addresses that lead back begin with it. No session is refreshed: of a
//! provider without refresh tokens AWS's own lasts to its end as well.

mod claims;
mod provider;
mod vault;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::{claims::Signer, provider::Lost, vault::Vault};
use super::{cookie, own::Own};
use crate::action::{Oidc, Unauthenticated};

/// Where the identity provider leads back to.
const BACK: &str = "/oauth2/idpresponse";
/// Ties a sign-in to the browser that began it.
const NONCE: &str = "AWSALBAuthNonce";
/// Seconds within which somebody has to have signed in.
const LOGIN: i64 = 15 * 60;
/// What a cookie may hold, in bytes; more is cut in pieces.
const PIECE: usize = 3_900;
/// What a query writes as numbers.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The most that claims and access token may have together.
const LARGEST: usize = 11 * 1024;
/// Pieces that a browser may hold of a session before.
const PIECES: usize = 5;

/// Keeps the door: what it seals it alone can open, and what it signs anybody can verify.
#[derive(Debug)]
pub(crate) struct Keeper {
    vault: Vault,
    signer: Signer,
}

/// What a request tells.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    pub(crate) listener: String,
    /// As it was sent, a port with it.
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// The values of its `Cookie` fields.
    pub(crate) cookies: Vec<&'a str>,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Pass {
    /// With these fields for the target.
    Through(Vec<(&'static str, String)>),
    Own(Own),
    Callback(Callback),
}

/// Somebody who comes back from the identity provider.
#[derive(Debug)]
pub(crate) struct Callback {
    oidc: Oidc,
    host: String,
    query: String,
    nonce: Option<String>,
}

/// What the cookie of a session says.
#[derive(Debug, Serialize, Deserialize)]
struct Session {
    /// Issuer and client: a session is no other application's.
    of: (String, String),
    /// When somebody signed in.
    born: i64,
    claims: Map<String, Value>,
    access: String,
}

/// What is handed to the identity provider and comes back with somebody.
#[derive(Debug, Serialize, Deserialize)]
struct Way {
    of: (String, String),
    nonce: String,
    begun: i64,
    /// Path and query that were asked for.
    target: String,
}

impl Keeper {
    pub(crate) fn new() -> Self {
        Self { vault: Vault::new(), signer: Signer::new() }
    }

    pub(crate) fn public_key(&self, id: &str) -> Option<String> {
        self.signer.public_key(id)
    }

    pub(crate) fn admit(&self, oidc: &Oidc, visit: &Visit<'_>) -> Pass {
        if visit.path == BACK {
            return Pass::Callback(Callback {
                oidc: oidc.clone(),
                host: visit.host.to_owned(),
                query: visit.query.to_owned(),
                nonce: find(visit, NONCE).map(str::to_owned),
            });
        }
        let now = Timestamp::now().as_second();
        let session = self.session(oidc, visit);
        match (session.filter(|it| now < it.born + i64::from(oidc.timeout)), oidc.unauthenticated) {
            (Some(session), _) => Pass::Through(self.signer.fields(oidc, &visit.listener, &session, now)),
            (None, Unauthenticated::Allow) => Pass::Through(Vec::new()),
            (None, Unauthenticated::Deny) => Pass::Own(Own::page(401)),
            (None, Unauthenticated::Authenticate) => Pass::Own(self.lead(oidc, visit, now)),
        }
    }

    /// The session of the cookie, however old it is.
    fn session(&self, oidc: &Oidc, visit: &Visit<'_>) -> Option<Session> {
        let piece = |number| find(visit, &format!("{}-{number}", oidc.cookie));
        let sealed: String = (0..PIECES).map_while(piece).collect();
        let session: Session = self.vault.open(&sealed)?;
        (session.of == of(oidc)).then_some(session)
    }

    /// Leads to the identity provider.
    fn lead(&self, oidc: &Oidc, visit: &Visit<'_>, now: i64) -> Own {
        let nonce = format!("{:032x}", fastrand::u128(..));
        let mark = if visit.query.is_empty() { "" } else { "?" };
        let target = format!("{}{mark}{}", visit.path, visit.query);
        let way = Way { of: of(oidc), nonce: nonce.clone(), begun: now, target };
        let back = format!("http://{}{BACK}", visit.host);
        let state = self.vault.seal(&way);
        let mut pairs = vec![
            ("client_id", oidc.client_id.as_str()),
            ("redirect_uri", &back),
            ("response_type", "code"),
            ("scope", &oidc.scope),
            ("state", &state),
        ];
        pairs.extend(oidc.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let joint = if oidc.authorization_endpoint.contains('?') { '&' } else { '?' };
        let location = format!("{}{joint}{}", oidc.authorization_endpoint, form(&pairs));
        let cookies =
            vec![format!("{NONCE}={nonce}; Path=/; Max-Age={LOGIN}; Secure; HttpOnly; SameSite=None")];
        Own { location: Some(location), cookies, ..Own::page(302) }
    }

    /// Takes whoever comes back in, and leads to where they wanted.
    pub(crate) async fn finish(&self, callback: Callback) -> Own {
        let now = Timestamp::now().as_second();
        let asked = |name: &str| {
            let mut pairs = callback.query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(found, _)| *found == name)?;
            let spaced = value.replace('+', " ");
            Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
        };
        let oidc = &callback.oidc;
        let way: Option<Way> = asked("state").and_then(|state| self.vault.open(&state));
        let way = way.filter(|way| {
            way.of == of(oidc) && callback.nonce.as_ref() == Some(&way.nonce) && now < way.begun + LOGIN
        });
        let Some(way) = way else { return Own::page(401) };
        if asked("error").is_some() {
            return Own::page(561);
        }
        let Some(code) = asked("code") else { return Own::page(401) };
        let back = format!("http://{}{BACK}", callback.host);
        let (claims, access) = match provider::redeem(oidc, &code, &back).await {
            Ok(known) => known,
            Err(Lost::Refused) => return Own::page(561),
            Err(Lost::Unreached) => return Own::page(500),
        };
        let session = Session { of: of(oidc), born: now, claims, access };
        let length = serde_json::to_string(&session.claims).map_or(LARGEST, |text| text.len());
        if length + session.access.len() > LARGEST {
            return Own::page(500);
        }
        let location = format!("http://{}{}", callback.host, way.target);
        Own { location: Some(location), cookies: self.cookies(oidc, &session), ..Own::page(302) }
    }

    /// The cookies of a session that begins: its pieces, and an end of those of one before and of the nonce.
    fn cookies(&self, oidc: &Oidc, session: &Session) -> Vec<String> {
        const GONE: &str = "Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None";
        let sealed = self.vault.seal(session);
        let mut rest = sealed.as_str();
        let mut cookies = Vec::new();
        for number in 0..PIECES {
            let (piece, left) = rest.split_at(rest.len().min(PIECE));
            rest = left;
            // The session's own time is what counts; AWS lets browsers keep the cookie for a week.
            let lasts = if piece.is_empty() {
                GONE
            } else {
                "Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=None"
            };
            cookies.push(format!("{}-{number}={piece}; {lasts}", oidc.cookie));
        }
        cookies.push(format!("{NONCE}=; {GONE}"));
        cookies
    }
}

fn of(oidc: &Oidc) -> (String, String) {
    (oidc.issuer.clone(), oidc.client_id.clone())
}

fn find<'a>(visit: &Visit<'a>, name: &str) -> Option<&'a str> {
    visit.cookies.iter().find_map(|header| cookie::find(header, name)).filter(|value| !value.is_empty())
}

/// Pairs as a query and a form have them.
fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = |text| utf8_percent_encode(text, RESERVED).to_string();
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests;
