//! Repositories that are laid on disk when they are first used, and borrow the objects of another one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where the repository lies whose objects the fleet borrows.
pub(crate) fn lender(data: &Path) -> PathBuf {
    data.join("fleet").join("lender.git")
}

/// Lays a repository that is set up as its lender is and has these branches. A kill in the middle leaves
/// nothing that could be taken for a repository.
pub(crate) fn lay(lender: &Path, to: &Path, branches: &[(String, String)]) -> io::Result<()> {
    let draft = to.with_extension("draft");
    let _ = fs::remove_dir_all(&draft);
    for folder in ["objects/info", "refs/heads", "refs/tags"] {
        fs::create_dir_all(draft.join(folder))?;
    }
    let objects = fs::canonicalize(lender)?.join("objects");
    fs::write(draft.join("objects/info/alternates"), format!("{}\n", objects.display()))?;
    for file in ["config", "HEAD"] {
        fs::copy(lender.join(file), draft.join(file))?;
    }
    for (branch, commit) in branches {
        let path = draft.join("refs/heads").join(branch);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, format!("{commit}\n"))?;
    }
    fs::rename(draft, to)
}
