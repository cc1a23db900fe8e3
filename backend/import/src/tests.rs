//! Inputs as people have them, by what they are a kind of.

mod bruno;
mod curl;
mod field;
mod har;
mod hostile;
mod hurl;
mod openapi;
mod postman;
mod secret;
mod simple;

use crate::{Imported, Probe};

/// Method and path of every probe.
fn said(imported: &Imported) -> Vec<String> {
    imported.probes.iter().map(|it| format!("{} {}", it.method, it.path)).collect()
}

fn header<'p>(probe: &'p Probe, name: &str) -> Option<&'p str> {
    probe.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Whether one remark holds all of some words.
fn remarks(imported: &Imported, words: &[&str]) -> bool {
    imported.remarks.iter().any(|it| words.iter().all(|word| it.contains(word)))
}

#[track_caller]
fn assert_remark(imported: &Imported, words: &[&str]) {
    assert!(remarks(imported, words), "no remark with {words:?}: {:#?}", imported.remarks);
}

#[track_caller]
fn assert_hidden(imported: &Imported, secret: &str) {
    assert!(!format!("{imported:?}").contains(secret), "`{secret}` stands in {imported:#?}");
}
