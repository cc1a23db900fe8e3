//! Suites as people write them, and what they have already.

use super::{Imported, Unusable, curl, har, hurl, list, openapi, read, sitemap, write};
use crate::probe::Text;

fn said(imported: &Imported) -> Vec<String> {
    imported.probes.iter().map(|it| format!("{} {}", it.method, it.path)).collect()
}

const SUITE: &str = r#"
name = "shop"

[[probe]]
name = "home"
path = "/"

[[probe]]
name = "order"
method = "POST"
path = "/orders?dry=1"
headers = [["authorization", "env:SHOP_TOKEN"], ["accept", "application/json"]]
body = "{}"

[[array]]
path = "$.tags"

[[array]]
path = "$.items"
key = "sku"

[[rule]]
name = "trace"
kind = "json"
path = "$.trace"
by = "ada"
reason = "one for each request"
"#;

#[test]
fn a_suite_is_read_and_written_back() {
    let suite = read(SUITE).unwrap();
    assert!(suite.probes[1].changes_something() && !suite.probes[0].changes_something());
    assert_eq!(suite.probes[1].headers[0].1, Text::Secret("SHOP_TOKEN".into()));
    assert_eq!(read(&write(&suite).unwrap()).unwrap(), suite);
    assert_eq!(suite.rules(Some("home")).unwrap().policy().arrays.len(), 2);
}

#[test]
fn what_is_wrong_with_a_suite_is_said() {
    assert!(matches!(read("name = 'x'"), Err(Unusable::Empty)));
    assert!(matches!(read("nme = 'x'"), Err(Unusable::Malformed(_))));
    let twice = "name='x'\n[[probe]]\nname='a'\npath='/'\n[[probe]]\nname='a'\npath='/b'";
    assert!(matches!(read(twice), Err(Unusable::Twice(name)) if name == "a"));
    assert!(matches!(read("name='x'\n[[probe]]\nname='a'\npath='x'"), Err(Unusable::Path(_))));
    let open = "name='x'\n[[probe]]\nname='a'\npath='/'\nheaders=[['Authorization','Bearer abc']]";
    let Err(error) = read(open) else { panic!("an open secret was read") };
    assert!(error.to_string().contains("env:NAME") && !error.to_string().contains("abc"));
}

#[test]
fn curl_commands_become_probes_without_their_secrets() {
    let imported = curl::import(
        "curl 'https://blue.example.com/api/items?page=2' -H 'Accept: application/json' \\\n  \
         -H 'Authorization: Bearer topsecret' --compressed\n\
         # a remark\n\
         curl -XPOST --data '{\"a\": \"it'\\''s\"}' https://blue.example.com/api\n\
         curl -G -d q=1 -o out.html https://blue.example.com/search\n\
         curl -u ada:pw https://blue.example.com/private\n\
         curl -d @file https://blue.example.com/upload\n\
         curl 'unclosed",
    );
    assert_eq!(said(&imported), ["GET /api/items?page=2", "POST /api", "GET /search?q=1", "GET /private"]);
    assert_eq!(imported.probes[1].body.as_deref(), Some("{\"a\": \"it's\"}"));
    assert!(!format!("{imported:?}").contains("topsecret") && !format!("{imported:?}").contains("pw\""));
    assert_eq!(imported.remarks.len(), 4);
}

#[test]
fn a_har_file_becomes_probes() {
    let imported = har::import(
        r#"{"log": {"entries": [
            {"request": {"method": "GET", "url": "https://a.b/x", "headers": [
                {"name": ":authority", "value": "a.b"}, {"name": "Host", "value": "a.b"},
                {"name": "Cookie", "value": "s=topsecret"}, {"name": "accept", "value": "*/*"}]}},
            {"request": {"method": "GET", "url": "data:image/png;base64,xx"}},
            {"request": {"method": "POST", "url": "https://a.b/x", "postData": {"text": "q"}}}]}}"#,
    );
    let imported = imported.unwrap();
    assert_eq!(said(&imported), ["GET /x", "POST /x"]);
    assert_eq!(imported.probes[0].headers.len(), 2);
    assert!(!format!("{imported:?}").contains("topsecret"));
    assert!(har::import("{}").is_err());
}

#[test]
fn a_hurl_file_becomes_probes() {
    let imported = hurl::import(
        "# orders\nGET {{host}}/orders\nAccept: application/json\n[Query]\npage: 2\nHTTP 200\n[Asserts]\n\
         jsonpath \"$.x\" == 1\n\nPOST https://a.b/orders\nContent-Type: application/json\n{\n  \"id\": [1,\n  \
         2]\n}\nHTTP 201\n\nGET https://a.b/{{id}}\n\nPUT https://a.b/x\n[Options]\nretry: 3\n",
    );
    assert_eq!(said(&imported), ["GET /orders?page=2", "POST /orders", "PUT /x"]);
    assert_eq!(imported.probes[1].body.as_deref(), Some("{\n  \"id\": [1,\n  2]\n}"));
    assert_eq!(imported.remarks.len(), 2);
}

#[test]
fn an_openapi_document_becomes_probes_of_what_only_reads() {
    let imported = openapi::import(
        r##"{"openapi": "3.1.0", "servers": [{"url": "https://a.b/v1/"}], "paths": {
            "/items/{id}": {
                "parameters": [{"$ref": "#/components/parameters/id"}],
                "get": {"parameters": [{"name": "q", "in": "query", "schema": {"default": "a b"}}]},
                "delete": {}},
            "/users/{name}": {"get": {"parameters": [{"name": "name", "in": "path", "required": true}]}}},
            "components": {"parameters": {"id": {"name": "id", "in": "path", "example": 7}}}}"##,
    );
    let imported = imported.unwrap();
    assert_eq!(said(&imported), ["GET /v1/items/7?q=a%20b"]);
    assert_eq!(imported.remarks.len(), 2);
}

#[test]
fn a_sitemap_and_a_list_become_probes() {
    let map = sitemap::import(
        "<urlset><url><loc> https://a.b/x?a=1&amp;b=2 </loc></url><url><loc>https://a.b</loc></url></urlset>",
    );
    assert_eq!(said(&map), ["GET /x?a=1&b=2", "GET /"]);
    let list = list::import("# mine\n/a\n\nHEAD /b\nhttps://a.b/c#top\n/a\nftp://a.b/d\n");
    assert_eq!(said(&list), ["GET /a", "HEAD /b", "GET /c"]);
    assert_eq!(list.remarks.len(), 1);
}
