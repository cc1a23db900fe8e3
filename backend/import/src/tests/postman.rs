//! Postman collections.

use super::{assert_hidden, assert_remark, header, said};
use crate::{Imported, postman::import};

fn collection(items: &str, beside: &str) -> Imported {
    import(&format!("{{\"info\": {{\"name\": \"t\"}}, \"item\": [{items}]{beside}}}")).unwrap()
}

#[test]
fn folders_variables_and_switched_off_entries_are_understood() {
    let imported = collection(
        r#"{"name": "orders", "variable": [{"key": "id", "value": "7"}], "item": [{"name": "one", "request": {"method": "GET",
            "header": [{"key": "Accept", "value": "{{kind}}"}, {"key": "X-Off", "value": "1", "disabled": true}],
            "url": {"raw": "x", "protocol": "https", "host": ["shop", "example"], "port": "8443", "path": ["orders", ":order", "{{id}}"],
                "query": [{"key": "a", "value": "b c"}, {"key": "off", "value": "1", "disabled": true}, {"key": "flag", "value": null}],
                "variable": [{"key": "order", "value": "o-{{id}}"}]}}}]},
           {"name": "two", "request": "{{base}}/list?x=1"}, {"name": "three", "request": {"method": "GET", "url": "{{unknown}}/four"}}"#,
        r#", "variable": [{"key": "kind", "value": "application/json"}, {"id": "base", "value": "https://shop.example/api"}]"#,
    );
    assert_eq!(said(&imported), ["GET /orders/o-7/7?a=b%20c&flag", "GET /api/list?x=1", "GET /four"]);
    assert_eq!(imported.probes[0].headers, [("Accept".to_owned(), "application/json".to_owned())]);
    assert_remark(&imported, &["`unknown`", "origin", "/item/2"]);
}

#[test]
fn authorisation_is_inherited_overridden_and_never_kept() {
    let imported = collection(
        r#"{"name": "a", "request": {"method": "GET", "url": "https://h/a"}},
           {"name": "f", "auth": {"type": "basic", "basic": [{"key": "username", "value": "ada"}, {"key": "password", "value": "topsecret"}]},
            "item": [{"name": "b", "request": {"method": "GET", "url": "https://h/b"}},
                {"name": "c", "request": {"method": "GET", "url": "https://h/c", "auth": {"type": "noauth"}}},
                {"name": "d", "request": {"method": "GET", "url": "https://h/d", "auth": {"type": "apikey",
                    "apikey": {"key": "shop", "value": "other", "in": "query"}}}},
                {"name": "e", "request": {"method": "GET", "url": "https://h/e", "auth": {"type": "awsv4", "awsv4": []}}}]}"#,
        r#", "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]}"#,
    );
    assert_eq!(said(&imported), ["GET /a", "GET /b", "GET /c", "GET /d?shop={env:PROBE_SHOP}"]);
    let auth: Vec<_> = imported.probes.iter().map(|it| header(it, "authorization")).collect();
    assert_eq!(auth, [Some("env:PROBE_AUTHORIZATION"), Some("env:PROBE_AUTHORIZATION_2"), None, None]);
    assert_hidden(&imported, "topsecret");
    assert_hidden(&imported, "other");
    assert_remark(&imported, &["/item/1/item/3", "`awsv4`"]);
}

#[test]
fn bodies_of_every_mode_are_written_or_named() {
    let request = |method: &str, path: &str, body: &str| {
        format!(
            r#"{{"name": "x", "request": {{"method": "{method}", "url": "https://h/{path}", "body": {body}}}}}"#
        )
    };
    let items = [
        request(
            "POST",
            "raw",
            r#"{"mode": "raw", "raw": "{\"a\": 1}", "options": {"raw": {"language": "json"}}}"#,
        ),
        request(
            "POST",
            "form",
            r#"{"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "b c&"}, {"key": "off", "value": "1", "disabled": true}]}"#,
        ),
        request(
            "POST",
            "multi",
            r#"{"mode": "formdata", "formdata": [{"key": "a", "value": "1", "type": "text"}]}"#,
        ),
        request(
            "POST",
            "graphql",
            r#"{"mode": "graphql", "graphql": {"query": "{ a }", "variables": "{\"x\": 1}"}}"#,
        ),
        request("POST", "file", r#"{"mode": "file", "file": {"src": "a.bin"}}"#),
        request(
            "POST",
            "photo",
            r#"{"mode": "formdata", "formdata": [{"key": "photo", "type": "file", "src": "a.jpg"}]}"#,
        ),
        request("GET", "pruned", r#"{"mode": "raw", "raw": "x"}"#),
        request("POST", "id", r#"{"mode": "raw", "raw": "{{$guid}}"}"#),
    ];
    let imported = collection(&items.join(","), "");
    assert_eq!(said(&imported), ["POST /raw", "POST /form", "POST /multi", "POST /graphql", "GET /pruned"]);
    let bodies: Vec<_> = imported.probes.iter().map(|it| it.body.as_deref().unwrap_or("(none)")).collect();
    assert_eq!(
        [bodies[0], bodies[1], bodies[3], bodies[4]],
        ["{\"a\": 1}", "a=b+c%26", "{\"query\":\"{ a }\",\"variables\":{\"x\":1}}", "(none)"]
    );
    assert!(bodies[2].contains("name=\"a\"\r\n\r\n1\r\n"));
    assert_eq!(header(&imported.probes[0], "content-type"), Some("application/json"));
    assert_remark(&imported, &["/item/4", "in a file"]);
    assert_remark(&imported, &["/item/5", "`photo`"]);
    assert_remark(&imported, &["/item/7", "{{$guid}}"]);
}

#[test]
fn scripts_and_other_versions_are_named() {
    let imported = collection(
        r#"{"name": "a", "request": "https://h/a", "event": [{"listen": "prerequest", "script": {"exec": ["pm.x()"]}},
            {"listen": "test", "script": {"exec": [""]}}]}"#,
        "",
    );
    assert_eq!(said(&imported), ["GET /a"]);
    assert_remark(&imported, &["/item/0", "script", "before"]);
    assert_eq!(imported.remarks.len(), 1);
    assert!(import(r#"{"requests": []}"#).unwrap_err().to_string().contains("2.1"));
    assert!(import("[]").is_err() && import("x").is_err());
}
