//! The targets by name. A new one is a file below `target/`, a line here, a corpus and a test.

mod comparison;
mod definition;
mod import;
mod intrinsic;
mod machine;
mod page;
mod path;
mod query;
mod wire;

/// Something that reads what others wrote.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Also the name of its folder in the corpus and of its dictionary.
    pub name: &'static str,
    /// Gives what it answered, in words; panics where a promise is broken.
    pub run: fn(&[u8]) -> String,
}

const TARGETS: [Target; 8] = [
    Target { name: "wire", run: wire::run },
    Target { name: "definition", run: definition::run },
    Target { name: "path", run: path::run },
    Target { name: "query", run: query::run },
    Target { name: "intrinsic", run: intrinsic::run },
    Target { name: "comparison", run: comparison::run },
    Target { name: "page", run: page::run },
    Target { name: "import", run: import::run },
];

pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

pub fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name).collect()
}
