//! The action `authenticate-oidc`.

use serde_json::{Value, json};
use viridian_alb::{Oidc, Secret, Unauthenticated};
use viridian_aws_wire::{AwsError, Input};

const WEEK: i64 = 604_800;

pub(super) fn read(action: Input<'_>) -> Result<Oidc, AwsError> {
    let config =
        action.child("AuthenticateOidcConfig").ok_or_else(|| action.missing("AuthenticateOidcConfig"))?;
    let timeout = config.number("SessionTimeout")?.unwrap_or(WEEK);
    let timeout = u32::try_from(timeout).ok().filter(|seconds| (1..=604_800).contains(seconds));
    let unauthenticated = match config.text_or_none("OnUnauthenticatedRequest").unwrap_or("authenticate") {
        "deny" => Unauthenticated::Deny,
        "allow" => Unauthenticated::Allow,
        "authenticate" => Unauthenticated::Authenticate,
        other => {
            return Err(config.bad(format!(
                "OnUnauthenticatedRequest '{other}' must be one of: deny, allow, authenticate"
            )));
        }
    };
    let extra = config.maybe("AuthenticationRequestExtraParams").and_then(Value::as_object);
    let extra = extra.into_iter().flatten();
    let extra = extra.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    Ok(Oidc {
        issuer: config.text("Issuer")?.to_owned(),
        authorization_endpoint: address(config, "AuthorizationEndpoint")?,
        token_endpoint: address(config, "TokenEndpoint")?,
        user_info_endpoint: address(config, "UserInfoEndpoint")?,
        client_id: config.text("ClientId")?.to_owned(),
        client_secret: Secret(config.text("ClientSecret")?.to_owned()),
        scope: config.text_or_none("Scope").unwrap_or("openid").to_owned(),
        cookie: config.text_or_none("SessionCookieName").unwrap_or("AWSELBAuthSessionCookie").to_owned(),
        timeout: timeout.ok_or_else(|| config.bad("SessionTimeout must be between 1 and 604800."))?,
        extra,
        unauthenticated,
    })
}

/// HTTPS, as AWS wants it; or a provider that a test plays on this machine.
fn address(config: Input<'_>, member: &str) -> Result<String, AwsError> {
    let address = config.text(member)?;
    let (scheme, rest) = address.split_once("://").unwrap_or_default();
    let is_here = matches!(rest.split(['/', ':']).next(), Some("127.0.0.1" | "localhost"));
    if scheme == "https" || (scheme == "http" && is_here) {
        return Ok(address.to_owned());
    }
    Err(config.bad(format!("{member} '{address}' must be a full URL with the HTTPS protocol")))
}

pub(super) fn show(oidc: &Oidc) -> Value {
    let unauthenticated = match oidc.unauthenticated {
        Unauthenticated::Deny => "deny",
        Unauthenticated::Allow => "allow",
        Unauthenticated::Authenticate => "authenticate",
    };
    json!({
        "Type": "authenticate-oidc",
        "Order": 1,
        "AuthenticateOidcConfig": {
            "Issuer": oidc.issuer,
            "AuthorizationEndpoint": oidc.authorization_endpoint,
            "TokenEndpoint": oidc.token_endpoint,
            "UserInfoEndpoint": oidc.user_info_endpoint,
            "ClientId": oidc.client_id,
            "SessionCookieName": oidc.cookie,
            "Scope": oidc.scope,
            "SessionTimeout": oidc.timeout,
            "AuthenticationRequestExtraParams": oidc.extra,
            "OnUnauthenticatedRequest": unauthenticated,
        },
    })
}
