//! Files of a build: copied in before it, and chosen by patterns after it.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::buildspec::Files;
use crate::ecr::store::walk;

/// Copies every plain file of a folder into another. Links stay behind, so none leads out.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Puts the files that a buildspec names into a fresh folder.
pub(super) fn collect(source: &Path, files: &Files, to: &Path) -> Result<(), String> {
    let base = inside(source, &files.base).ok_or("base-directory leads out of the source")?;
    let _ = fs::remove_dir_all(to);
    let failed = |error: io::Error| format!("{}: {error}", base.display());
    fs::create_dir_all(to).map_err(failed)?;
    let mut all = Vec::new();
    walk(&base, &mut all).map_err(|_| format!("no matching base directory path found for {}", files.base))?;
    let mut found = false;
    for path in all {
        let name = path.strip_prefix(&base).unwrap_or(&path).to_string_lossy().into_owned();
        let chosen = files.patterns.iter().any(|pattern| matches(pattern, &name));
        if !chosen || files.excluded.iter().any(|pattern| matches(pattern, &name)) {
            continue;
        }
        found = true;
        let short = if files.discard_paths { name.rsplit('/').next().unwrap_or(&name) } else { &name };
        let target = to.join(short);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::copy(&path, &target).map_err(failed)?;
    }
    if found { Ok(()) } else { Err("no matching artifact paths found".to_owned()) }
}

/// A path below a folder, or `None` where it leads out of it.
pub(super) fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut inside = folder.to_owned();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => inside.push(part),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

/// Whether a path matches a pattern with `**`, `*` and `?`. A pattern that is a folder means all below it.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let parts: Vec<&str> = pattern.split('/').collect();
    let names: Vec<&str> = path.split('/').collect();
    matches_parts(&parts, &names)
}

fn matches_parts(parts: &[&str], names: &[&str]) -> bool {
    match (parts, names) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            matches_parts(rest, names)
                || names.split_first().is_some_and(|(_, names)| matches_parts(parts, names))
        }
        ([part, rest @ ..], [name, names @ ..]) => matches_name(part, name) && matches_parts(rest, names),
        _ => false,
    }
}

fn matches_name(part: &str, name: &str) -> bool {
    match (part.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            matches_name(&part[1..], name)
                || name.chars().next().is_some_and(|first| matches_name(part, &name[first.len_utf8()..]))
        }
        (Some('?'), Some(first)) => matches_name(&part[1..], &name[first.len_utf8()..]),
        (Some(want), Some(first)) => {
            want == first && matches_name(&part[want.len_utf8()..], &name[first.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_files() {
        for (pattern, path, expected) in [
            ("**/*", "index.html", true),
            ("**/*", "api/products.json", true),
            ("*", "api/products.json", false),
            ("*.json", "status.json", true),
            ("api/*.json", "api/products.json", true),
            ("./a.txt", "a.txt", true),
            ("a?.txt", "a.txt", false),
            ("**/b/*", "a/b/c", true),
            ("b", "a/b", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn no_path_leads_out_of_its_folder() {
        assert_eq!(inside(Path::new("/a"), "../b"), None);
        assert_eq!(inside(Path::new("/a"), "b/../../c"), None);
        assert_eq!(inside(Path::new("/a"), "/b"), Some(PathBuf::from("/a/b")));
    }

    #[test]
    fn what_matches_nothing_is_an_error_and_what_matches_is_copied() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(from.path().join("dist/api")).unwrap();
        fs::write(from.path().join("dist/api/a.json"), "{}").unwrap();
        let mut files = Files { patterns: vec!["*.txt".into()], base: "dist".into(), ..Files::default() };
        let error = collect(from.path(), &files, to.path()).unwrap_err();
        assert_eq!(error, "no matching artifact paths found");
        files.patterns = vec!["**/*".into()];
        collect(from.path(), &files, to.path()).unwrap();
        assert!(to.path().join("api/a.json").exists());
        files.discard_paths = true;
        collect(from.path(), &files, to.path()).unwrap();
        assert!(to.path().join("a.json").exists());
    }
}
