//! The checks of the tree itself: sizes, headers, words that may not stand, and who depends on whom,
//! among crates and among modules.

mod circles;
mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    command::{Done, During, fail, output},
    paths,
};

const LINES: usize = 400;
const LINES_OF_TESTS: usize = 600;

/// Crates of ours, each with those of ours that it may use.
const MAY_USE: [(&str, &[&str]); 20] = [
    ("shared", &[]),
    ("frontend", &["viridian-shared", "viridian-graph"]),
    ("frontend/graph", &[]),
    ("infra/alb", &["viridian-listen"]),
    ("infra/asl", &[]),
    ("infra/aws-wire", &[]),
    ("infra/iam-policy", &[]),
    ("infra/listen", &[]),
    ("infra/nginx-site", &[]),
    (
        "infra/sandbox",
        &[
            "viridian-alb",
            "viridian-asl",
            "viridian-aws-wire",
            "viridian-iam-policy",
            "viridian-listen",
            "viridian-nginx-site",
        ],
    ),
    ("backend/domain", &["viridian-shared"]),
    ("backend/aws", &["viridian-shared", "viridian-domain"]),
    ("backend/compare", &["viridian-shared"]),
    ("backend/comparer", &["viridian-shared", "viridian-domain", "viridian-compare", "viridian-import"]),
    ("backend/import", &[]),
    ("backend/store", &["viridian-shared", "viridian-domain"]),
    (
        "backend/server",
        &[
            "viridian-shared",
            "viridian-domain",
            "viridian-aws",
            "viridian-compare",
            "viridian-comparer",
            "viridian-listen",
            "viridian-store",
            "viridian-sandbox",
        ],
    ),
    ("tests/fixture", &["viridian-sandbox"]),
    ("tests/fuzz", &["viridian-sandbox", "viridian-compare", "viridian-import"]),
    ("xtask", &[]),
];

/// What tests of any crate may stand on, and nothing but tests.
const FIXTURE: &str = "viridian-fixture";

/// Crates from elsewhere that only one of ours may use.
const ONLY_IN: [(&str, &str); 3] =
    [("aws-sdk-", "backend/aws"), ("axum", "backend/server"), ("leptos", "frontend")];

pub(crate) fn run() -> Done {
    let root = paths::root();
    let mut complaints = Vec::new();
    let files = tracked(&root)?;
    for path in &files {
        complaints.extend(file(&root, path));
    }
    complaints.extend(circles::complaints(&root, &files));
    for (folder, allowed) in MAY_USE {
        complaints.extend(dependencies(&root, folder, allowed)?);
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        fail(format!("The tree is not tidy:\n  {}", complaints.join("\n  ")))
    }
}

/// The files that git tracks or would track.
fn tracked(root: &Path) -> Done<Vec<PathBuf>> {
    let folder = root.to_string_lossy();
    let listing = ["-C", &folder, "ls-files", "--cached", "--others", "--exclude-standard"];
    let Some(listing) = output("git", &listing) else {
        return fail("Cannot list the files of the tree: `git ls-files` failed.");
    };
    Ok(listing.lines().map(PathBuf::from).filter(|path| root.join(path).is_file()).collect())
}

fn file(root: &Path, path: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(root.join(path)) else { return Vec::new() };
    let name = path.display();
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    let mut complaints = Vec::new();
    if kind == "rs" {
        if !text.starts_with("//!") {
            complaints.push(format!("{name}: the first line does not say what the file is for (`//! …`)"));
        }
        if path.file_name().is_some_and(|file| file == "mod.rs") {
            complaints.push(format!("{name}: name the module's file after the module"));
        }
    }
    if matches!(kind, "rs" | "ts" | "mjs" | "css") {
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        let (lines, limit) = (text.lines().count(), if is_test { LINES_OF_TESTS } else { LINES });
        if lines > limit {
            complaints.push(format!("{name}: {lines} lines; {limit} are the limit"));
        }
        for word in ["FIX\u{4d}E", "todo\u{21}(", "unimplemented\u{21}(", "#[ignore\u{5d}"] {
            if text.contains(word) {
                complaints.push(format!("{name}: contains `{word}`"));
            }
        }
    }
    complaints
}

fn dependencies(root: &Path, folder: &str, allowed: &[&str]) -> Done<Vec<String>> {
    let manifest = fs::read_to_string(root.join(folder).join("Cargo.toml"))
        .during(&format!("read {folder}/Cargo.toml"))?;
    let (mut complaints, mut section) = (Vec::new(), "");
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let Some((name, _)) = line.split_once([' ', '.', '=']).filter(|_| line.contains('=')) else {
            continue;
        };
        let is_for_tests = name == FIXTURE && section == "[dev-dependencies]";
        if name.starts_with("viridian-") && !allowed.contains(&name) && !is_for_tests {
            complaints.push(format!("{folder} may not use {name}"));
        }
        for (prefix, only) in ONLY_IN {
            if name.starts_with(prefix) && folder != only {
                complaints.push(format!("{folder} may not use {name}: only {only} does"));
            }
        }
    }
    Ok(complaints)
}
