//! The root file system of the image: one program, the certificates it trusts, and whom it runs as.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::command::{Done, During, fail};

/// Where Debian keeps the authorities that it ships; what this machine trusts besides is not the image's affair.
const AUTHORITIES: &str = "/usr/share/ca-certificates/mozilla";

/// Lays the folder anew, for a user and a group of these numbers.
pub(super) fn lay(root: &Path, binary: &Path, (user, group): (u32, u32)) -> Done {
    if root.exists() {
        fs::remove_dir_all(root).during("clear the image's root")?;
    }
    let make = |folder: &str, mode: u32| -> Done<PathBuf> {
        let path = root.join(folder);
        fs::create_dir_all(&path).during(&format!("make {}", path.display()))?;
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(&path, mode).during(&format!("open {}", path.display()))?;
        Ok(path)
    };
    make("", 0o755)?;
    make("etc", 0o755)?;
    make("etc/ssl", 0o755)?;
    let certificates = make("etc/ssl/certs", 0o755)?;
    // What is mounted over it is the console's; the folder itself stays empty.
    make("data", 0o755)?;
    write(&certificates.join("ca-certificates.crt"), authorities()?.as_bytes(), 0o644)?;
    let line = format!("viridian:x:{user}:{group}:viridian:/data:/nonexistent\n");
    write(&root.join("etc/passwd"), line.as_bytes(), 0o644)?;
    write(&root.join("etc/group"), format!("viridian:x:{group}:\n").as_bytes(), 0o644)?;
    let program = fs::read(binary).during(&format!("read {}", binary.display()))?;
    write(&root.join("viridian"), &program, 0o755)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Done {
    let what = format!("write {}", path.display());
    fs::write(path, bytes).during(&what)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).during(&what)
}

/// All of them in one file, in the order of their names.
fn authorities() -> Done<String> {
    let files = fs::read_dir(AUTHORITIES).during("read the certificates of authorities")?;
    let mut paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "crt"));
    paths.sort();
    let texts = paths.iter().map(|path| fs::read_to_string(path).during(&format!("read {}", path.display())));
    let text = texts.collect::<Done<Vec<_>>>()?.concat();
    if text.is_empty() {
        fail("There are no certificates of authorities to put into the image.")
    } else {
        Ok(text)
    }
}
