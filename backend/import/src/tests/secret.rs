//! Secrets become names wherever they stand.

use super::{assert_hidden, assert_remark, header, said};
use crate::{curl, har, list};

#[test]
fn two_peoples_tokens_get_two_names_and_one_persons_one() {
    let imported = curl::import(
        "curl http://h/whoami -H 'Authorization: Bearer admin-token'\n\
         curl http://h/whoami -H 'Authorization: Bearer guest-token'\n\
         curl http://h/orders -H 'Authorization: Bearer admin-token'\n",
    );
    let names: Vec<_> = imported.probes.iter().filter_map(|it| header(it, "authorization")).collect();
    assert_eq!(names, ["env:PROBE_AUTHORIZATION", "env:PROBE_AUTHORIZATION_2", "env:PROBE_AUTHORIZATION"]);
    assert_eq!(imported.probes[1].name, "GET /whoami (2)");
    assert_remark(&imported, &["PROBE_AUTHORIZATION ", "line 1", "line 3", "`Bearer …` and all"]);
    assert_remark(&imported, &["PROBE_AUTHORIZATION_2 ", "line 2"]);
    assert_hidden(&imported, "admin-token");
    assert_hidden(&imported, "guest-token");
}

#[test]
fn tokens_in_a_query_become_names() {
    let list = list::import(
        "/a?api_key=abc123&page=2\n/b?access_token=xyz&token_type=bearer&page_token=CAUQAA\n\
         /c?X-Amz-Signature=0123456789abcdef&X-Amz-Date=20260101T000000Z\n/d?key=AIzaSyA1234567890abcdefghijklmnopqrstuv\n",
    );
    let expected = [
        "GET /a?api_key={env:PROBE_API_KEY}&page=2",
        "GET /b?access_token={env:PROBE_ACCESS_TOKEN}&token_type=bearer&page_token=CAUQAA",
        "GET /c?X-Amz-Signature={env:PROBE_X_AMZ_SIGNATURE}&X-Amz-Date=20260101T000000Z",
        "GET /d?key={env:PROBE_KEY}",
    ];
    assert_eq!(said(&list), expected);
    assert_remark(&list, &["PROBE_API_KEY", "parameter `api_key`", "line 1"]);
    assert_eq!(list.remarks.len(), 4);
}

#[test]
fn passwords_in_bodies_of_every_kind_become_names() {
    let imported = curl::import(
        "curl http://h/json --json '{\"user\": \"ada\", \"password\": \"tea \\\"x\\\"\", \"max_tokens\": 5, \
         \"nested\": [{\"apiKey\": \"k-1\"}]}'\n\
         curl http://h/form -d 'user=ada&password=milk%20tea&remember=1'\n\
         curl http://h/xml -H 'content-type: text/xml' -d '<login><user>ada</user><ns:password>cake</ns:password></login>'\n\
         curl http://h/multi -F user=ada -F client_secret=biscuit\n",
    );
    let bodies: Vec<_> = imported.probes.iter().filter_map(|it| it.body.as_deref()).collect();
    let json = "{\"user\": \"ada\", \"password\": \"{env:PROBE_PASSWORD}\", \"max_tokens\": 5, \
                \"nested\": [{\"apiKey\": \"{env:PROBE_API_KEY}\"}]}";
    assert_eq!(bodies[0], json);
    assert_eq!(bodies[1], "user=ada&password={env:PROBE_PASSWORD_2}&remember=1");
    assert!(bodies[2].contains("<ns:password>{env:PROBE_PASSWORD_3}</ns:password>"), "{}", bodies[2]);
    assert!(bodies[3].contains("\r\n\r\n{env:PROBE_CLIENT_SECRET}\r\n--"), "{}", bodies[3]);
    for secret in ["tea \\", "milk", "cake", "biscuit", "k-1"] {
        assert_hidden(&imported, secret);
    }
}

