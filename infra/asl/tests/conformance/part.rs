//! A part of the README that is written by the code, between two comments that name it.

use std::{fs, path::PathBuf};

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))
}

/// The part as it stands.
pub(crate) fn read<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<!-- {name} -->\n"))?;
    rest.split_once(&format!("<!-- /{name} -->")).map(|(part, _)| part.trim_end())
}

/// The text with another part.
pub(crate) fn with(text: &str, name: &str, part: &str) -> Option<String> {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&open)?;
    let (_, after) = rest.split_once(&close)?;
    Some(format!("{before}{open}{part}\n{close}{after}"))
}

/// Holds a part of the README against what it should be, or writes it where that is wished.
pub(crate) fn hold(name: &str, wanted: &str) {
    let text = fs::read_to_string(path()).unwrap();
    if std::env::var_os("VIRIDIAN_UPDATE").is_some() {
        fs::write(path(), with(&text, name, wanted).unwrap()).unwrap();
        return;
    }
    let stands = read(&text, name).unwrap();
    assert_eq!(
        stands, wanted,
        "the part {name:?} of the README is not current: run these tests once with VIRIDIAN_UPDATE=1"
    );
}
