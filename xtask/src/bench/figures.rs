//! Puts measured tables into the README of the sandbox.

use std::fs;

use crate::{
    command::{Done, During, fail},
    paths,
};

/// Replaces what stands between the marks of a name.
pub(super) fn write(name: &str, table: &str) -> Done {
    let path = paths::root().join("infra/sandbox/README.md");
    let text = fs::read_to_string(&path).during("read the sandbox's README")?;
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let parts = text.split_once(&open).and_then(|(before, rest)| Some((before, rest.split_once(&close)?.1)));
    let Some((before, after)) = parts else {
        return fail(format!("The sandbox's README has no place for {name}."));
    };
    fs::write(&path, format!("{before}{open}{table}\n{close}{after}")).during("write the sandbox's README")
}
