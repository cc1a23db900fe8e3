//! OpenAPI descriptions.

use super::{assert_hidden, assert_remark, header, said};
use crate::{Imported, openapi::import};

/// A 3.0 description with some paths, and what stands beside them.
fn described(paths: &str, beside: &str) -> Imported {
    let text = format!(
        "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"t\", \"version\": \"1\"}}, \"paths\": {{{paths}}}{beside}}}"
    );
    import(&text).unwrap()
}

const ITEMS: &str = r#""/items": {"get": {"responses": {}}}"#;

#[test]
fn the_path_of_the_server_counts_with_its_variables() {
    let servers = [
        (
            r#"{"url": "https://{region}.shop.example/{base}", "variables": {"region": {"default": "eu"}, "base": {"default": "v2"}}}"#,
            "/v2",
        ),
        (r#"{"url": "/api/{version}", "variables": {"version": {"default": "v3"}}}"#, "/api/v3"),
        (r#"{"url": "api/v1"}"#, "/api/v1"),
        (r#"{"url": "https://shop.example"}"#, ""),
        (r#"{"url": "{scheme}://{host}/x/", "variables": {"scheme": {"default": "https"}}}"#, "/x"),
    ];
    for (server, base) in servers {
        let imported = described(ITEMS, &format!(", \"servers\": [{server}]"));
        assert_eq!(said(&imported), [format!("GET {base}/items")], "{server}");
    }
    let imported = described(ITEMS, r#", "servers": [{"url": "api/v1"}]"#);
    assert_remark(&imported, &["`api/v1`", "from the root", "/paths/~1items/get"]);
    let imported = described(ITEMS, r#", "servers": [{"url": "/{v}/x"}]"#);
    assert_remark(&imported, &["/paths/~1items/get", "`v`", "no default"]);
    let imported = described(ITEMS, r#", "servers": [{"url": "/one"}, {"url": "/two"}]"#);
    assert_remark(&imported, &["the first", "/one/"]);
}

#[test]
fn a_server_of_a_path_or_an_operation_wins() {
    let paths = r#""/a": {"servers": [{"url": "/path"}], "get": {}, "head": {"servers": [{"url": "/own"}]}}, "/b": {"get": {}}"#;
    let imported = described(paths, r#", "servers": [{"url": "/all"}]"#);
    assert_eq!(said(&imported), ["GET /path/a", "HEAD /own/a", "GET /all/b"]);
}

#[test]
fn swagger_2_has_its_own_base_path_and_parameters() {
    let imported = import(
        r#"{"swagger": "2.0", "host": "shop.example", "basePath": "/v2", "paths": {
            "/items": {"get": {"parameters": [{"name": "limit", "in": "query", "type": "integer", "default": 20},
                {"name": "tags", "in": "query", "type": "array", "items": {"type": "string", "default": "a"}, "collectionFormat": "multi"}]}},
            "/items/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "required": true, "type": "integer", "default": 7}]}},
            "/kinds/{k}": {"get": {"parameters": [{"name": "k", "in": "path", "required": true, "type": "string", "enum": ["tea", "milk"]}],
                "security": [{"key": []}]}},
            "/upload": {"get": {"parameters": [{"name": "b", "in": "body", "required": true, "schema": {}}]}}},
            "securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}}"#,
    )
    .unwrap();
    let expected =
        ["GET /v2/items?limit=20&tags=a", "GET /v2/items/7", "GET /v2/kinds/tea?api_key={env:PROBE_API_KEY}"];
    assert_eq!(said(&imported), expected);
    assert_remark(&imported, &["/paths/~1upload/get", "wants a body"]);
}

#[test]
fn an_operation_overrides_what_its_path_says() {
    let imported = described(
        r#""/items": {"parameters": [{"name": "version", "in": "query", "schema": {"default": "1"}},
            {"name": "version", "in": "header", "schema": {"default": "h"}}],
            "get": {"parameters": [{"name": "version", "in": "query", "schema": {"default": "2"}}]}}"#,
        "",
    );
    assert_eq!(said(&imported), ["GET /items?version=2"]);
    assert_eq!(header(&imported.probes[0], "version"), Some("h"));
}

#[test]
fn headers_and_cookies_that_must_be_there_are_sent() {
    let imported = described(
        r#""/items": {"get": {"parameters": [
            {"name": "X-Api-Version", "in": "header", "required": true, "schema": {"type": "string"}, "example": "2026-01-01"},
            {"name": "Accept", "in": "header", "required": true, "schema": {}},
            {"name": "tenant", "in": "cookie", "required": true, "schema": {}, "example": "t1"}]}},
           "/other": {"get": {"parameters": [{"name": "X-Need", "in": "header", "required": true, "schema": {"type": "string"}}]}}"#,
        "",
    );
    assert_eq!(said(&imported), ["GET /items"]);
    assert_eq!(header(&imported.probes[0], "x-api-version"), Some("2026-01-01"));
    assert_eq!(header(&imported.probes[0], "cookie"), Some("env:PROBE_COOKIE"));
    assert_remark(&imported, &["/paths/~1items/get", "`tenant=t1`"]);
    assert_remark(&imported, &["/paths/~1other/get", "`X-Need`", "no example"]);
}

#[test]
fn what_a_security_scheme_wants_is_a_secret_by_name() {
    let imported = described(
        r#""/a": {"get": {}}, "/b": {"get": {"security": [{"k": []}]}}, "/c": {"get": {"security": []}},
           "/d": {"get": {"security": [{"k": []}, {}]}}, "/e": {"get": {"security": [{"s": [], "q": []}]}},
           "/f": {"get": {"security": [{"m": []}]}}, "/g": {"get": {"security": [{"o": ["read"]}]}}"#,
        r#", "security": [{"b": []}], "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"},
            "k": {"type": "apiKey", "in": "header", "name": "X-Shop-Key"}, "s": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "q": {"type": "apiKey", "in": "query", "name": "shop"}, "m": {"type": "mutualTLS"}, "o": {"type": "oauth2", "flows": {}}}}"#,
    );
    assert_eq!(
        said(&imported),
        ["GET /a", "GET /b", "GET /c", "GET /d", "GET /e?shop={env:PROBE_SHOP}", "GET /g"]
    );
    let secret = |index: usize, name: &str| header(&imported.probes[index], name);
    assert_eq!(secret(0, "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(secret(1, "x-shop-key"), Some("env:PROBE_X_SHOP_KEY"));
    assert!(imported.probes[2].headers.is_empty() && imported.probes[3].headers.is_empty());
    assert_eq!(secret(4, "cookie"), Some("env:PROBE_COOKIE"));
    assert_eq!(secret(5, "authorization"), Some("env:PROBE_AUTHORIZATION_2"));
    assert_remark(&imported, &["/paths/~1f/get", "client certificate"]);
    assert_remark(&imported, &["PROBE_AUTHORIZATION ", "`Bearer …` and all", "/paths/~1a/get"]);
}

#[test]
fn yaml_is_read_as_well_as_json() {
    let yaml = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /items/{id}:\n    get:\n      parameters:\n        \
                - {name: id, in: path, required: true, schema: {type: string, example: '007'}}\n      \
                responses: {'200': {description: ok}}\n";
    assert_eq!(said(&import(yaml).unwrap()), ["GET /items/007"]);
    assert_eq!(said(&import(&format!("\u{feff}{yaml}")).unwrap()), ["GET /items/007"]);
    let json = r#"{"openapi": "3.1.0", "paths": {"/items": {"get": {}}}}"#;
    assert_eq!(said(&import(&format!("\u{feff}{json}")).unwrap()), ["GET /items"]);
    assert!(import("openapi: 3.0.0\npaths: [").unwrap_err().to_string().contains("YAML"));
    assert!(import("title: x").unwrap_err().to_string().contains("`openapi"));
    assert!(import(r#"{"openapi": "3.1.0"}"#).unwrap_err().to_string().contains("`paths`"));
}

#[test]
fn values_are_written_in_the_style_of_their_parameter() {
    let parameter = |place: &str, more: &str, example: &str| {
        let paths = format!(
            r#""/a{}": {{"get": {{"parameters": [{{"name": "p", "in": "{place}", "required": true, "schema": {{}}, "example": {example}{more}}}]}}}}"#,
            if place == "path" { "/{p}" } else { "" }
        );
        let imported = described(&paths, "");
        imported
            .probes
            .first()
            .map(|it| header(it, "p").map_or(it.path.clone(), str::to_owned))
            .unwrap_or_default()
    };
    let (list, object) = (r#"["a b", "c"]"#, r#"{"x": 1, "y": "z"}"#);
    let cases = [
        ("query", "", list, "/a?p=a%20b&p=c"),
        ("query", r#", "explode": false"#, list, "/a?p=a%20b,c"),
        ("query", r#", "style": "pipeDelimited""#, list, "/a?p=a%20b%7Cc"),
        ("query", r#", "style": "spaceDelimited", "explode": false"#, list, "/a?p=a%20b%20c"),
        ("query", "", object, "/a?x=1&y=z"),
        ("query", r#", "explode": false"#, object, "/a?p=x,1,y,z"),
        ("query", r#", "style": "deepObject""#, object, "/a?p%5Bx%5D=1&p%5By%5D=z"),
        ("query", r#", "allowReserved": true"#, r#""a/b:c""#, "/a?p=a/b:c"),
        ("path", "", list, "/a/a%20b,c"),
        ("path", r#", "explode": true"#, object, "/a/x=1,y=z"),
        ("path", r#", "style": "label", "explode": true"#, list, "/a/.a%20b.c"),
        ("path", r#", "style": "matrix""#, list, "/a/;p=a%20b,c"),
        ("path", r#", "style": "matrix", "explode": true"#, list, "/a/;p=a%20b;p=c"),
        ("header", "", list, "a b,c"),
        ("header", r#", "explode": true"#, object, "x=1,y=z"),
    ];
    for (place, more, example, wanted) in cases {
        assert_eq!(parameter(place, more, example), wanted, "{place} {more} {example}");
    }
}

#[test]
fn references_are_followed_and_those_that_lead_nowhere_are_named() {
    let imported = described(
        r##""/items/{id}": {"parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {"parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/q"}}]}, "delete": {}},
            "/x": {"get": {"parameters": [{"$ref": "#/components/parameters/missing"}]}},
            "/y": {"get": {"parameters": [{"$ref": "other.yaml#/p"}]}}, "/z": {"get": {"parameters": [{"$ref": "#/components/parameters/loop"}]}}"##,
        r##", "components": {"parameters": {"id": {"$ref": "#/components/parameters/real"}, "loop": {"$ref": "#/components/parameters/loop"},
            "real": {"name": "id", "in": "path", "required": true, "examples": {"one": {"$ref": "#/components/examples/seven"}}}},
            "examples": {"seven": {"value": 7}}, "schemas": {"q": {"allOf": [{"type": "string"}, {"default": "a b"}]}}}"##,
    );
    assert_eq!(said(&imported), ["GET /items/7?q=a%20b"]);
    assert_remark(&imported, &["/paths/~1items~1{id}/delete", "may change something"]);
    assert_remark(&imported, &["/paths/~1x/get", "leads nowhere"]);
    assert_remark(&imported, &["/paths/~1y/get", "another document"]);
    assert_remark(&imported, &["/paths/~1z/get", "circle"]);
    assert_hidden(&imported, "missing value");
}

#[test]
fn an_optional_parameter_is_sent_only_with_a_value_that_the_document_gives_it() {
    let imported = described(
        r#""/a": {"get": {"parameters": [{"name": "sort", "in": "query", "schema": {"enum": ["up", "down"]}},
            {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}, {"name": "q", "in": "query", "schema": {}}]}}"#,
        "",
    );
    assert_eq!(said(&imported), ["GET /a?page=1"]);
}
