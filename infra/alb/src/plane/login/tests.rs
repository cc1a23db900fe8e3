//! Who is let through, led away and taken in.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::action::Secret;

const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/console/1/2";

fn oidc(provider: &str, unauthenticated: Unauthenticated) -> Oidc {
    Oidc {
        issuer: "https://id.example.com".to_owned(),
        authorization_endpoint: "https://id.example.com/authorize".to_owned(),
        token_endpoint: format!("{provider}/token"),
        user_info_endpoint: format!("{provider}/userinfo"),
        client_id: "viridian".to_owned(),
        client_secret: Secret("hush".to_owned()),
        scope: "openid email".to_owned(),
        cookie: "AWSELBAuthSessionCookie".to_owned(),
        timeout: 3600,
        extra: BTreeMap::new(),
        unauthenticated,
    }
}

fn visit<'a>(path: &'a str, query: &'a str, cookies: &'a str) -> Visit<'a> {
    Visit { listener: LISTENER.to_owned(), host: "shop.example.com", path, query, cookies: vec![cookies] }
}

fn session(age: i64) -> Session {
    let claims = json!({ "sub": "1", "email": "kim@example.com" }).as_object().unwrap().clone();
    let born = Timestamp::now().as_second() - age;
    let oidc = oidc("", Unauthenticated::Deny);
    Session { of: of(&oidc), born, claims, access: "access".to_owned() }
}

/// What a browser sends back of cookies that were set.
fn kept(set: &[String]) -> String {
    let pairs = set.iter().filter_map(|cookie| cookie.split(';').next());
    pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
}

fn own(pass: Pass) -> Own {
    match pass {
        Pass::Own(own) => own,
        other => panic!("{other:?}"),
    }
}

