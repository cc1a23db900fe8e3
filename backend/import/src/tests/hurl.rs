//! Hurl files.

use super::{assert_hidden, assert_remark, header, said};
use crate::{Imported, hurl::import};

fn body(imported: &Imported, index: usize) -> &str {
    imported.probes[index].body.as_deref().unwrap_or("(none)")
}

#[test]
fn bodies_of_every_kind_are_sent_as_hurl_sends_them() {
    let imported = import(
        "POST http://h/xml\nContent-Type: application/soap+xml\n<?xml version=\"1.0\"?>\n<order>\n  <sku a='>'>tea</sku>\n</order>\nHTTP 200\n\n\
         POST http://h/file\nContent-Type: application/json\nfile,body.json;\nHTTP 201\n\n\
         POST http://h/base64\nbase64,aGVsbG8=;\nHTTP 200\n\nPOST http://h/hex\nhex,68656c6c6f;\n\n\
         POST http://h/lines\n```\none\n\nGET two\n```\n\nPOST http://h/line\n`a # b`\n\nPOST http://h/graphql\n```graphql\n{ a }\n\
         variables {\"x\": 1}\n```\n\nPOST http://h/list\n[1,\n 2]\n\nPUT http://h/bytes\nhex,ff;\n",
    );
    let expected = [
        "POST /xml",
        "POST /base64",
        "POST /hex",
        "POST /lines",
        "POST /line",
        "POST /graphql",
        "POST /list",
    ];
    assert_eq!(said(&imported), expected);
    assert_eq!(body(&imported, 0), "<?xml version=\"1.0\"?>\n<order>\n  <sku a='>'>tea</sku>\n</order>");
    assert_eq!(header(&imported.probes[0], "content-type"), Some("application/soap+xml"));
    assert_eq!([body(&imported, 1), body(&imported, 2)], ["hello", "hello"]);
    assert_eq!(body(&imported, 3), "one\n\nGET two\n");
    assert_eq!(body(&imported, 4), "a # b");
    assert_eq!(body(&imported, 5), "{\"query\":\"{ a }\",\"variables\":{\"x\":1}}");
    assert_eq!(body(&imported, 6), "[1,\n 2]");
    assert_eq!(header(&imported.probes[6], "content-type"), Some("application/json"));
    assert_remark(&imported, &["line 9:", "`body.json`"]);
    assert_remark(&imported, &["no text"]);
}

#[test]
fn braces_in_strings_do_not_end_a_body() {
    for text in ["}:-)", "an open { brace", "a \\\" and ]["] {
        let imported = import(&format!(
            "POST http://h/notes\n{{\n  \"smile\": \"{text}\",\n  \"sku\": \"tea\"\n}}\nHTTP 200\n\nGET http://h/next\nHTTP 200\n"
        ));
        assert_eq!(said(&imported), ["POST /notes", "GET /next"]);
        assert_eq!(body(&imported, 0), format!("{{\n  \"smile\": \"{text}\",\n  \"sku\": \"tea\"\n}}"));
    }
}

#[test]
fn a_variable_before_the_path_is_an_origin_and_any_other_is_not_known() {
    let imported = import(
        "GET {{base_url}}/a\nHTTP 200\n\nGET http://{{host}}:{{port}}/b\nHTTP 200\n\nGET {{host}}/c/{{id}}\nHTTP 200\n\n\
         GET {{host}}\nHTTP 200\n\nGET {{host}}?x=1\nHTTP 200\n\nGET {{host}}/d\n[Options]\nvariable: n=7\n\nGET {{host}}/{{n}}\n\
         Authorization: Bearer {{token}}\n",
    );
    assert_eq!(said(&imported), ["GET /a", "GET /b", "GET /", "GET /?x=1", "GET /d", "GET /7"]);
    assert_remark(&imported, &["line 7", "{{id}}"]);
    assert_remark(&imported, &["`base_url`", "origin", "line 1"]);
    assert_eq!(header(&imported.probes[5], "authorization"), Some("env:PROBE_AUTHORIZATION"));
}

#[test]
fn sections_are_part_of_the_request_whatever_their_name() {
    let imported = import(
        "GET http://h/q?z=0\n[QueryStringParams]\na b: c&d # remark\n[Cookies]\nsid: topsecret\n[BasicAuth]\nada: other\n\n\
         POST http://h/f\n[Form]\nuser: ada\nnote: a b\n\nPOST http://h/m\n[Multipart]\na: 1\n\nPOST http://h/n\n[Multipart]\n\
         a: file,x.txt;\n\nGET http://h/s\n[Options]\nskip: true\n\nGET http://h/o\n[Options]\nlocation: true\nretry: 3\naws-sigv4: x\n",
    );
    assert_eq!(said(&imported), ["GET /q?z=0&a%20b=c%26d", "POST /f", "POST /m"]);
    assert_eq!(header(&imported.probes[0], "cookie"), Some("env:PROBE_COOKIE"));
    assert_eq!(header(&imported.probes[0], "authorization"), Some("env:PROBE_AUTHORIZATION"));
    assert_eq!(body(&imported, 1), "user=ada&note=a%20b");
    assert!(body(&imported, 2).contains("name=\"a\"\r\n\r\n1\r\n"));
    assert_hidden(&imported, "topsecret");
    assert_remark(&imported, &["`a`", "in a file"]);
    assert_remark(&imported, &["skipped"]);
    assert_remark(&imported, &["`aws-sigv4`"]);
}

#[test]
fn escapes_remarks_and_marks_are_understood() {
    let imported =
        import("\u{feff}# all\r\nGET http://h/a\\u{20}b # why\r\nX-A: 1 \\# 2 # three\r\nHTTP 200\r\n");
    assert_eq!(said(&imported), ["GET /a%20b"]);
    assert_eq!(header(&imported.probes[0], "x-a"), Some("1 # 2"));
}

#[test]
fn what_is_expected_of_an_answer_is_no_request() {
    let imported = import(
        "GET http://h/a\nHTTP/1.1 200\nContent-Type: text/html\n[Captures]\nid: jsonpath \"$.id\"\n[Asserts]\nbody == ```\n\
         GET http://h/no\n```\njsonpath \"$.x\" == 1\n\nGET http://h/{{id}}\nHTTP *\n{\n  \"GET \": 1\n}\n\nGET http://h/b\nHTTP 200\n\
         ```\nPOST http://h/no\n```\n",
    );
    assert_eq!(said(&imported), ["GET /a", "GET /b"]);
    assert_remark(&imported, &["asserts and captures", "line 1"]);
    assert_remark(&imported, &["{{id}}"]);
}

#[test]
fn what_cannot_be_read_loses_one_request_and_says_where() {
    let imported = import(
        "GET http://h/a\n\nPOST http://h/b\n{\"open\": 1\n\nGET http://h/c\n[Nonsense]\na: b\n\nGET http://h/d\n",
    );
    assert_eq!(said(&imported), ["GET /a", "GET /d"]);
    assert_remark(&imported, &["line 3", "not closed"]);
    assert_remark(&imported, &["line 6", "Nonsense"]);
}
