//! What a visit of the page may load, and what it loads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use crate::command::{Done, During, Failure, fail};

/// What a visit may load, compressed, in bytes: until the first page stands, for any further page, and in all.
const FIRST_LIMIT: u64 = 330_000;
const PART_LIMIT: u64 = 130_000;
const ALL_LIMIT: u64 = 700_000;

/// Compressed sizes in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Everything that is no part: it is loaded before the first page stands.
    first: u64,
    /// By name: everything that opening it loads. What two share counts for both.
    parts: BTreeMap<String, u64>,
    all: u64,
}

impl Sizes {
    /// Measures a page whose files are compressed. `list` names the files of its parts.
    pub(crate) fn measure(dist: &Path, list: &Path) -> Done<Self> {
        let list = BufReader::new(File::open(list).during("read which parts the page has")?);
        let parts: BTreeMap<String, Vec<String>> = serde_json::from_reader(list)
            .map_err(|error| Failure(format!("Cannot read which parts the page has: {error}.")))?;
        let mut files = BTreeMap::new();
        for file in fs::read_dir(dist).during("read the built page")? {
            let file = file.during("read the built page")?;
            let name = file.file_name().to_string_lossy().into_owned();
            if let Some(plain) = name.strip_suffix(".br") {
                files.insert(plain.to_owned(), file.metadata().during("measure the built page")?.len());
            }
        }
        Self::of(&files, &parts)
    }

    fn of(files: &BTreeMap<String, u64>, parts: &BTreeMap<String, Vec<String>>) -> Done<Self> {
        let later: BTreeSet<_> = parts.values().flatten().collect();
        if let Some(missing) = later.iter().find(|name| !files.contains_key(**name)) {
            return fail(format!("The page was built without its part {missing}."));
        }
        let size = |names: &[String]| names.iter().filter_map(|name| files.get(name)).sum();
        Ok(Self {
            first: files.iter().filter(|(name, _)| !later.contains(name)).map(|(_, size)| size).sum(),
            parts: parts.iter().map(|(part, names)| (part.clone(), size(names))).collect(),
            all: files.values().sum(),
        })
    }

    /// Prints the sizes, and fails when the page has grown beyond what a visit may load.
    pub(crate) fn check(&self) -> Done {
        eprint!("{self}");
        let parts = self.parts.iter().map(|(name, size)| (name.as_str(), *size, PART_LIMIT));
        let all = [("A first visit", self.first, FIRST_LIMIT), ("The whole page", self.all, ALL_LIMIT)];
        match all.into_iter().chain(parts).find(|(_, size, limit)| size > limit) {
            Some((what, size, limit)) => fail(format!("{what} is {} kB too large.", thousands(size - limit))),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, size: u64, limit: u64| {
            writeln!(f, "{what:<24}{:>10}{:>10}", thousands(size), thousands(limit))
        };
        line("First visit", self.first, FIRST_LIMIT)?;
        for (name, size) in &self.parts {
            line(&format!("Opened later: {name}"), *size, PART_LIMIT)?;
        }
        line("The whole page", self.all, ALL_LIMIT)?;
        writeln!(f, "in kB as sent (brotli), and what is allowed")
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files, printed with one decimal")]
fn thousands(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[(&str, u64)]) -> BTreeMap<String, u64> {
        sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect()
    }

    fn parts(of: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        of.iter()
            .map(|(name, files)| ((*name).to_owned(), files.iter().map(|it| (*it).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn what_is_loaded_later_is_no_part_of_a_first_visit() {
        let files = files(&[
            ("index.html", 1),
            ("page.wasm", 20),
            ("a.wasm", 300),
            ("b.wasm", 4_000),
            ("both.wasm", 50_000),
        ]);
        let parts = parts(&[("a", &["a.wasm", "both.wasm"]), ("b", &["b.wasm", "both.wasm"])]);
        let sizes = Sizes::of(&files, &parts).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((sizes.first, sizes.all), (21, 54_321));
        assert_eq!((sizes.parts["a"], sizes.parts["b"]), (50_300, 54_000));
    }

    #[test]
    fn each_limit_is_kept() {
        let fits =
            || Sizes { first: FIRST_LIMIT, parts: [("a".to_owned(), PART_LIMIT)].into(), all: ALL_LIMIT };
        assert!(fits().check().is_ok());
        assert!(Sizes { first: FIRST_LIMIT + 1, ..fits() }.check().is_err());
        assert!(Sizes { parts: [("a".to_owned(), PART_LIMIT + 1)].into(), ..fits() }.check().is_err());
        assert!(Sizes { all: ALL_LIMIT + 1, ..fits() }.check().is_err());
    }

    #[test]
    fn a_part_that_was_forgotten_is_missed() {
        assert!(Sizes::of(&files(&[("page.wasm", 1)]), &parts(&[("a", &["a.wasm"])])).is_err());
    }
}
