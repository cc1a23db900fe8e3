//! What was read of lent objects is remembered: hundreds of repositories have the same ones, and an object never
//! changes.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// How many answers are remembered, and how large each may be.
const MANY: usize = 256;
const LARGEST: usize = 256 * 1024;

/// Answers by the folder of the objects and the question.
type Answers = HashMap<(PathBuf, String), Vec<u8>>;

static KNOWN: Mutex<Option<Answers>> = Mutex::new(None);

/// What git says of objects, from memory where a repository has none of its own.
pub(super) fn remember(
    repository: &Path,
    question: &[&str],
    ask: impl FnOnce() -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, String> {
    let Some(objects) = lent(repository) else { return ask() };
    let key = (objects, question.join("\0"));
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = known().get_or_insert_default().get(&key) {
        return Ok(answer.clone());
    }
    let answer = ask()?;
    if answer.len() <= LARGEST {
        let mut known = known();
        let known = known.get_or_insert_default();
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(key, answer.clone());
    }
    Ok(answer)
}

/// The folder of the objects of a repository that has borrowed them all.
fn lent(repository: &Path) -> Option<PathBuf> {
    let objects = repository.join("objects");
    let has_own = fs::read_dir(&objects).ok()?.flatten().any(|entry| entry.file_name() != "info");
    if has_own {
        return None;
    }
    let lender = fs::read_to_string(objects.join("info").join("alternates")).ok()?;
    Some(PathBuf::from(lender.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_lent_is_asked_once() {
        let folder = tempfile::tempdir().unwrap();
        let repository = |name: &str| {
            let objects = folder.path().join(name).join("objects");
            fs::create_dir_all(objects.join("info")).unwrap();
            fs::write(
                objects.join("info").join("alternates"),
                format!("{}/stock\n", folder.path().display()),
            )
            .unwrap();
            folder.path().join(name)
        };
        let (one, two) = (repository("one"), repository("two"));
        let failed = remember(&one, &["cat-file", "x"], || Err("there is no x".to_owned()));
        assert!(failed.is_err(), "a failure is not remembered");
        assert_eq!(remember(&one, &["cat-file", "x"], || Ok(vec![1])), Ok(vec![1]));
        assert_eq!(remember(&two, &["cat-file", "x"], || Ok(vec![2])), Ok(vec![1]));
        assert_eq!(remember(&two, &["cat-file", "y"], || Ok(vec![2])), Ok(vec![2]));
        // A push brings objects of its own.
        fs::create_dir(two.join("objects").join("0a")).unwrap();
        assert_eq!(remember(&two, &["cat-file", "x"], || Ok(vec![3])), Ok(vec![3]));
        assert_eq!(remember(&folder.path().join("none"), &["cat-file", "x"], || Ok(vec![4])), Ok(vec![4]));
    }
}
