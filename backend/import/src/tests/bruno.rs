//! Bruno files.

use super::{assert_hidden, assert_remark, header, said};
use crate::bruno::import;

#[test]
fn a_request_is_read_with_its_blocks() {
    let imported = import(
        "\u{feff}meta {\r\n  name: order\r\n  type: http\r\n  seq: 1\r\n}\r\n\r\npost {\r\n  url: {{host}}/orders/:id?old=1\r\n  body: json\r\n  \
         auth: bearer\r\n}\r\n\r\nparams:query {\r\n  page: 2\r\n  ~off: 1\r\n}\r\n\r\nparams:path {\r\n  id: 7\r\n}\r\n\r\nheaders {\r\n  \
         X-A: b: c\r\n  ~X-Off: 1\r\n}\r\n\r\nauth:bearer {\r\n  token: topsecret\r\n}\r\n\r\nbody:json {\r\n  {\r\n    \"a\": \"}\"\r\n  }\r\n}\r\n",
    );
    assert_eq!(said(&imported), ["POST /orders/7?page=2"]);
    let probe = &imported.probes[0];
    assert_eq!(header(probe, "x-a"), Some("b: c"));
    assert_eq!(header(probe, "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(probe.body.as_deref(), Some("{\n  \"a\": \"}\"\n}"));
    assert_hidden(&imported, "topsecret");
    assert_remark(&imported, &["`host`", "origin"]);
}

#[test]
fn several_files_in_a_row_inherit_from_the_collection() {
    let imported = import(
        "headers {\n  X-All: 1\n}\nauth {\n  mode: basic\n}\nauth:basic {\n  username: ada\n  password: topsecret\n}\nvars:pre-request {\n  \
         n: 5\n}\nmeta {\n  name: a\n}\nget {\n  url: https://h/a/{{n}}\n  auth: inherit\n}\nmeta {\n  name: b\n}\nget {\n  url: https://h/b\n  \
         auth: none\n}\nheaders {\n  x-all: 2\n}\n",
    );
    assert_eq!(said(&imported), ["GET /a/5", "GET /b"]);
    assert_eq!(header(&imported.probes[0], "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(imported.probes[1].headers, [("x-all".to_owned(), "2".to_owned())]);
    assert_hidden(&imported, "topsecret");
}

#[test]
fn forms_queries_and_files_are_written_or_named() {
    let request = |path: &str, kind: &str, block: &str| {
        format!("meta {{\n  name: x\n}}\npost {{\n  url: https://h/{path}\n  body: {kind}\n}}\n{block}\n")
    };
    let text = [
        request("form", "formUrlEncoded", "body:form-urlencoded {\n  a: b c\n  ~off: 1\n}"),
        request("multi", "multipartForm", "body:multipart-form {\n  a: 1\n}"),
        request("file", "multipartForm", "body:multipart-form {\n  photo: @file(a.jpg)\n}"),
        request("graphql", "graphql", "body:graphql {\n  { a }\n}\nbody:graphql:vars {\n  {\"x\": 1}\n}"),
        request("unknown", "text", "body:text {\n  {{later}}\n}"),
    ];
    let imported = import(&text.concat());
    assert_eq!(said(&imported), ["POST /form", "POST /multi", "POST /graphql"]);
    assert_eq!(imported.probes[0].body.as_deref(), Some("a=b+c"));
    assert_eq!(imported.probes[2].body.as_deref(), Some("{\"query\":\"{ a }\",\"variables\":{\"x\":1}}"));
    assert_remark(&imported, &["`photo`", "in a file"]);
    assert_remark(&imported, &["{{later}}"]);
}

#[test]
fn scripts_checks_and_what_is_no_block_are_named() {
    let imported = import(
        "get {\n  url: https://h/a\n}\nscript:pre-request {\n  x();\n}\ntests {\n  y();\n}\nassert {\n  res.status: eq 200\n}\nnothing of the kind\nbody {\n",
    );
    assert_eq!(said(&imported), ["GET /a"]);
    for words in
        [["before it"], ["checks its answer"], ["asserts"], ["no part of a Bruno file"], ["not closed"]]
    {
        assert_remark(&imported, &words);
    }
}