fn callback(pass: Pass) -> Callback {
    match pass {
        Pass::Callback(callback) => callback,
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_session_a_rule_denies_lets_pass_or_leads_to_sign_in() {
    let keeper = Keeper::new();
    let other = Keeper::new();
    let foreign = Session { of: ("https://other".to_owned(), "viridian".to_owned()), ..session(0) };
    let deny = oidc("", Unauthenticated::Deny);
    for cookies in [
        String::new(),
        "AWSELBAuthSessionCookie-0=forged".to_owned(),
        // Sealed by somebody else, of another application, over, and without its first piece.
        kept(&other.cookies(&deny, &session(0))),
        kept(&keeper.cookies(&deny, &foreign)),
        kept(&keeper.cookies(&deny, &session(3600))),
        kept(&keeper.cookies(&deny, &session(0))).replace("Cookie-0", "Cookie-1"),
    ] {
        let visit = visit("/api/services", "a=b", &cookies);
        let denied = own(keeper.admit(&deny, &visit));
        assert_eq!((denied.status, denied.location), (401, None), "{cookies}");
        let allow = oidc("", Unauthenticated::Allow);
        assert!(matches!(keeper.admit(&allow, &visit), Pass::Through(fields) if fields.is_empty()));
        let led = own(keeper.admit(&oidc("", Unauthenticated::Authenticate), &visit));
        let location = led.location.unwrap();
        assert_eq!(led.status, 302);
        assert!(location.starts_with("https://id.example.com/authorize?client_id=viridian&redirect_uri=http%3A%2F%2Fshop.example.com%2Foauth2%2Fidpresponse&response_type=code&scope=openid%20email&state="), "{location}");
    }
    let cookies = kept(&keeper.cookies(&deny, &session(3599 - 60)));
    assert!(
        matches!(keeper.admit(&deny, &visit("/", "", &cookies)), Pass::Through(fields) if fields.len() == 3)
    );
}

#[test]
fn a_large_session_is_kept_in_pieces_and_a_small_one_ends_those_of_before() {
    let keeper = Keeper::new();
    let deny = oidc("", Unauthenticated::Deny);
    let large = Session { access: "a".repeat(9_000), ..session(0) };
    let set = keeper.cookies(&deny, &large);
    assert!(set.iter().all(|cookie| cookie.len() < 4_096));
    assert!(keeper.session(&deny, &visit("/", "", &kept(&set))).is_some_and(|it| it.access == large.access));
    let small = keeper.cookies(&deny, &session(0));
    assert_eq!(small.iter().filter(|cookie| cookie.contains("Max-Age=0")).count(), PIECES);
}

/// A provider that answers each request with the next of these.
async fn provider(answers: Vec<(u16, serde_json::Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).await.unwrap();
            let text = String::from_utf8_lossy(&asked[..length]).into_owned();
            // The client's name and secret, or the token.
            assert!(text.contains("Basic dmlyaWRpYW46aHVzaA==") || text.contains("Bearer access"), "{text}");
            let body = body.to_string();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    url
}

fn tokens(of: &serde_json::Value) -> serde_json::Value {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let id = format!("e30.{}.e30", BASE64_URL_SAFE_NO_PAD.encode(of.to_string()));
    json!({ "access_token": "access", "token_type": "Bearer", "id_token": id })
}

/// Signs in with what the provider answers; the query is what it leads back with.
async fn sign_in(answers: Vec<(u16, serde_json::Value)>, more: &str, loses_nonce: bool) -> (Keeper, Own) {
    let keeper = Keeper::new();
    let oidc = oidc(&provider(answers).await, Unauthenticated::Authenticate);
    let led = own(keeper.admit(&oidc, &visit("/s/shop/machines", "a=b", "")));
    let location = led.location.unwrap();
    let state = location.rsplit_once("state=").unwrap().1.to_owned();
    let cookies = if loses_nonce { String::new() } else { kept(&led.cookies) };
    let query = format!("{more}&state={state}");
    let back = callback(keeper.admit(&oidc, &visit(BACK, &query, &cookies)));
    let own = keeper.finish(back).await;
    (keeper, own)
}

/// What the provider answers, in turn.
type Answers = Vec<(u16, serde_json::Value)>;

#[tokio::test]
async fn who_comes_back_without_being_known_gets_in_nowhere() {
    let right = json!({ "iss": "https://id.example.com", "aud": "viridian", "sub": "1" });
    let with = |member: &str, value: serde_json::Value| {
        let mut claims = right.clone();
        claims[member] = value;
        (200, tokens(&claims))
    };
    let info = |subject: &str| (200, json!({ "sub": subject }));
    let cases: Vec<(Answers, &str, bool, u16)> = vec![
        (vec![], "code=x", true, 401),
        (vec![], "", false, 401),
        (vec![], "error=access_denied", false, 561),
        (vec![(400, json!({ "error": "invalid_grant" }))], "code=x", false, 561),
        (vec![(200, json!({ "access_token": "access" }))], "code=x", false, 561),
        (vec![with("iss", json!("https://other"))], "code=x", false, 561),
        (vec![with("aud", json!("other"))], "code=x", false, 561),
        (vec![(200, tokens(&right)), info("2")], "code=x", false, 561),
        (vec![(200, tokens(&right)), (401, json!({}))], "code=x", false, 561),
        (
            vec![(200, tokens(&right)), (200, json!({ "sub": "1", "x": "x".repeat(LARGEST) }))],
            "code=x",
            false,
            500,
        ),
    ];
    for (answers, query, loses_nonce, status) in cases {
        let shown = format!("{query} {answers:?}");
        let (_, own) = sign_in(answers, query, loses_nonce).await;
        assert_eq!((own.status, own.location, own.cookies.len()), (status, None, 0), "{shown}");
    }
    let keeper = Keeper::new();
    let stray = callback(
        keeper.admit(&oidc("http://127.0.0.1:1", Unauthenticated::Deny), &visit(BACK, "code=x&state=x", "")),
    );
    assert_eq!(keeper.finish(stray).await.status, 401);
}

#[tokio::test]
async fn who_has_signed_in_comes_back_to_the_same_place_and_is_vouched_for() {
    let right = json!({ "iss": "https://id.example.com", "aud": ["viridian"], "sub": "1" });
    let info = json!({ "sub": "1", "email": "kim@example.com" });
    let (keeper, own) = sign_in(vec![(200, tokens(&right)), (200, info)], "code=x", false).await;
    assert_eq!(own.status, 302);
    assert_eq!(own.location.as_deref(), Some("http://shop.example.com/s/shop/machines?a=b"));
    let cookies = kept(&own.cookies);
    let deny = oidc("", Unauthenticated::Deny);
    let Pass::Through(fields) = keeper.admit(&deny, &visit("/api/services", "", &cookies)) else {
        panic!("not let through");
    };
    let field = |name: &str| fields.iter().find(|(found, _)| *found == name).unwrap().1.clone();
    assert_eq!(
        (field("x-amzn-oidc-identity"), field("x-amzn-oidc-accesstoken")),
        ("1".to_owned(), "access".to_owned())
    );
    let part = |number: usize| {
        use base64::{Engine, prelude::BASE64_URL_SAFE};
        let data = field("x-amzn-oidc-data");
        let bytes = BASE64_URL_SAFE.decode(data.split('.').nth(number).unwrap()).unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    };
    assert_eq!(part(0)["signer"], "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/console/1");
    assert_eq!((&part(0)["alg"], &part(1)["email"]), (&json!("ES256"), &json!("kim@example.com")));
    assert!(keeper.public_key(part(0)["kid"].as_str().unwrap()).is_some());
    assert_eq!(keeper.public_key("another"), None);
}
