//! Every target for a few seconds: the corpus with its regressions first, then inventions of a fixed seed.
//!
//! `VIRIDIAN_FUZZ_SECONDS` and `VIRIDIAN_FUZZ_SEED` make it longer and other.

#![expect(clippy::panic, reason = "a test stops where a promise is broken")]

use std::{path::Path, time::Duration};

use viridian_fuzz::watch::{self, Wish};

fn hold(target: &str) {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    let wish = Wish {
        target: target.to_owned(),
        seed: u64::from(setting("VIRIDIAN_FUZZ_SEED").unwrap_or(1)),
        time: Duration::from_secs(u64::from(setting("VIRIDIAN_FUZZ_SECONDS").unwrap_or(3))),
        input: None,
    };
    if let Err(failure) = watch::run(Path::new(env!("CARGO_BIN_EXE_viridian-fuzz")), &wish) {
        panic!("{failure}");
    }
}

#[test]
fn the_wire_answers_whatever_is_sent() {
    hold("wire");
}

#[test]
fn a_definition_is_refused_or_runs() {
    hold("definition");
}

#[test]
fn a_path_gives_a_value_or_an_error() {
    hold("path");
}

#[test]
fn a_query_gives_a_value_or_an_error() {
    hold("query");
}

#[test]
fn an_intrinsic_gives_a_value_or_an_error() {
    hold("intrinsic");
}

#[test]
fn two_answers_compare_and_are_laid_out() {
    hold("comparison");
}

#[test]
fn a_captured_page_does_nothing() {
    hold("page");
}

#[test]
fn a_foreign_file_becomes_requests_that_can_be_sent() {
    hold("import");
}
