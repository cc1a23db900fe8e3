//! What the load balancer asks the identity provider for: a token for the code, and the claims for the token.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::form;
use crate::{
    action::Oidc,
    frame::Frame,
    head::{Head, Read},
};

const PATIENCE: Duration = Duration::from_secs(5);
/// The most of an answer that is read.
const LARGEST: usize = 64 * 1024;

/// Why somebody is not known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The identity provider says no, or something that cannot be believed.
    Refused,
    /// It does not answer.
    Unreached,
}

/// The claims of whoever brings this code, and their access token.
pub(super) async fn redeem(
    oidc: &Oidc,
    code: &str,
    back: &str,
) -> Result<(Map<String, Value>, String), Lost> {
    let body = form(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back)]);
    let who = BASE64_STANDARD.encode(format!("{}:{}", oidc.client_id, oidc.client_secret.0));
    let tokens = ask(&oidc.token_endpoint, &format!("Basic {who}"), Some(&body)).await?;
    let access = tokens.get("access_token").and_then(Value::as_str).ok_or(Lost::Refused)?;
    // It carries the provider's word for whom it is; the load balancer knows no key to verify it by.
    let given = tokens.get("id_token").and_then(Value::as_str).and_then(payload).ok_or(Lost::Refused)?;
    let is_for_us = match &given["aud"] {
        Value::Array(list) => list.iter().any(|it| *it == oidc.client_id),
        one => *one == oidc.client_id,
    };
    if given["iss"] != oidc.issuer || !is_for_us {
        return Err(Lost::Refused);
    }
    let claims = ask(&oidc.user_info_endpoint, &format!("Bearer {access}"), None).await?;
    let subject = claims.get("sub").filter(|it| it.is_string());
    if subject.is_none() || subject != given.get("sub") {
        return Err(Lost::Refused);
    }
    Ok((claims, access.to_owned()))
}

fn payload(token: &str) -> Option<Value> {
    let part = token.split('.').nth(1)?.trim_end_matches('=');
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// An object that stands at an address.
async fn ask(url: &str, authorization: &str, body: Option<&str>) -> Result<Map<String, Value>, Lost> {
    let (status, text) = tokio::time::timeout(PATIENCE, exchange(url, authorization, body))
        .await
        .ok()
        .flatten()
        .ok_or(Lost::Unreached)?;
    if !(200..300).contains(&status) {
        return Err(Lost::Refused);
    }
    serde_json::from_slice(&text).map_err(|_| Lost::Refused)
}

/// One request by HTTP, and status and body of its answer.
async fn exchange(url: &str, authorization: &str, body: Option<&str>) -> Option<(u16, Vec<u8>)> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut stream = TcpStream::connect(address).await.ok()?;
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\nAccept: application/json\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut bytes = Vec::new();
    stream.take(LARGEST as u64).read_to_end(&mut bytes).await.ok()?;
    let mut head = Head::default();
    if head.read_answer(&bytes) != Read::Whole {
        return None;
    }
    let mut frame = head.answer_frame(&bytes, false).ok()?;
    let mut text = Vec::new();
    frame.take(&bytes[head.length..], |data| text.extend_from_slice(data)).ok()?;
    (frame.is_done() || matches!(frame, Frame::Close)).then_some((head.status, text))
}
