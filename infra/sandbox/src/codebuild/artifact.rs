//! Files of a build: copied in before it, and chosen by patterns after it.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{buildspec::Files, trouble};
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
    let failed = |path: &Path, error: &io::Error| {
        format!("{}: {}", path.strip_prefix(source).unwrap_or(path).display(), trouble::words(error))
    };
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).map_err(|error| failed(to, &error))?;
    let mut found = false;
    for base in bases(source, &files.base)? {
        let mut all = Vec::new();
        walk(&base, &mut all).map_err(|error| failed(&base, &error))?;
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
                fs::create_dir_all(parent).map_err(|error| failed(&path, &error))?;
            }
            fs::copy(&path, &target).map_err(|error| failed(&path, &error))?;
        }
    }
    if found { Ok(()) } else { Err("no matching artifact paths found".to_owned()) }
}

/// The folders that `base-directory` means: one by its name, or all that fit a pattern.
fn bases(source: &Path, base: &str) -> Result<Vec<PathBuf>, String> {
    let missing = || format!("no matching base directory path found for {base}");
    if !base.contains(['*', '?']) {
        let folder = inside(source, base).ok_or("base-directory leads out of the source")?;
        return if folder.is_dir() { Ok(vec![folder]) } else { Err(missing()) };
    }
    let mut folders = Vec::new();
    let mut waiting = vec![source.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let name = entry.path();
                let name = name.strip_prefix(source).unwrap_or(&name).to_string_lossy().into_owned();
                if matches(base, &name) {
                    folders.push(entry.path());
                }
                waiting.push(entry.path());
            }
        }
    }
    folders.sort();
    if folders.is_empty() { Err(missing()) } else { Ok(folders) }
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
    fn a_base_directory_may_be_a_pattern() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (folder, file) in [("out-1", "a.txt"), ("out-2", "b.txt"), ("other", "c.txt")] {
            fs::create_dir_all(from.path().join(folder)).unwrap();
            fs::write(from.path().join(folder).join(file), "x").unwrap();
        }
        let mut files = Files { patterns: vec!["**/*".into()], base: "none-*".into(), ..Files::default() };
        let error = collect(from.path(), &files, to.path()).unwrap_err();
        assert_eq!(error, "no matching base directory path found for none-*");
        files.base = "out-*".into();
        collect(from.path(), &files, to.path()).unwrap();
        let there = |name: &str| to.path().join(name).exists();
        assert_eq!((there("a.txt"), there("b.txt"), there("c.txt")), (true, true, false));
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
