//! Bodies by what they are, whatever they are called and packed in.

use std::io::Write as _;

use super::{plain, said};
use crate::{answer::WholeAnswer, body::Kind, sample};

fn typed(kind: &str, body: &[u8]) -> WholeAnswer {
    sample::answer(200, &[("content-type", kind)], body)
}

fn found(kind: &str, left: &str, right: &str) -> Vec<String> {
    said(&plain(&typed(kind, left.as_bytes()), &typed(kind, right.as_bytes())))
}

#[test]
fn json_that_is_called_something_else_is_compared_as_json() {
    for kind in ["text/html", "text/html; charset=utf-8", "text/plain", "application/x-unknown", ""] {
        assert_eq!(found(kind, r#"{"code":"A  1"}"#, r#"{"code":"A 1"}"#), ["Json Changed /code"], "{kind}");
        assert!(found(kind, r#"{"a":1,"b":2}"#, " {\"b\":2,\"a\":1}\n").is_empty(), "{kind}");
    }
    assert_eq!(found("text/html", "[1, 2]", "[1, 3]"), ["Json Changed /1"]);
    assert_eq!(found("text/html", "{oops} <p>a", "{oops} <p>b"), ["Html Changed html > body > p text"]);
}

#[test]
fn text_is_known_by_its_letters_and_not_by_its_name() {
    for kind in [
        "application/toml",
        "application/sql",
        "application/vnd.apple.mpegurl",
        "audio/x-mpegurl",
        "model/obj",
    ] {
        assert_eq!(found(kind, "a\nb\n", "a\nc\n"), ["Text Changed line 2"], "{kind}");
    }
    assert_eq!(found("image/png", "<html>Bad gateway", "<html>Not found"), ["Html Changed html > body text"]);
    assert_eq!(found("application/pdf", "%PDF-1\u{0}a", "%PDF-1\u{0}b"), ["Bytes Changed body"]);
    let utf16 = |text: &str| {
        let units: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        typed("application/octet-stream", &units)
    };
    assert_eq!(said(&plain(&utf16("a\nb"), &utf16("a\nc"))), ["Text Changed line 2"]);
}

#[test]
fn records_of_json_are_compared_one_by_one() {
    for kind in [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/json-seq",
        "text/plain",
        "application/json",
    ] {
        let of = |body: &str| {
            plain(&typed(kind, body.as_bytes()), &typed(kind, b"{\"a\":1,\"b\":2}\n{\"a\":2}\n"))
        };
        assert_eq!(of("{\"b\":2,\"a\":1}\n{\"a\":2}\n").compared_as, Some(Kind::Json), "{kind}");
        assert!(of("{\"b\":2,\"a\":1}\n{\"a\":2}\n").is_same(), "{kind}");
        assert_eq!(said(&of("{\"a\":1,\"b\":2}\n{\"a\":3}\n")), ["Json Changed /1/a"], "{kind}");
        assert_eq!(said(&of("{\"a\":0}\n{\"a\":1,\"b\":2}\n{\"a\":2}\n")).len(), 1, "{kind}");
    }
    assert!(found("application/x-ndjson", "{\"a\":1,\"b\":2}\n", "{\"b\":2,\"a\":1}\n").is_empty());
    assert!(
        found("application/json-seq", "\u{1e}{\"a\":1,\"b\":2}\n", "\u{1e}{\"b\":2,\"a\":1}\n").is_empty()
    );
    let broken = found("application/x-ndjson", "{\"a\":1}\n{oops\n", "{\"a\":1}\n{OOPS\n");
    assert_eq!(broken, ["Text Changed line 2"]);
}

#[test]
fn xml_is_compared_by_its_tree() {
    let xml = |left: &str, right: &str| found("application/xml", left, right);
    assert!(xml("<a x=\"1\" y=\"2\"/>", "<a y=\"2\" x=\"1\"></a>").is_empty());
    assert!(xml("<a>\n  <b>1</b>\n</a>", "<?xml version=\"1.0\"?>\n<a><b>1</b></a>").is_empty());
    assert!(xml("<a><![CDATA[<]]></a>", "<a>&lt;</a>").is_empty());
    assert_eq!(xml("<a><b>1</b></a>", "<a><b>2</b></a>"), ["Html Changed a > b text"]);
    assert_eq!(xml("<a><b>1</b></a>", "<a><b> 1</b></a>"), ["Html Changed a > b text"]);
    assert_eq!(xml("<a><B/></a>", "<a><b/></a>").len(), 1);
    assert_eq!(
        xml("<f><e n='1'/><e n='2'/></f>", "<f><e n='1'/><e n='3'/></f>"),
        ["Html Changed f > e:nth-of-type(2) @n"]
    );
    assert_eq!(xml("<a xmlns='urn:x'/>", "<a xmlns='urn:y'/>"), ["Html Changed a @xmlns"]);
    assert_eq!(xml("<p:a xmlns:p='urn:x'/>", "<p:a xmlns:p='urn:y'/>").len(), 1);
    assert_eq!(
        xml("<?xml-stylesheet href='a'?><a/>", "<?xml-stylesheet href='b'?><a/>"),
        ["Html Changed doctype"]
    );
    assert_eq!(
        found("application/atom+xml", "<f><t>a</t></f>", "<f><t>b</t></f>"),
        ["Html Changed f > t text"]
    );
    assert_eq!(
        found("image/svg+xml", "<svg><g fill='a'/></svg>", "<svg><g fill='b'/></svg>"),
        ["Html Changed svg > g @fill"]
    );
    let one_line = |second: &str| format!("<l>{}<e>{second}</e></l>", "<e>1</e>".repeat(100));
    assert_eq!(xml(&one_line("a"), &one_line("b")).len(), 1);
    let broken = plain(&typed("text/xml", b"<a><b></a>"), &typed("text/xml", b"<a></a>"));
    assert!(broken.visible().any(|it| it.left.as_deref().is_some_and(|it| it.contains("not"))), "{broken:?}");
    let bomb = format!("<!DOCTYPE a [<!ENTITY b \"{}\">]><a>&b;</a>", "x".repeat(100));
    assert!(xml(&bomb, &bomb).is_empty());
    let deep = "<a>".repeat(50_000);
    assert!(!xml(&deep, "<a/>").is_empty());
}

#[test]
fn bytes_behind_the_end_of_what_is_packed_are_said_and_the_rest_is_compared() {
    let packed = |coding: &str, body: &str, behind: &[u8]| {
        let mut bytes = crate::body::encode(body.as_bytes().to_vec(), &[coding]).unwrap();
        bytes.write_all(behind).unwrap();
        sample::answer(200, &[("content-type", "application/json"), ("content-encoding", coding)], &bytes)
    };
    for coding in ["gzip", "deflate", "zstd"] {
        let both = plain(&packed(coding, r#"{"price":1}"#, b"\n"), &packed(coding, r#"{"price":2}"#, b"\n"));
        assert_eq!(said(&both), ["Json Changed /price"], "{coding}");
        assert_eq!(both.remarks.len(), 1, "{coding}");
        let one = plain(&packed(coding, "{}", b""), &packed(coding, "{}", b"\n\n"));
        assert!(said(&one).contains(&"Trouble Changed green".to_owned()), "{coding}");
        assert!(plain(&packed(coding, "{}", b""), &packed(coding, "{}", b"")).is_same(), "{coding}");
    }
    let two = |body: &str| {
        let one = crate::body::encode(b"[1,".to_vec(), &["gzip"]).unwrap();
        packed("gzip", body, b"").body.kept.iter().fold(one, |mut all, byte| {
            all.push(*byte);
            all
        })
    };
    let members = |body: &str| {
        sample::answer(200, &[("content-type", "application/json"), ("content-encoding", "gzip")], &two(body))
    };
    assert_eq!(said(&plain(&members("2]"), &members("3]"))), ["Json Changed /1"]);
}

#[test]
fn zstandard_is_read_and_a_bomb_of_it_is_not() {
    let packed = |body: &[u8]| {
        let bytes = crate::body::encode(body.to_vec(), &["zstd"]).unwrap();
        sample::answer(200, &[("content-type", "text/plain"), ("content-encoding", "zstd")], &bytes)
    };
    assert_eq!(said(&plain(&packed(b"a\nb\n"), &packed(b"a\nc\n"))), ["Text Changed line 2"]);
    let bomb = packed(&vec![b'a'; 30 << 20]);
    assert!(plain(&bomb, &bomb).remarks[0].contains("larger"), "a bomb");
    let broken = sample::answer(200, &[("content-encoding", "zstd")], b"\x28\xB5\x2F\xFDoops");
    assert!(plain(&broken, &broken).remarks[0].contains("not in the content coding"));
}