#[test]
fn lesser_known_headers_are_secret_too() {
    for name in [
        "X-Vault-Token",
        "PRIVATE-TOKEN",
        "X-Shopify-Access-Token",
        "Ocp-Apim-Subscription-Key",
        "DD-API-KEY",
        "apikey",
        "X-Api-Secret",
        "x-goog-api-key",
        "X-CSRF-Token",
        "X-Session-Id",
        "CF-Access-Client-Secret",
        "Api-Token",
        "X-Auth-Key",
        "X-Honeycomb-Team",
        "DPoP",
        "Proxy-Authorization",
        "x-functions-key",
        "X-RapidAPI-Key",
    ] {
        let imported = curl::import(&format!("curl http://h/a -H '{name}: s3cret-value'"));
        assert_hidden(&imported, "s3cret-value");
        assert!(header(&imported.probes[0], name).unwrap().starts_with("env:PROBE_"), "{name}");
    }
    for name in
        ["X-Request-Id", "Accept", "Idempotency-Key", "X-Page-Token", "Sec-WebSocket-Key", "X-Token-Type"]
    {
        let imported = curl::import(&format!("curl http://h/a -H '{name}: plain-value'"));
        assert_eq!(header(&imported.probes[0], name), Some("plain-value"), "{name}");
    }
}

#[test]
fn tokens_are_known_by_their_shape_wherever_they_stand() {
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let jwt = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", "eyJzdWIiOiJhZGEifQ", "abc-DEF_123456");
    let imported = curl::import(&format!(
        "curl http://h/hook/{token}/x -H 'X-Note: {jwt}' -d 'remark with {token} in it' -H 'content-type: text/plain'"
    ));
    let probe = &imported.probes[0];
    assert_eq!(probe.path, "/hook/{env:PROBE_PATH}/x");
    assert_eq!(header(probe, "x-note"), Some("env:PROBE_X_NOTE"));
    assert_eq!(probe.body.as_deref(), Some("remark with {env:PROBE_PATH} in it"));
    assert_remark(&imported, &["PROBE_PATH", "a token of GitHub"]);
    assert_hidden(&imported, &token);
    assert_hidden(&imported, &jwt);
}

#[test]
fn what_would_be_taken_for_a_reference_is_left_out() {
    let imported = curl::import(
        "curl http://h/a -H 'X-A: env:AWS_SECRET_ACCESS_KEY'\ncurl http://h/b -d '{env:AWS_SECRET_ACCESS_KEY}'\n\
         curl http://h/c -d 'tags=env:PROD'\n",
    );
    assert_eq!(said(&imported), ["POST /c"]);
    assert_eq!(imported.probes[0].body.as_deref(), Some("tags=env:PROD"));
    assert_remark(&imported, &["line 1; line 2", "env:"]);
}

#[test]
fn names_and_passwords_in_addresses_do_not_stay() {
    let imported = curl::import("curl http://ada:topsecret@h/private\ncurl -u eve:other http://h/private");
    assert_hidden(&imported, "topsecret");
    assert_hidden(&imported, "eve");
    assert_eq!(header(&imported.probes[0], "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(header(&imported.probes[1], "authorization"), Some("env:PROBE_AUTHORIZATION_2"));
}

#[test]
fn a_visits_session_is_one_name_and_its_other_cookies_are_left_out() {
    let har = har::import(
        r#"{"log": {"entries": [
            {"request": {"method": "GET", "url": "https://a.b/x", "headers": [{"name": "Cookie", "value": "sid=1; _ga=2"}]}},
            {"request": {"method": "GET", "url": "https://a.b/y", "headers": [{"name": "cookie", "value": "sid=1; _ga=3"}]}},
            {"request": {"method": "GET", "url": "https://a.b/z", "headers": [{"name": "cookie", "value": "_ga=4"}]}}]}}"#,
    )
    .unwrap();
    let cookies: Vec<_> = har.probes.iter().map(|it| header(it, "cookie")).collect();
    assert_eq!(cookies, [Some("env:PROBE_COOKIE"), Some("env:PROBE_COOKIE"), None]);
    assert_remark(&har, &["left out", "cookie (1)"]);
}
