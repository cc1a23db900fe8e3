//! Bodies as servers send them, and as no server should.

use std::io::Write as _;

use super::{Content, Kind, Limits, Trouble, understand};
use crate::{answer::Body, sample};

fn content(headers: &[(&str, &str)], body: &[u8]) -> Content {
    understand(&sample::answer(200, headers, body), Limits::default())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_gzip_bomb_ends_in_a_trouble_and_not_in_memory() {
    let bomb = gzip(&vec![0; 3 << 20]);
    let limits = Limits { decoded: 1 << 20, ..Limits::default() };
    let answer = sample::answer(200, &[("content-encoding", "gzip")], &bomb);
    assert_eq!(understand(&answer, limits).troubles, [Trouble::Bomb { limit: 1 << 20 }]);
    let nested = sample::answer(200, &[("content-encoding", "gzip, gzip")], &gzip(&bomb));
    assert_eq!(understand(&nested, limits).troubles, [Trouble::Bomb { limit: 1 << 20 }]);
}

#[test]
fn a_stack_of_codings_is_refused() {
    let found = content(&[("content-encoding", "gzip, gzip, gzip, gzip")], b"x");
    assert!(matches!(found.troubles[..], [Trouble::Undecodable { .. }]));
}

#[test]
fn codings_are_undone() {
    let headers = [("content-encoding", "gzip"), ("content-type", "text/plain")];
    assert_eq!(content(&headers, &gzip(b"hello")).text().unwrap(), "hello");
    let brotli = [0x0b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', 0x03];
    let headers = [("content-encoding", "br"), ("content-type", "text/plain")];
    assert_eq!(content(&headers, &brotli).text().unwrap(), "hello");
    let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    bare.write_all(b"hello").unwrap();
    let headers = [("content-encoding", "deflate"), ("content-type", "text/plain")];
    assert_eq!(content(&headers, &bare.finish().unwrap()).text().unwrap(), "hello");
}

#[test]
fn a_coding_that_is_not_what_it_claims_is_a_trouble() {
    let found = content(&[("content-encoding", "gzip")], b"plain");
    assert_eq!(found.troubles, [Trouble::Undecodable { coding: "gzip".into() }]);
    let found = content(&[("content-encoding", "compress")], b"plain");
    assert_eq!(found.troubles, [Trouble::UnknownCoding { coding: "compress".into() }]);
}

#[test]
fn the_charset_is_understood() {
    let found = content(&[("content-type", "text/plain; charset=iso-8859-1")], b"caf\xe9");
    assert_eq!(found.text().unwrap(), "café");
    let page = b"<!doctype html><meta charset=windows-1252><p>caf\xe9";
    assert_eq!(content(&[("content-type", "text/html")], page).charset, Some("windows-1252"));
    let found = content(&[("content-type", "text/plain; charset=martian")], b"x");
    assert_eq!(found.troubles, [Trouble::UnknownCharset { charset: "martian".into() }]);
    let found = content(&[("content-type", "text/plain; charset=utf-8")], b"\xff");
    assert_eq!(found.troubles, [Trouble::NotText { charset: "UTF-8".into() }]);
}

#[test]
fn the_kind_is_known_by_type_and_else_by_sight() {
    assert_eq!(content(&[("content-type", "application/problem+json")], b"{}").kind, Kind::Json);
    assert_eq!(content(&[], b" <!DOCTYPE html>").kind, Kind::Html);
    assert_eq!(content(&[], b"\x00\x01").kind, Kind::Binary);
    assert_eq!(content(&[("content-type", "image/png")], b"x").kind, Kind::Image);
    assert_eq!(content(&[("content-encoding", "gzip")], b"").kind, Kind::Empty);
}

#[test]
fn an_endless_body_says_so() {
    let mut answer = sample::answer(200, &[], b"abc");
    answer.body = Body { length: 1 << 40, ..answer.body };
    assert_eq!(understand(&answer, Limits::default()).troubles, [Trouble::TooLong]);
}
